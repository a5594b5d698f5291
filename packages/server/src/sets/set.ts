import { NotFound } from '@grove/api';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { type Params, type Queries, statement } from '../store/index.ts';
import { Bitmap, CHUNK, CHUNK_BYTES, countBits, idsOf } from './bitmap.ts';

/**
 * Makes a set.
 *
 * @param now milliseconds since the epoch
 * @returns its id
 */
export async function createSet(db: Queries, ids: Iterable<number>, now: number): Promise<number> {
  const bitmap = ids instanceof Bitmap ? ids : Bitmap.of(ids);
  const { id } = await db
    .insertInto('device_sets')
    .values({ devices: bitmap.size, created_at: now })
    .returning('id')
    .executeTakeFirstOrThrow();
  for (const [chunk, bits] of bitmap.chunks) {
    await db
      .insertInto('device_set_rows')
      .values({ set_id: id, chunk, devices: countBits(bits), bits })
      .execute();
  }
  return id;
}

/** Deletes a set; nothing must refer to it any more. */
export async function deleteSet(db: Queries, setId: number): Promise<void> {
  await db.deleteFrom('device_sets').where('id', '=', setId).execute();
}

/**
 * Adds devices. Changes of one set follow one another, in whichever processes.
 *
 * @returns how many were not in it before
 * @throws {NotFound} when there is no such set
 */
export function addToSet(db: Queries, setId: number, ids: Iterable<number>): Promise<number> {
  return change(db, setId, ids, (bits, others) => {
    for (let at = 0; at < bits.length; at++) bits[at] = (bits[at] ?? 0) | (others[at] ?? 0);
  });
}

/**
 * Takes devices out, as {@link addToSet} adds them.
 *
 * @returns how many were in it
 * @throws {NotFound} when there is no such set
 */
export async function removeFromSet(db: Queries, setId: number, ids: Iterable<number>): Promise<number> {
  const added = await change(db, setId, ids, (bits, others) => {
    for (let at = 0; at < bits.length; at++) bits[at] = (bits[at] ?? 0) & ~(others[at] ?? 0);
  });
  return added === 0 ? 0 : -added;
}

/** @returns by how many devices the set has grown */
async function change(
  db: Queries,
  setId: number,
  ids: Iterable<number>,
  apply: (bits: Uint8Array, others: Uint8Array) => void,
): Promise<number> {
  const bitmap = ids instanceof Bitmap ? ids : Bitmap.of(ids);
  // Taken first, the set's own row is what those wait for who change it at the same time.
  const held = await db
    .updateTable('device_sets')
    .set({ devices: sql`devices` })
    .where('id', '=', setId)
    .returning('id')
    .executeTakeFirst();
  if (held === undefined) throw new NotFound('set of devices', setId);
  let grown = 0;
  for (const [chunk, others] of bitmap.chunks) {
    const row = await db
      .selectFrom('device_set_rows')
      .select(['bits', 'devices'])
      .where('set_id', '=', setId)
      .where('chunk', '=', chunk)
      .executeTakeFirst();
    const bits = row === undefined ? new Uint8Array(CHUNK_BYTES) : Uint8Array.from(row.bits);
    apply(bits, others);
    const devices = countBits(bits);
    const before = row?.devices ?? 0;
    if (devices === before) continue;
    grown += devices - before;
    await putRow(db, setId, chunk, devices, bits);
  }
  await db
    .updateTable('device_sets')
    .set({ devices: sql`devices + ${grown}` })
    .where('id', '=', setId)
    .execute();
  return grown;
}

async function putRow(
  db: Queries,
  setId: number,
  chunk: number,
  devices: number,
  bits: Uint8Array,
): Promise<void> {
  if (devices === 0) {
    await db.deleteFrom('device_set_rows').where('set_id', '=', setId).where('chunk', '=', chunk).execute();
    return;
  }
  await db
    .insertInto('device_set_rows')
    .values({ set_id: setId, chunk, devices, bits })
    .onConflict((conflict) => conflict.columns(['set_id', 'chunk']).doUpdateSet({ devices, bits }))
    .execute();
}

