import { type Line, layOut, type Span, type Tone } from '@grove/protocol';
import { style } from './style.ts';

const COLOURS = {
  strong: 'bold',
  good: 'green',
  doubtful: 'yellow',
  bad: 'red',
  faint: 'dim',
} as const satisfies Record<Tone, string>;

/** A piece of text in the colour of what it is. */
export function paint({ text, tone }: Span): string {
  return tone === undefined ? text : style(COLOURS[tone], text);
}

/** Lines with what belongs to them indented below, in colours. */
export function formatLines(lines: readonly Line[]): string[] {
  return layOut(lines, paint);
}
