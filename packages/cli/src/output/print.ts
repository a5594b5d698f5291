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

/** Writes a table, or that there is nothing to show in it. */
export function printTable<T>(columns: readonly Column<T>[], rows: readonly T[], empty: string): void {
  if (rows.length === 0) note(empty);
  else print(...formatTable(columns, rows, process.stdout.isTTY ? process.stdout.columns : undefined));
}