/**
 * How many devices are in a set.
 *
 * @throws {NotFound}
 */
export async function countSet(db: Queries, setId: number): Promise<number> {
  const row = await db.selectFrom('device_sets').select('devices').where('id', '=', setId).executeTakeFirst();
  if (row === undefined) throw new NotFound('set of devices', setId);
  return row.devices;
}

const rowOf = statement((q, p: Params<{ setId: number; chunk: number }>) =>
  q
    .selectFrom('device_set_rows')
    .select('bits')
    .where('set_id', '=', p('setId'))
    .where('chunk', '=', p('chunk')),
);

/** Whether a device is in a set. */
export async function isInSet(db: Queries, setId: number, deviceId: number): Promise<boolean> {
  const row = await rowOf.first(db, { setId, chunk: Math.floor(deviceId / CHUNK) });
  if (row === undefined) return false;
  const at = deviceId % CHUNK;
  return (((row.bits[at >> 3] ?? 0) >> (at & 7)) & 1) === 1;
}

/**
 * Ids of devices in a set, from the smallest on.
 *
 * @param after only those above it
 * @param limit how many at most
 */
export async function listSet(db: Queries, setId: number, after: number, limit: number): Promise<number[]> {
  const ids: number[] = [];
  let chunk = Math.max(0, Math.floor((after + 1) / CHUNK));
  while (ids.length < limit) {
    const row = await db
      .selectFrom('device_set_rows')
      .select(['chunk', 'bits'])
      .where('set_id', '=', setId)
      .where('chunk', '>=', chunk)
      .orderBy('chunk')
      .limit(1)
      .executeTakeFirst();
    if (row === undefined) break;
    for (const id of idsOf(row.chunk, row.bits, after)) {
      ids.push(id);
      if (ids.length === limit) break;
    }
    chunk = row.chunk + 1;
  }
  return ids;
}

/** Reads a whole set: 8 KiB for each row. One that is not there is empty. */
export async function loadSet(db: Queries, setId: number): Promise<Bitmap> {
  const rows = await db
    .selectFrom('device_set_rows')
    .select(['chunk', 'bits'])
    .where('set_id', '=', setId)
    .execute();
  const bitmap = new Bitmap();
  for (const { chunk, bits } of rows) bitmap.put(chunk, bits);
  return bitmap;
}

/** All bytes in order: where a byte stands in it, is its number. */
const BYTES = Buffer.from(Uint8Array.from({ length: 256 }, (_, byte) => byte)).toString('hex');

/** Whether a bit is set in the row that has it, as each engine says it. */
const BIT_IS_SET = {
  sqlite: (id: RawBuilder<unknown>) =>
    sql`((instr(x'${sql.raw(BYTES)}', substr(device_set_rows.bits, ((${id} & 65535) >> 3) + 1, 1)) - 1) >> (${id} & 7)) & 1`,
  postgres: (id: RawBuilder<unknown>) => sql`get_bit(device_set_rows.bits, (${id} & 65535)::integer)`,
};

/**
 * The condition that a device is in a set, for queries of either engine.
 *
 * @param id a column with the device's id
 */
export function inSet(
  engine: keyof typeof BIT_IS_SET,
  setId: number,
  id: RawBuilder<unknown>,
): RawBuilder<SqlBool> {
  return sql<SqlBool>`exists (select 1 from device_set_rows where device_set_rows.set_id = ${setId}
    and device_set_rows.chunk = (${id} >> 16) and (${BIT_IS_SET[engine](id)}) = 1)`;
}

/** Takes a device that is deleted out of all sets. */
export async function removeFromSets(db: Queries, deviceId: number): Promise<void> {
  const chunk = Math.floor(deviceId / CHUNK);
  const rows = await db
    .selectFrom('device_set_rows')
    .select('set_id')
    .where('chunk', '=', chunk)
    .orderBy('set_id')
    .execute();
  for (const { set_id } of rows) {
    if (await isInSet(db, set_id, deviceId)) await removeFromSet(db, set_id, [deviceId]);
  }
}
