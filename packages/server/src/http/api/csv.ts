/** Tables as CSV (RFC 4180), in UTF-8. */
import type { Readable } from 'node:stream';
import { Type } from 'typebox';

/** A table as an answer. */
export const Csv = Type.Unsafe<Readable>({ type: 'string' });

export type Cell = string | number | null;

/** What a spreadsheet would take for a formula; devices say what they like. */
const FORMULA = /^[=@\t\r]|^[-+](?!\d+$)/;

/** One line with its end. A text that a spreadsheet would calculate gets a `'` before it. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(written).join(',')}\r\n`;
}

function written(cell: Cell): string {
  if (cell === null) return '';
  const text = typeof cell === 'string' && FORMULA.test(cell) ? `'${cell}` : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
