import { stripVTControlCharacters } from 'node:util';

// Control characters, and those that change the direction of text: they could make a terminal show, or
// do, what its user does not expect.
const UNSAFE = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** Text from outside on one line, safe for a terminal. */
export function printable(text: string): string {
  return text.replace(UNSAFE, escaped);
}

/** Text from outside, its lines kept. */
export function printableLines(text: string): string[] {
  return text.split(/\r\n|\n|\r/).map((line) => printable(line.replaceAll('\t', '    ')));
}

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return SHORT[character] ?? `\\u${code.toString(16).padStart(4, '0')}`;
}

/** Columns that a text takes, its colours not counted. */
export function widthOf(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}

/** The beginning of a text where it is longer than `width` columns; a text that is cut loses its colours. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  return `${[...stripVTControlCharacters(text)].slice(0, Math.max(0, width - 1)).join('')}…`;
}

/** `1 device`, `2 devices`. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? singular : plural}`;
}
