import { isIP } from 'node:net';
import { Conflict, NotFound } from '@grove/api';
import type { Address } from '@grove/push';
import { followNumbers } from '../bindings/index.ts';
import { recordEvent } from '../events/index.ts';
import type { Queries } from '../store/index.ts';
import {
  ADDRESS_KINDS,
  checkAddress,
  type DeviceAddresses,
  type DeviceAddressKind,
  isSole,
  pushAddress,
  readings,
} from './kinds.ts';

/** A device that had an address before another one got it. */
export interface FormerHolder {
  id: number;
  devId: string;
}

/** Rows in one statement: well below the engines' limits on parameters. */
const BATCH = 300;

/**
 * Gives a device an address, in place of the one of that kind that it had. One that belongs to a single device leaves
 * the device that had it: a SIM card is put into another phone, and the newest word counts. Whose the devices are follows
 * their telephone numbers.
 *
 * @returns the address as it is kept, and who had it before
 * @throws {InvalidInput} when it is not of this kind
 */
export async function setAddress(
  db: Queries,
  deviceId: number,
  kind: DeviceAddressKind,
  given: string,
  now: number,
): Promise<{ value: string; takenFrom: FormerHolder | null }> {
  const value = checkAddress(kind, given, 'value');
  const takenFrom = isSole(kind) ? await takeAway(db, deviceId, kind, value) : null;
  const row = { device_id: deviceId, kind, value, changed_at: now };
  await db
    .insertInto('device_addresses')
    .values(row)
    .onConflict((conflict) => conflict.columns(['device_id', 'kind']).doUpdateSet({ value, changed_at: now }))
    .execute();
  if (takenFrom !== null)
    await recordChange(db, takenFrom.id, kind, null, `Its ${kind} is that of another device now.`, now);
  await recordChange(db, deviceId, kind, value, `Its ${kind} is ${value}.`, now);
  if (kind === 'msisdn') {
    const former = takenFrom === null ? [] : [{ deviceId: takenFrom.id, msisdn: null }];
    await followNumbers(db, [...former, { deviceId, msisdn: value }], now);
  }
  return { value, takenFrom };
}

function recordChange(
  db: Queries,
  deviceId: number,
  kind: DeviceAddressKind,
  value: string | null,
  text: string,
  at: number,
): Promise<void> {
  return recordEvent(db, { type: 'device.addressed', at, text, deviceId, data: { kind, value } });
}

async function takeAway(
  db: Queries,
  deviceId: number,
  kind: DeviceAddressKind,
  value: string,
): Promise<FormerHolder | null> {
  const holder = await db
    .selectFrom('device_addresses')
    .innerJoin('devices', 'devices.id', 'device_addresses.device_id')
    .select(['devices.id', 'devices.dev_id as devId'])
    .where('device_addresses.value', '=', value)
    .where('device_addresses.kind', '=', kind)
    .where('device_addresses.device_id', '<>', deviceId)
    .executeTakeFirst();
  if (holder === undefined) return null;
  await db
    .deleteFrom('device_addresses')
    .where('device_id', '=', holder.id)
    .where('kind', '=', kind)
    .execute();
  return holder;
}

/** @throws {NotFound} when the device has no address of that kind */
export async function removeAddress(
  db: Queries,
  deviceId: number,
  kind: DeviceAddressKind,
  now: number,
): Promise<void> {
  const removed = await db
    .deleteFrom('device_addresses')
    .where('device_id', '=', deviceId)
    .where('kind', '=', kind)
    .returning('kind')
    .executeTakeFirst();
  if (removed === undefined) throw new NotFound('address of the kind', kind);
  await recordChange(db, deviceId, kind, null, `Its ${kind} is forgotten.`, now);
  if (kind === 'msisdn') await followNumbers(db, [{ deviceId, msisdn: null }], now);
}

/** Addresses of a device that is being registered. */
export interface GivenAddresses {
  readonly addresses: DeviceAddresses | undefined;
  /** Where they were given, for errors. */
  readonly field: string;
}

/** Addresses that were checked, in the form in which they are kept. */
export type CheckedAddresses = readonly { readonly kind: DeviceAddressKind; readonly value: string }[];

/**
 * Checks the addresses of devices that are to be registered.
 *
 * @returns those of each device, in their order
 * @throws {InvalidInput} when one is not of its kind
 * @throws {Conflict} when two devices are given the same one, which belongs to a single device
 */
export function checkAddresses(devices: readonly GivenAddresses[]): CheckedAddresses[] {
  const taken = new Set<string>();
  return devices.map(({ addresses = {}, field }) =>
    ADDRESS_KINDS.flatMap((kind) => {
      const given = addresses[kind];
      if (given === undefined) return [];
      const path = `${field}/${kind}`;
      const value = checkAddress(kind, given, path);
      const key = `${kind} ${value}`;
      if (isSole(kind) && taken.has(key)) {
        throw new Conflict(`the address ${JSON.stringify(value)} is given to two devices`, [
          { field: path, value: given, expected: 'an address that occurs once' },
        ]);
      }
      taken.add(key);
      return [{ kind, value }];
    }),
  );
}

