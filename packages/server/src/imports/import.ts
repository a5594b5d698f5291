/** Devices from elsewhere, line by line. */
import { InvalidInput, type Problem } from '@grove/api';
import { isSole } from '../addresses/index.ts';
import { recordEvent } from '../events/index.ts';
import { type Store, StoreUnavailable } from '../store/index.ts';
import { type ReadDevice, readDevice } from './device.ts';
import { type Line, linesOf } from './lines.ts';
import { type Existing, type ImportMeans, storeDevices } from './unit.ts';

/** Bytes of a line. */
const LONGEST_LINE = 1024 * 1024;
/** Devices, and nodes of them, that one unit of work stores. */
const DEVICES = 250;
const NODES = 10_000;
/** Lines of whose errors is told. */
const TOLD = 1000;

/** What is wrong with a line. */
export interface LineError {
  /** 1, 2, 3 … */
  line: number;
  problems: Problem[];
}

/** What came of an import. */
export interface Imported {
  /** Lines that were read, but for empty ones. */
  lines: number;
  /** Devices that were registered. */
  registered: number;
  /** Devices that were there and got what their lines say. */
  updated: number;
  /** Devices that were there and stayed as they were. */
  kept: number;
  /** Lines with errors, of which nothing was taken. */
  failed: number;
  /** The first of the errors. */
  errors: LineError[];
}

/** An import came to its end before its last line; what it had stored stays. */
export class ImportBroken extends Error {
  constructor(message: string, options: ErrorOptions) {
    super(message, options);
    this.name = 'ImportBroken';
  }
}

const storedBefore = ({ lines, registered, updated }: Imported): string =>
  `of the ${lines} lines before, ${registered} devices were registered and ${updated} updated, which stays: the same lines may be sent again`;

/** The lines did not come to their end. */
class SourceBroken extends Error {}

/** @throws {SourceBroken} in place of what `source` throws */
async function* whole(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (error) {
    throw new SourceBroken('the lines broke off', { cause: error });
  }
}

/** A line that was read and is to be stored. */
interface Waiting {
  readonly line: number;
  readonly device: ReadDevice;
}

/**
 * Stores the devices that lines of JSON tell of, some hundreds in each unit of work, in their order. A line with an error
 * is left out, and the others are stored nevertheless.
 *
 * @param source UTF-8, one object to a line
 * @throws {ImportBroken} when `source` fails, or the database does not answer any more
 */
export async function importDevices(
  store: Store,
  means: ImportMeans,
  source: AsyncIterable<Uint8Array>,
  existing: Existing,
  now: () => number,
): Promise<Imported> {
  const imported: Imported = { lines: 0, registered: 0, updated: 0, kept: 0, failed: 0, errors: [] };
  const unit = new Unit();

  const fail = (line: number, problems: Problem[]): void => {
    imported.failed += 1;
    if (imported.errors.length < TOLD) imported.errors.push({ line, problems });
  };
  const write = async (): Promise<void> => {
    const waiting = unit.take();
    if (waiting.length === 0) return;
    const devices = waiting.map(({ device }) => device);
    const fates = await store.transaction((db) => storeDevices(db, means, devices, existing, now()));
    fates.forEach((fate, index) => {
      if (typeof fate === 'string') imported[fate] += 1;
      else fail(waiting[index]?.line ?? 0, [fate]);
    });
    imported.lines += waiting.length;
  };

  try {
    for await (const line of linesOf(whole(source), LONGEST_LINE)) {
      const read = readLine(line);
      if (read === undefined) continue;
      if ('problems' in read) {
        imported.lines += 1;
        fail(line.number, read.problems);
        continue;
      }
      if (unit.isFull || unit.contradicts(read.device)) await write();
      unit.add({ line: line.number, device: read.device });
    }
    await write();
  } catch (error) {
    if (error instanceof StoreUnavailable)
      throw new ImportBroken(`the database does not answer; ${storedBefore(imported)}`, { cause: error });
    if (!(error instanceof SourceBroken)) throw error;
    await write();
    await recordImport(store, imported, now());
    throw new ImportBroken(`the lines broke off; ${storedBefore(imported)}`, { cause: error });
  }
  await recordImport(store, imported, now());
  imported.errors.sort((a, b) => a.line - b.line);
  return imported;
}

function readLine({ bytes }: Line): { device: ReadDevice } | { problems: Problem[] } | undefined {
  if (bytes === null)
    return { problems: [{ field: 'line', expected: `a line of at most ${LONGEST_LINE} bytes` }] };
  if (bytes.every((byte) => byte <= 0x20)) return undefined;
  try {
    return { device: readDevice(bytes) };
  } catch (error) {
    if (error instanceof InvalidInput) return { problems: [...error.problems] };
    throw error;
  }
}

/** What is stored in one unit of work: devices of which none takes from another what belongs to one. */
class Unit {
  #waiting: Waiting[] = [];
  #nodes = 0;
  readonly #keys = new Set<string>();

  get isFull(): boolean {
    return this.#waiting.length >= DEVICES || this.#nodes >= NODES;
  }

  contradicts(device: ReadDevice): boolean {
    return keysOf(device).some((key) => this.#keys.has(key));
  }

  add(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.#nodes += waiting.device.nodes.length;
    for (const key of keysOf(waiting.device)) this.#keys.add(key);
  }

  take(): Waiting[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#nodes = 0;
    this.#keys.clear();
    return waiting;
  }
}

function keysOf({ devId, addresses }: ReadDevice): string[] {
  return [
    `device ${devId}`,
    ...addresses.filter(({ kind }) => isSole(kind)).map(({ kind, value }) => `${kind} ${value}`),
  ];
}

async function recordImport(
  store: Store,
  { registered, updated, kept, failed }: Imported,
  at: number,
): Promise<void> {
  if (registered + updated === 0) return;
  const text = `Devices were imported: ${registered} registered, ${updated} updated.`;
  const data = { registered, updated, kept, failed };
  await store.transaction((db) => recordEvent(db, { type: 'device.imported', at, text, data }));
}
