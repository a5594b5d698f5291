/** What is done with some lines of an import, in one unit of work. */
import type { Problem } from '@grove/api';
import { addAddresses, addressesOfDevices, type DeviceAddresses, setAddress } from '../addresses/index.ts';
import {
  type AccountMeans,
  type DeviceFacts,
  insertDevices,
  replaceAccount,
  setTimeZone,
} from '../devices/index.ts';
import { orderKey } from '../known-values/index.ts';
import type { Queries } from '../store/index.ts';
import { isSameAccount } from './account.ts';
import type { ReadDevice } from './device.ts';
import { importNodes } from './nodes.ts';

/** What becomes of a device that is registered already. */
export type Existing = 'keep' | 'update';

/** What importing takes from outside. */
export interface ImportMeans extends AccountMeans {
  /** Opens a secret that was sealed. */
  readonly open: (sealed: string) => string;
}

/** What became of a line. */
export type Fate = 'registered' | 'updated' | 'kept' | Problem;

/**
 * Stores devices: registers those that are not there, and does with the others what was asked for.
 *
 * @param devices a few hundred at most; each DevId and each address that belongs to one device occurs once
 * @returns what became of each, in their order
 */
export async function storeDevices(
  db: Queries,
  means: ImportMeans,
  devices: readonly ReadDevice[],
  existing: Existing,
  now: number,
): Promise<Fate[]> {
  const known = await findDevices(
    db,
    devices.map(({ devId }) => devId),
  );
  const fresh = devices.flatMap((device) => {
    const { account } = device;
    return known.has(device.devId) || account === undefined ? [] : [{ ...device, account }];
  });
  const made = fresh.length === 0 ? new Map<string, number>() : await insertDevices(db, means, fresh, now);
  await addAddresses(
    db,
    fresh.flatMap(({ devId, addresses }) => {
      const id = made.get(devId);
      return id === undefined ? [] : [{ id, addresses }];
    }),
    now,
  );
  const there = existing === 'update' ? devices.filter(({ devId }) => known.has(devId)) : [];
  await updateDevices(db, means, there, known, now);
  const written = [...there, ...fresh];
  await importNodes(
    db,
    written.flatMap(({ devId, nodes, nodesAt }) => {
      const deviceId = made.get(devId) ?? known.get(devId);
      return deviceId === undefined ? [] : [{ deviceId, nodes, at: nodesAt ?? now }];
    }),
  );
  return devices.map(({ devId, account }) => {
    if (made.has(devId)) return 'registered';
    if (account === undefined && !known.has(devId))
      return { field: 'account', expected: 'an account, since the device is not registered' };
    return existing === 'update' && known.has(devId) ? 'updated' : 'kept';
  });
}

/** Ids by DevId. */
async function findDevices(db: Queries, devIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('devices')
    .select(['id', 'dev_id'])
    .where('dev_id', 'in', devIds)
    .execute();
  return new Map(rows.map(({ id, dev_id }) => [dev_id, id]));
}

async function updateDevices(
  db: Queries,
  means: ImportMeans,
  devices: readonly ReadDevice[],
  known: ReadonlyMap<string, number>,
  now: number,
): Promise<void> {
  const ids = devices.flatMap(({ devId }) => known.get(devId) ?? []);
  const reached = await addressesOfDevices(db, ids);
  for (const { devId, account, addresses, timeZone, facts } of devices) {
    const id = known.get(devId);
    if (id === undefined) continue;
    if (account !== undefined && !(await isSameAccount(db, means.open, id, account)))
      await replaceAccount(db, means, id, account);
    const had: DeviceAddresses = reached.get(id) ?? {};
    for (const { kind, value } of addresses) {
      if (had[kind] !== value) await setAddress(db, id, kind, value, now);
    }
    if (timeZone !== undefined) await setTimeZone(db, id, timeZone);
    await updateFacts(db, id, facts);
  }
}

async function updateFacts(db: Queries, id: number, facts: DeviceFacts): Promise<void> {
  const told = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null));
  if (Object.keys(told).length === 0) return;
  const key = facts.swv === null ? {} : { swv_key: orderKey(facts.swv) };
  await db
    .updateTable('devices')
    .set({ ...told, ...key })
    .where('id', '=', id)
    .execute();
}
