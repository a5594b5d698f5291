/** Devices named in a file: one to a line, or in a table with a column `devId`. */
import { parse } from 'csv-parse/sync';
import { UsageError } from '../../program/index.ts';
import { readInput } from '../input.ts';

/** Devices that one request names. */
export const BATCH = 10_000;

/**
 * Reads DevIds or ids.
 *
 * @param file `-` is standard input
 * @throws {UsageError}
 */
export async function readDevices(file: string): Promise<string[]> {
  const text = new TextDecoder().decode(await readInput(file));
  const rows = rowsOf(file, text);
  const titles = rows[0]?.map((cell) => cell.toLowerCase()) ?? [];
  const column = titles.indexOf('devid');
  const keys = (column < 0 ? rows : rows.slice(1)).map((row) => row[Math.max(0, column)] ?? '');
  const found = keys.filter((key) => key !== '' && !key.startsWith('#'));
  if (found.length === 0) throw new UsageError(`${file} names no device`);
  return found;
}

function rowsOf(file: string, text: string): string[][] {
  try {
    return parse(text, { bom: true, trim: true, skip_empty_lines: true, relax_column_count: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${file} is no CSV: ${why}`, { cause: error });
  }
}

/** Parts of a list, each of which goes into one request. */
export function batches(keys: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(keys.length / BATCH) }, (_, n) =>
    keys.slice(n * BATCH, (n + 1) * BATCH),
  );
}
