import { stripVTControlCharacters } from 'node:util';
import { printable } from '@grove/protocol';

/** Text from outside, its lines kept. */
export function printableLines(text: string): string[] {
  return text.split(/\r\n|\n|\r/).map((line) => printable(line.replaceAll('\t', '    ')));
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

/**
 * The line of a text that has a place, and below it marks under that place.
 *
 * @param start the first UTF-16 code unit of the place
 * @param end the one after its last; the same where something is missing
 * @returns nothing where the text ends before the place
 */
export function pointAt(text: string, start: number, end: number): string[] {
  if (start > text.length) return [];
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const newline = text.indexOf('\n', start);
  const to = newline < 0 ? text.length : newline;
  const before = printable(text.slice(from, start));
  const there = printable(text.slice(start, Math.min(end, to)));
  const line = `  ${before}${there}${printable(text.slice(Math.min(end, to), to))}`;
  return [line, `  ${' '.repeat(widthOf(before))}${'^'.repeat(Math.max(1, widthOf(there)))}`];
}

/** `1 device`, `2 devices`. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? singular : plural}`;
}
