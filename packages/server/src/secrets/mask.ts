/** How a text lies in bytes: each byte as the character of that code. */
type Encoding = (text: string) => string;

const utf8: Encoding = (text) => Buffer.from(text, 'utf8').toString('latin1');
const utf16le: Encoding = (text) => Buffer.from(text, 'utf16le').toString('latin1');
const utf16be: Encoding = (text) => Buffer.from(text, 'utf16le').swap16().toString('latin1');

const NUL = 0;
const AMPERSAND = 0x26;

/** XML 1.0, 4.6: the names of characters. */
const NAMES: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": 'apos',
};

/**
 * Overwrites secrets with `*`, each with as many bytes as it had, so that what is around them can still be read.
 *
 * A text is found in UTF-8 and in UTF-16, as it is and with any of its characters as XML may write them (`&amp;`,
 * `&#38;`, `&#x26;`).
 *
 * @param secrets texts, or bytes that are found only as they are; empty ones are passed over
 * @returns a copy, or the same array when no secret is in it
 */
export function maskSecrets(bytes: Uint8Array, secrets: readonly (string | Uint8Array)[]): Uint8Array {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  // A character of XML's own markup has a zero byte in UTF-16, and an escape begins with an ampersand.
  const encodings = content.includes(NUL) ? [utf8, utf16le, utf16be] : [utf8];
  const places = content.includes(AMPERSAND) ? placesOfEscaped : placesOfText;
  let masked: Buffer | undefined;
  const cover = (found: Iterable<Place>, star: string) => {
    let covered = 0;
    for (const { start, end } of found) {
      masked ??= Buffer.from(content);
      masked.fill(star, Math.max(start, covered), end, 'latin1');
      covered = end;
    }
  };
  for (const secret of secrets) {
    if (secret.length === 0) continue;
    if (typeof secret !== 'string') cover(placesOfBytes(content, Buffer.from(secret)), '*');
    else for (const encoding of encodings) cover(places(content, secret, encoding), encoding('*'));
  }
  return masked ?? bytes;
}

interface Place {
  readonly start: number;
  readonly end: number;
}

function* placesOfBytes(content: Buffer, wanted: Buffer): Iterable<Place> {
  // Places may overlap: "abab" is twice in "ababab".
  for (let start = content.indexOf(wanted); start !== -1; start = content.indexOf(wanted, start + 1)) {
    yield { start, end: start + wanted.length };
  }
}

function placesOfText(content: Buffer, secret: string, encoding: Encoding): Iterable<Place> {
  return placesOfBytes(content, Buffer.from(encoding(secret), 'latin1'));
}

function* placesOfEscaped(content: Buffer, secret: string, encoding: Encoding): Iterable<Place> {
  const pattern = new RegExp([...secret].map((character) => formsOf(character, encoding)).join(''), 'g');
  const text = content.toString('latin1');
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    yield { start: match.index, end: match.index + match[0].length };
    pattern.lastIndex = match.index + 1;
  }
}

/** A pattern for a character as it is, by its name in XML, and by its number in decimal and hexadecimal. */
function formsOf(character: string, encoding: Encoding): string {
  const exactly = (text: string) =>
    Array.from(encoding(text), (byte) => `\\x${hex(byte).padStart(2, '0')}`).join('');
  const anyCase = (digits: string) =>
    Array.from(digits, (digit) => `(?:${exactly(digit)}|${exactly(digit.toUpperCase())})`).join('');
  const zeros = `(?:${exactly('0')})*`;
  const name = NAMES[character];
  // The character itself comes last, since "&" is also what the others begin with.
  const forms = [
    `${exactly('&#')}${zeros}${exactly(`${character.codePointAt(0)};`)}`,
    `${exactly('&#x')}${zeros}${anyCase(hex(character))}${exactly(';')}`,
    ...(name === undefined ? [] : [exactly(`&${name};`)]),
    exactly(character),
  ];
  return `(?:${forms.join('|')})`;
}

const hex = (character: string) => (character.codePointAt(0) ?? 0).toString(16);
