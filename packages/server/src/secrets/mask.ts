import { type Place, places } from './places.ts';

/**
 * A way in which texts lie in bytes. Here bytes are handled as strings of as many characters, each with a byte's code,
 * since those are what a JavaScript engine searches fastest.
 */
interface Encoding {
  bytesOf(text: string): string;
  /** What XML writes for a character that it cannot or would not have as it is (XML 1.0, 4.1 and 4.6). */
  readonly escapes: RegExp;
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

const utf8: Encoding = {
  bytesOf: (text) => Buffer.from(text, 'utf8').toString('latin1'),
  escapes: escapesOf((ascii) => ascii),
};

const utf16le: Encoding = {
  bytesOf: (text) => Buffer.from(text, 'utf16le').toString('latin1'),
  escapes: escapesOf((ascii) => `${ascii}[\\0]`),
};

const utf16be: Encoding = {
  bytesOf: (text) => Buffer.from(text, 'utf16le').swap16().toString('latin1'),
  escapes: escapesOf((ascii) => `[\\0]${ascii}`),
};

/** @param unit the pattern of an ASCII character's bytes */
function escapesOf(unit: (ascii: string) => string): RegExp {
  const word = (text: string) => Array.from(text, unit).join('');
  const zeros = `(?:${unit('0')})*`;
  const decimal = `${word('#')}${zeros}((?:${unit('[0-9]')}){1,7})`;
  const hexadecimal = `${word('#x')}${zeros}((?:${unit('[0-9a-fA-F]')}){1,6})`;
  const named = Array.from(NAMED.keys(), word).join('|');
  return new RegExp(`${unit('&')}(?:${decimal}|${hexadecimal}|(${named}))${unit(';')}`, 'g');
}

/**
 * Overwrites secrets with `*`, each with as many bytes as it had, so that what is around them can still be read.
 *
 * A text is found in UTF-8 and in UTF-16, as it is and as XML writes it, with any of its characters escaped.
 *
 * @param secrets texts, or bytes that are found only as they are; empty ones are passed over
 * @returns a copy, or the same array when no secret is in it
 */
export function maskSecrets(bytes: Uint8Array, secrets: readonly (string | Uint8Array)[]): Uint8Array {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const text = content.toString('latin1');
  // In UTF-16, the characters of any markup have a zero byte.
  const encodings = text.includes('\0') ? [utf8, utf16le, utf16be] : [utf8];
  const views = text.includes('&') ? encodings.map((encoding) => unescaped(text, encoding)) : [];
  let masked: Buffer | undefined;
  const cover = (found: Iterable<Place>, star: string) => {
    for (const { start, end } of found) {
      masked ??= Buffer.from(content);
      masked.fill(star, start, end, 'latin1');
    }
  };
  for (const secret of secrets) {
    if (secret.length === 0) continue;
    if (typeof secret !== 'string') {
      cover(places(text, Buffer.from(secret).toString('latin1')), '*');
      continue;
    }
    encodings.forEach((encoding, index) => {
      const wanted = encoding.bytesOf(secret);
      const star = encoding.bytesOf('*');
      cover(places(text, wanted), star);
      const view = views[index];
      if (view !== undefined) cover(originalPlaces(view, places(view.text, wanted)), star);
    });
  }
  return masked ?? bytes;
}

/** A text with the characters themselves in the place of XML's escapes. */
interface View {
  readonly text: string;
  readonly escapes: readonly {
    /** Where the character is in the view. */
    readonly shown: Place;
    /** Where its escape is in the original. */
    readonly written: Place;
  }[];
}

function unescaped(original: string, encoding: Encoding): View {
  const escapes: View['escapes'][number][] = [];
  let text = '';
  let copied = 0;
  for (const match of original.matchAll(encoding.escapes)) {
    const character = characterOf(match);
    if (character === undefined) continue;
    text += original.slice(copied, match.index);
    copied = match.index + match[0].length;
    const start = text.length;
    text += encoding.bytesOf(character);
    escapes.push({ shown: { start, end: text.length }, written: { start: match.index, end: copied } });
  }
  return { text: text + original.slice(copied), escapes };
}

function characterOf([, decimal, hexadecimal, name]: RegExpMatchArray): string | undefined {
  const plain = (part: string) => part.replaceAll('\0', '');
  if (name !== undefined) return NAMED.get(plain(name));
  const code =
    decimal === undefined
      ? Number.parseInt(plain(hexadecimal ?? ''), 16)
      : Number.parseInt(plain(decimal), 10);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

/** Where places of a view, in order, are in the original; an escape counts as a whole. */
function* originalPlaces({ escapes }: View, found: Iterable<Place>): Iterable<Place> {
  let next = 0;
  for (const { start, end } of found) {
    while ((escapes[next]?.shown.end ?? Number.POSITIVE_INFINITY) <= start) next++;
    const first = escapes[next];
    const before = escapes[next - 1];
    let last = next;
    while ((escapes[last]?.shown.start ?? Number.POSITIVE_INFINITY) < end) last++;
    const final = escapes[last - 1];
    yield {
      start:
        first !== undefined && first.shown.start <= start ? first.written.start : start + shiftAfter(before),
      end: final !== undefined && final.shown.end >= end ? final.written.end : end + shiftAfter(final),
    };
  }
}

/** How much further on in the original than in the view is what follows an escape. */
function shiftAfter(last: View['escapes'][number] | undefined): number {
  return last === undefined ? 0 : last.written.end - last.shown.end;
}
