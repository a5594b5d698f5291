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

/** `1 device`, `2 devices`. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? singular : plural}`;
}
