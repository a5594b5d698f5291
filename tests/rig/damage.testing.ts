/** Ways to break a message. */
import { xmlToWbxml } from '@grove/protocol';
import fc from 'fast-check';

/** Places are parts of a message's length. */
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
/** What is done to a message. */
export const damage = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), at: place, byte: fc.integer({ min: 0, max: 255 }) }),
  fc.record({ kind: fc.constant('cut' as const), at: place, length: fc.integer({ min: 1, max: 200 }) }),
  fc.record({ kind: fc.constant('end' as const), at: place }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: place,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 20 }),
  }),
  fc.record({
    kind: fc.constant('copy' as const),
    at: place,
    to: place,
    length: fc.integer({ min: 1, max: 300 }),
  }),
  /** Takes an element from one place to another, or away: the message stays a document. */
  fc.record({ kind: fc.constant('move' as const), at: place, to: fc.option(place) }),
  /** Another text in the place of an element's. */
  fc.record({
    kind: fc.constant('say' as const),
    at: place,
    text: fc.oneof(
      fc.constantFrom(
        '',
        '0',
        '-1',
        '1e9',
        '99999999999999999999',
        '.',
        './',
        '/',
        '../..',
        '%00',
        'null',
        '__proto__',
      ),
      fc.constantFrom(
        'x'.repeat(70_000),
        'é'.repeat(3000),
        '&#1;',
        '&#x1F600;',
        '&amp;',
        '<x/>',
        '<![CDATA[<]]>',
        '\u202e',
      ),
      fc.string({ unit: 'binary', maxLength: 8 }).map((text) => text.replace(/[<&]/g, '')),
    ),
  }),
);
export type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

function damagedText(text: string, how: Damage): string {
  if (how.kind === 'say') {
    const leaves = [...text.matchAll(/>([^<>]*)<\//g)];
    const leaf = leaves[Math.floor(how.at * leaves.length)];
    if (leaf === undefined) return text;
    const start = leaf.index + 1;
    return text.slice(0, start) + how.text + text.slice(start + (leaf[1]?.length ?? 0));
  }
  if (how.kind === 'move') {
    const elements = [...text.matchAll(/<(\w+)[^>]*>[^<]*<\/\1>|<(\w+)>(?:(?!<\2>).)*<\/\2>/gs)];
    const element = elements[Math.floor(how.at * elements.length)];
    if (element === undefined) return text;
    const rest = text.slice(0, element.index) + text.slice(element.index + element[0].length);
    if (how.to === null) return rest;
    const gaps = [...rest.matchAll(/></g)];
    const gap = gaps[Math.floor(how.to * gaps.length)]?.index ?? 0;
    return `${rest.slice(0, gap + 1)}${element[0]}${rest.slice(gap + 1)}`;
  }
  return text;
}

function damagedBytes(bytes: Buffer, how: Damage): Buffer {
  const at = Math.floor(how.at * bytes.length);
  switch (how.kind) {
    case 'set':
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([how.byte]), bytes.subarray(at + 1)]);
    case 'cut':
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + how.length)]);
    case 'end':
      return bytes.subarray(0, at);
    case 'insert':
      return Buffer.concat([bytes.subarray(0, at), how.bytes, bytes.subarray(at)]);
    case 'copy': {
      const to = Math.floor(how.to * bytes.length);
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(at, at + how.length), bytes.subarray(to)]);
    }
    default:
      return bytes;
  }
}

/** A message in this encoding, damaged first as a document and then as bytes. */
export function spoil(text: string, damages: readonly Damage[], encoding: 'xml' | 'wbxml'): Buffer {
  const document = damages.reduce(damagedText, text);
  let bytes = Buffer.from(document);
  if (encoding === 'wbxml') {
    try {
      bytes = Buffer.from(xmlToWbxml(bytes));
    } catch {
      // What has no WBXML any more is spoilt as bytes only.
      bytes = Buffer.from(xmlToWbxml(Buffer.from(text)));
    }
  }
  return damages.reduce(damagedBytes, bytes);
}
