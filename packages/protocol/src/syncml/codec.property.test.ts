import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DMDDF, type Element, EncodeError, MalformedError } from '../vocabulary/index.ts';
import { decodeMessage, encodeMessage } from './codec.ts';
import { contentBytes } from './content.ts';
import { wbxmlToXml, xmlToWbxml } from './convert.ts';
import type { Encoding } from './markup.ts';
import type { Command, Content, Item, Location, Markup, Message, Meta } from './schema.ts';

const ENCODINGS: readonly Encoding[] = ['xml', 'wbxml'];

const character = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...'abcXYZ019 ./&<>"\'?=:;-]') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('\t', '\n', '\r', '\u007f', '\u0085', 'é', '€', '\ufffd', '\ufeff', '𐐷'),
  },
);
const text = fc.string({ unit: character, maxLength: 12 });
const token = text.map((value) => value.trim());
const id = fc.oneof(
  fc.nat({ max: 99_999 }).map(String),
  token.filter((value) => value !== ''),
);
const int = fc.nat({ max: 0xffffffff });
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });
const flag = fc.constantFrom(true, undefined);
const few = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(value, { maxLength: 3 });

const leaf: fc.Arbitrary<Element> = fc.constantFrom(...DMDDF.elements.values());
const markup: fc.Arbitrary<Markup> = fc.letrec<{ node: Markup }>((tie) => ({
  node: fc.record({
    element: leaf.filter((element) => element.name !== 'MgmtTree'),
    children: fc.oneof(
      { maxDepth: 3 },
      text.map((value) => (value === '' ? [] : [value])),
      fc.array(tie('node'), { maxLength: 3 }),
    ),
  }),
})).node;
const document = fc
  .array(markup, { maxLength: 3 })
  .map((children): Markup => ({ element: DMDDF.elements.get('MgmtTree') as Element, children }));

const location: fc.Arbitrary<Location> = fc.record({ locURI: id, locName: optional(text) });
const meta: fc.Arbitrary<Meta> = fc.record({
  fieldLevel: flag,
  format: optional(fc.constantFrom('chr', 'Chr', 'b64', 'int', 'node', 'null', 'xml')),
  type: optional(fc.oneof(token, fc.constant('text/plain'))),
  mark: optional(token),
  size: optional(int),
  anchor: optional(fc.record({ last: optional(text), next: text })),
  version: optional(token),
  nextNonce: optional(text),
  maxMsgSize: optional(int),
  maxObjSize: optional(int),
  emi: optional(fc.array(token, { minLength: 1, maxLength: 2 })),
  mem: optional(fc.record({ sharedMem: flag, freeMem: int, freeID: int })),
});
const item: fc.Arbitrary<Item> = fc.oneof(
  fc.record({
    target: optional(location),
    source: optional(location),
    sourceParent: optional(location),
    targetParent: optional(location),
    meta: optional(meta),
    data: optional(text),
    moreData: flag,
  }),
  fc.record({
    target: optional(location),
    meta: fc.constant({ format: 'xml', type: 'application/vnd.syncml.dmtnds+xml' }),
    data: document,
  }),
);
const cred = fc.record({ meta: optional(meta), data: text });
const base = { cmdID: id, noResp: flag };
const withItems = { ...base, cred: optional(cred), meta: optional(meta), items: few(item) };

const simple: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ name: fc.constantFrom('Add' as const, 'Copy' as const, 'Replace' as const), ...withItems }),
  fc.record({
    name: fc.constant('Alert' as const),
    ...base,
    cred: optional(cred),
    code: int,
    correlator: optional(text),
    items: few(item),
  }),
  fc.record({ name: fc.constant('Delete' as const), ...withItems, archive: flag, sftDel: flag }),
  fc.record({ name: fc.constant('Exec' as const), ...withItems, correlator: optional(text) }),
  fc.record({ name: fc.constant('Get' as const), ...withItems, lang: optional(token) }),
  fc.record({
    name: fc.constant('Results' as const),
    cmdID: id,
    msgRef: optional(token),
    cmdRef: token,
    meta: optional(meta),
    targetRef: few(token),
    sourceRef: few(token),
    items: few(item),
  }),
  fc.record({
    name: fc.constant('Status' as const),
    cmdID: id,
    msgRef: token,
    cmdRef: token,
    cmd: token,
    targetRef: few(token),
    sourceRef: few(token),
    cred: optional(cred),
    chal: optional(fc.record({ meta: optional(meta) })),
    code: int,
    items: few(item),
  }),
);
const command: fc.Arbitrary<Command> = fc.letrec<{ any: Command }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    simple,
    fc.record({
      name: fc.constantFrom('Atomic' as const, 'Sequence' as const),
      ...base,
      meta: optional(meta),
      commands: few(tie('any')),
    }),
  ),
})).any;
const message: fc.Arbitrary<Message> = fc.record({
  header: fc.record({
    verDTD: fc.constantFrom('1.2', '1.1'),
    verProto: fc.constantFrom('DM/1.2', 'DM/1.1'),
    sessionID: id,
    msgID: id,
    target: location,
    source: location,
    respURI: optional(token),
    noResp: flag,
    cred: optional(cred),
    meta: optional(meta),
  }),
  body: fc.record({ commands: fc.array(command, { maxLength: 5 }), final: flag }),
});