/** Gives new devices their addresses, as {@link setAddress} would. */
export async function addAddresses(
  db: Queries,
  devices: readonly { readonly id: number; readonly addresses: CheckedAddresses }[],
  now: number,
): Promise<void> {
  const rows = devices.flatMap(({ id, addresses }) =>
    addresses.map(({ kind, value }) => ({ device_id: id, kind, value, changed_at: now })),
  );
  for (let from = 0; from < rows.length; from += BATCH) {
    const batch = rows.slice(from, from + BATCH);
    const moved: { deviceId: number; msisdn: string | null }[] = [];
    for (const kind of ADDRESS_KINDS.filter(isSole)) {
      const values = batch.filter((row) => row.kind === kind).map(({ value }) => value);
      if (values.length === 0) continue;
      const former = await db
        .deleteFrom('device_addresses')
        .where('value', 'in', values)
        .where('kind', '=', kind)
        .returning('device_id')
        .execute();
      if (kind === 'msisdn') moved.push(...former.map((row) => ({ deviceId: row.device_id, msisdn: null })));
    }
    await db.insertInto('device_addresses').values(batch).execute();
    const numbers = batch.filter(({ kind }) => kind === 'msisdn');
    moved.push(...numbers.map((row) => ({ deviceId: row.device_id, msisdn: row.value })));
    await followNumbers(db, moved, now);
  }
}

/** Addresses of some devices; those that have none are not in it. */
export async function addressesOfDevices(
  db: Queries,
  deviceIds: readonly number[],
): Promise<Map<number, DeviceAddresses>> {
  const found = new Map<number, DeviceAddresses>();
  if (deviceIds.length === 0) return found;
  const rows = await db
    .selectFrom('device_addresses')
    .select(['device_id', 'kind', 'value'])
    .where('device_id', 'in', deviceIds)
    .execute();
  for (const { device_id, kind, value } of rows) {
    const addresses = found.get(device_id) ?? {};
    addresses[kind] = value;
    found.set(device_id, addresses);
  }
  return found;
}

/**
 * Where devices can be sent a push: one address of each kind that is known, in the order of {@link ADDRESS_KINDS}. Those that
 * have none are not in it.
 */
export async function addressesOf(
  db: Queries,
  deviceIds: readonly number[],
): Promise<Map<number, readonly Address[]>> {
  const known = await addressesOfDevices(db, deviceIds);
  return new Map([...known].map(([id, addresses]) => [id, pushAddresses(addresses)]));
}

function pushAddresses(known: DeviceAddresses): Address[] {
  return ADDRESS_KINDS.flatMap((kind) => {
    const kept = known[kind];
    return kept === undefined ? [] : [pushAddress(kind, kept)];
  });
}

/**
 * Ids of the devices that are reached at an address, however it is written; several only behind an IP address.
 *
 * @param limit one more than this at most
 * @param after those with a larger id
 */
export async function devicesAt(db: Queries, text: string, limit: number, after = 0): Promise<number[]> {
  const meant = readings(text);
  if (meant.length === 0) return [];
  const rows = await db
    .selectFrom('device_addresses')
    .select('device_id')
    .distinct()
    .where((where) =>
      where.or(
        meant.map(({ kind, value }) => where.and([where('value', '=', value), where('kind', '=', kind)])),
      ),
    )
    .where('device_id', '>', after)
    .orderBy('device_id')
    .limit(limit + 1)
    .execute();
  return rows.map(({ device_id }) => device_id);
}

/**
 * Ids of the devices behind an IP address, at whatever port.
 *
 * @param limit at most
 */
export async function devicesBehind(db: Queries, ip: string, limit: number): Promise<number[]> {
  const host = isIP(ip) === 0 ? undefined : hostOf(ip);
  if (host === undefined) return [];
  const rows = await db
    .selectFrom('device_addresses')
    .select('device_id')
    .where('kind', '=', 'ip')
    // `;` follows `:`: between the two lies every port.
    .where('value', '>=', `${host}:`)
    .where('value', '<', `${host};`)
    .orderBy('device_id')
    .limit(limit)
    .execute();
  return rows.map(({ device_id }) => device_id);
}

/** An IP address as it stands before the port. */
function hostOf(ip: string): string {
  return new URL(`http://${ip.includes(':') ? `[${ip}]` : ip}`).hostname;
}

/** The device with a telephone number or SIP URI, which no DevId looks like. */
export async function deviceNamedByAddress(db: Queries, text: string): Promise<number | undefined> {
  if (!/^(?:\+|sips?:)/i.test(text)) return undefined;
  const [id] = await devicesAt(db, text, 1);
  return id;
}
