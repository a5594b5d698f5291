import { readFile, writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { note } from '../output/index.ts';
import { CommandError, explainSystemError, UsageError, unreadable } from '../program/index.ts';

/**
 * Reads a file, or standard input where it is `-`.
 *
 * @throws {UsageError}
 */
export async function readInput(file: string): Promise<Uint8Array> {
  if (file === '-') {
    if (process.stdin.isTTY) note('Reading standard input; Ctrl-D ends it.');
    return new Uint8Array(await buffer(process.stdin));
  }
  try {
    return new Uint8Array(await readFile(file));
  } catch (error) {
    throw new UsageError(unreadable(file, error), { cause: error });
  }
}

/**
 * Writes bytes to a file, or to standard output where it is `-`.
 *
 * @throws {CommandError}
 */
export async function writeOutput(file: string, bytes: Uint8Array): Promise<void> {
  if (file === '-') {
    process.stdout.write(bytes);
    return;
  }
  try {
    await writeFile(file, bytes);
  } catch (error) {
    throw new CommandError(`cannot write ${explainSystemError(error) ?? file}`, { cause: error });
  }
}
