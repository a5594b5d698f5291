/** Brings a fleet into a server, as an operator brings one over from elsewhere. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Served } from './api.ts';
import { deviceLine, subscriberOf } from './fleet.ts';

/** Lines of one request, and subscribers. */
const DEVICES = 5_000;
const SUBSCRIBERS = 5_000;

/** Devices of the fleet by index, some at a time. */
function* batches(devices: number, size: number): Generator<number[]> {
  for (let from = 0; from < devices; from += size)
    yield Array.from({ length: Math.min(size, devices - from) }, (_, at) => from + at);
}

/** Makes a subscriber for each device, by number. */
export async function loadSubscribers(served: Served, devices: number): Promise<void> {
  for (const batch of batches(devices, SUBSCRIBERS)) {
    const body = JSON.stringify({ subscribers: batch.map(subscriberOf) });
    await served.call('POST', '/subscribers/bulk', body);
  }
}

/**
 * Imports the devices.
 *
 * @param onProgress told how many are there
 */
export async function loadDevices(
  served: Served,
  devices: number,
  onProgress: (loaded: number) => void,
): Promise<void> {
  const now = Date.now();
  let loaded = 0;
  for (const batch of batches(devices, DEVICES)) {
    const lines = batch.map((index) => deviceLine(index, now)).join('\n');
    const { registered } = await served.call<{ registered: number }>(
      'POST',
      '/devices/import',
      lines,
      'application/x-ndjson',
    );
    if (registered !== batch.length) throw new Error(`${registered} of ${batch.length} were registered`);
    loaded += registered;
    onProgress(loaded);
  }
}

/** Bytes of a server's database: all of it, whatever it is for. */
export function databaseBytes({ data }: Served): number {
  const database = new DatabaseSync(join(data, 'grove.db'), { readOnly: true });
  try {
    const number = (pragma: string): number =>
      Object.values(database.prepare(`pragma ${pragma}`).get() ?? {}).map(Number)[0] ?? Number.NaN;
    return number('page_count') * number('page_size');
  } finally {
    database.close();
  }
}

/** Bytes of each table and index, the largest first, where SQLite can tell. */
export function largestParts({ data }: Served): { name: string; bytes: number }[] {
  const database = new DatabaseSync(join(data, 'grove.db'), { readOnly: true });
  try {
    const rows = database
      .prepare('select name, sum(pgsize) as bytes from dbstat group by name order by bytes desc limit 20')
      .all();
    return rows.map(({ name, bytes }) => ({ name: String(name), bytes: Number(bytes) }));
  } finally {
    database.close();
  }
}
