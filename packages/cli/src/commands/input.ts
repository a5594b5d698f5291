import { open, readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
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
 * @throws {CommandError} when the file cannot be written; what reading the bytes throws
 */
export async function writeOutput(file: string, bytes: Uint8Array | Readable): Promise<void> {
  const source = bytes instanceof Readable ? bytes : Readable.from([bytes]);
  if (file === '-') await pipeline(source, process.stdout, { end: false });
  else await pipeline(source, (await opened(file)).createWriteStream());
}

async function opened(file: string) {
  try {
    return await open(file, 'w');
  } catch (error) {
    throw new CommandError(`cannot write ${explainSystemError(error) ?? file}`, { cause: error });
  }
}