/** Bytes changed, cut out and put in at random places. */
const mutation = fc.record({
  at: fc.nat(),
  remove: fc.nat({ max: 4 }),
  insert: fc.uint8Array({ maxLength: 4 }),
});
function mutate(
  bytes: Uint8Array,
  mutations: readonly { at: number; remove: number; insert: Uint8Array }[],
): Uint8Array {
  let mutated = bytes;
  for (const { at, remove, insert } of mutations) {
    const place = at % (mutated.length + 1);
    const rest = mutated.subarray(place + remove);
    const next = new Uint8Array(place + insert.length + rest.length);
    next.set(mutated.subarray(0, place));
    next.set(insert, place);
    next.set(rest, place + insert.length);
    mutated = next;
  }
  return mutated;
}

/** What a function gives, or the error when it is one of those that a caller expects. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof MalformedError || error instanceof EncodeError) return undefined;
    throw error;
  }
}

describe('any message', () => {
  it.each(ENCODINGS)('is the same after it was written and read as %s', (encoding) => {
    fc.assert(
      fc.property(message, (message) => {
        const decoded = decodeMessage(encodeMessage(message, encoding), encoding);
        expect(decoded.message).toEqual(message);
        expect(decoded.version).toBe(message.header.verDTD);
        expect(decoded.deviations).toEqual([]);
      }),
    );
  });

  it('as XML is the same after it was WBXML', () => {
    fc.assert(
      fc.property(message, (message) => {
        const xml = encodeMessage(message, 'xml');
        const wbxml = xmlToWbxml(xml);
        expect(wbxmlToXml(wbxml)).toEqual(xml);
        expect(decodeMessage(wbxml, 'wbxml').message).toEqual(message);
      }),
    );
  });

  it('means the same bytes in either encoding, whatever they are and wherever Format stands', () => {
    const format = fc.constantFrom(undefined, 'bin', 'Bin', 'chr');
    fc.assert(
      fc.property(
        message,
        fc.uint8Array(),
        format,
        format,
        fc.constantFrom(...ENCODINGS),
        (message, data, own, outer, encoding) => {
          const add: Command = {
            name: 'Add',
            cmdID: '1',
            meta: outer === undefined ? undefined : { format: outer },
            items: [
              { meta: own === undefined ? undefined : { format: own, type: 'image/png' }, data },
              { data: 'text' },
            ],
          };
          const sent: Message = { ...message, body: { commands: [add] } };
          const bytes = encodeMessage(sent, encoding);
          const converted = encoding === 'xml' ? xmlToWbxml(bytes) : wbxmlToXml(bytes);
          for (const read of [decodeMessage(bytes, encoding), decodeMessage(converted, other(encoding))]) {
            const command = read.message.body.commands[0] as typeof add;
            const values = command.items.map((each) =>
              contentBytes(each.data as Content, each.meta?.format ?? command.meta?.format),
            );
            expect(values).toEqual([data, new TextEncoder().encode('text')]);
          }
        },
      ),
    );
  });
});

describe('a damaged message', () => {
  it.each(ENCODINGS)('in %s is refused, or read as what can be written again', (encoding) => {
    const whole = fc
      .sample(message, { numRuns: 50, seed: 1 })
      .map((message) => encodeMessage(message, encoding));
    fc.assert(
      fc.property(
        fc.constantFrom(...whole),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        (original, mutations) => {
          const bytes = mutate(original, mutations);
          attempt(() => (encoding === 'xml' ? xmlToWbxml(bytes) : wbxmlToXml(bytes)));
          const read = attempt(() => decodeMessage(bytes, encoding).message);
          if (read === undefined) return;
          if (attempt(() => encodeMessage(read, 'wbxml')) === undefined) return;
          const again = decodeMessage(encodeMessage(read, 'wbxml'), 'wbxml').message;
          expect(decodeMessage(encodeMessage(again, 'wbxml'), 'wbxml').message).toEqual(again);
          attempt(() => encodeMessage(read, 'xml'));
        },
      ),
      { numRuns: 500 },
    );
  });
});

function other(encoding: Encoding): Encoding {
  return encoding === 'xml' ? 'wbxml' : 'xml';
}
