import { type Column, formatTable } from './table.ts';

/** Writes lines to standard output: what was asked for. */
export function print(...lines: readonly string[]): void {
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
}

/** Writes lines to standard error: what goes on meanwhile. */
export function note(...lines: readonly string[]): void {
  if (lines.length > 0) process.stderr.write(`${lines.join('\n')}\n`);
}

/** Writes one JSON value to standard output. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** A table for standard output, cut to the width of the terminal if that is one; nothing without rows. */
export function tableLines<T>(columns: readonly Column<T>[], rows: readonly T[]): string[] {
  if (rows.length === 0) return [];
  return formatTable(columns, rows, process.stdout.isTTY ? process.stdout.columns || undefined : undefined);
}
