/**
 * Classes of bytes that the XML scanner tells apart.
 *
 * Source: XML 1.0 fifth edition, productions 2 (Char), 3 (S) and 4a (NameChar).
 */

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const EXCLAMATION = 0x21;
export const DOUBLE_QUOTE = 0x22;
export const AMPERSAND = 0x26;
export const APOSTROPHE = 0x27;
export const SLASH = 0x2f;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;
export const LESS_THAN = 0x3c;
export const EQUALS = 0x3d;
export const GREATER_THAN = 0x3e;
export const QUESTION = 0x3f;
export const RIGHT_BRACKET = 0x5d;

/** What a byte of UTF-8 means inside text: bits, of which those of a run's bytes are gathered. */
export const BLANK = 0;
/** Not white space. */
export const SOLID = 1;
/** Part of a character beyond ASCII; comes with SOLID. */
export const NON_ASCII = 2;
/** Where the scanner must look: `<`, `&`, `]` and CR. This and all above it end a run. */
export const SPECIAL = 4;
export const FORBIDDEN = 8;
export const TEXT_CLASS: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x80) return SOLID | NON_ASCII;
  if (byte === LESS_THAN || byte === AMPERSAND || byte === RIGHT_BRACKET || byte === CR) return SPECIAL;
  if (byte === SPACE || byte === TAB || byte === LF) return BLANK;
  return byte < SPACE ? FORBIDDEN : SOLID;
});

/** Byte → 1 where it may stand in a name: an ASCII NameChar, or part of a character beyond ASCII. */
export const NAME_BYTE: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x80 || /[\w.:-]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

export function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === LF || byte === TAB || byte === CR;
}
