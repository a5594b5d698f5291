import { isXmlCharacter } from '../octets/index.ts';

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['apos', "'"],
  ['quot', '"'],
]);
/** Longer than any reference to a character, leading zeros apart. */
const LONGEST = 32;

/** The text that a reference stands for, given what is between `&` and `;`; undefined when it is none. */
export function expandReference(body: string): string | undefined {
  const entity = ENTITIES.get(body);
  if (entity !== undefined) return entity;
  if (body.length > LONGEST) return undefined;
  let codePoint = Number.NaN;
  if (/^#x[0-9a-fA-F]+$/.test(body)) codePoint = Number.parseInt(body.slice(2), 16);
  else if (/^#[0-9]+$/.test(body)) codePoint = Number.parseInt(body.slice(1), 10);
  return isXmlCharacter(codePoint) ? String.fromCodePoint(codePoint) : undefined;
}

interface Reference {
  readonly text: string;
  /** Bytes that it takes, with `&` and `;`. */
  readonly length: number;
}
const LT: Reference = { text: '<', length: 4 };
const GT: Reference = { text: '>', length: 4 };
const AMP: Reference = { text: '&', length: 5 };
const SEMICOLON = 0x3b;

/** One of the references that writers need, known from the bytes behind its `&`; undefined for any other. */
export function usualReference(bytes: Uint8Array, at: number): Reference | undefined {
  const first = bytes[at];
  if (first === 0x61) {
    return bytes[at + 1] === 0x6d && bytes[at + 2] === 0x70 && bytes[at + 3] === SEMICOLON ? AMP : undefined;
  }
  if (bytes[at + 1] !== 0x74 || bytes[at + 2] !== SEMICOLON) return undefined;
  if (first === 0x6c) return LT;
  return first === 0x67 ? GT : undefined;
}
