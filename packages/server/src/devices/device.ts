import { InvalidInput, NotFound } from '@grove/api';
import type { Selectable } from 'kysely';
import { addressesOfDevices, type DeviceAddresses, deviceNamedByAddress } from '../addresses/index.ts';
import { forgetEventsOf, recordEvent } from '../events/index.ts';
import { knownOf, type ModelQuirk, modelOf, quirksOf } from '../quirks/index.ts';
import { removeFromSets } from '../sets/index.ts';
import type { AccountTable, DeviceTable, Queries } from '../store/index.ts';
import { zoneProblems } from '../windows/index.ts';
import type { Account } from './account.ts';
import { type Failures, type LockoutPolicy, listFailures } from './lockout.ts';

/** One managed terminal. Times are milliseconds since the epoch. */
export interface Device {
  id: number;
  devId: string;
  /** Manufacturer, model, DM version and language of its last session; null until it has called. */
  man: string | null;
  mod: string | null;
  dmv: string | null;
  lang: string | null;
  /** Software version, once it has told it. */
  swv: string | null;
  /** Name in the IANA time zone database, where somebody has said it. */
  timeZone: string | null;
  createdAt: number;
  /** Its last authenticated message. */
  seenAt: number | null;
  /** Where it is reached. */
  addresses: DeviceAddresses;
}

/** What a device's own row says. */
export type DeviceRow = Omit<Device, 'addresses'>;

/** A device with what can be told of its account. */
export interface DeviceDetail extends Device {
  account: Account;
  /** Wrong credentials of late, and who is locked out by them; the newest first. */
  failures: Failures[];
  /** What is known of its model. */
  quirks: ModelQuirk[];
  /** Whether its instances have the properties Active, Default and Locked; null = it has not been seen. */
  instanceState: boolean | null;
}

export const COLUMNS = [
  'devices.id',
  'devices.dev_id',
  'devices.man',
  'devices.mod',
  'devices.dmv',
  'devices.lang',
  'devices.swv',
  'devices.time_zone',
  'devices.created_at',
  'devices.seen_at',
] as const;

/** A device as its row says it. */
export function deviceOf(row: Omit<Selectable<DeviceTable>, 'live_session' | 'swv_key'>): DeviceRow {
  return {
    id: row.id,
    devId: row.dev_id,
    man: row.man,
    mod: row.mod,
    dmv: row.dmv,
    lang: row.lang,
    swv: row.swv,
    timeZone: row.time_zone,
    createdAt: row.created_at,
    seenAt: row.seen_at,
  };
}

/** Devices with their addresses. */
export async function withAddresses(db: Queries, devices: readonly DeviceRow[]): Promise<Device[]> {
  const known = await addressesOfDevices(
    db,
    devices.map(({ id }) => id),
  );
  return devices.map((device) => ({ ...device, addresses: known.get(device.id) ?? {} }));
}

function accountOf(row: Selectable<AccountTable>): Account {
  return {
    serverId: row.server_id,
    client: { auth: row.client_auth, user: row.client_user, fingerprint: row.client_fingerprint },
    server: { auth: row.server_auth, user: row.server_user },
  };
}

/** Digits that are an id; a DevId, even an IMEI without its scheme, is longer. */
const ID = /^\d{1,12}$/;

/**
 * The id of the device that a key stands for: its id where the key is up to twelve digits, else its DevId, or else its
 * telephone number or SIP URI.
 *
 * @throws {NotFound}
 */
export async function findDevice(db: Queries, key: string): Promise<number> {
  const row = await db
    .selectFrom('devices')
    .select('id')
    .where((where) => (ID.test(key) ? where('id', '=', Number(key)) : where('dev_id', '=', key)))
    .executeTakeFirst();
  const id = row?.id ?? (await deviceNamedByAddress(db, key));
  if (id === undefined) throw new NotFound('device', key);
  return id;
}

/**
 * Says in which time zone a device is.
 *
 * @param zone as the IANA database has it; null = it is not known
 * @throws {InvalidInput} when there is no such zone
 */
export async function setTimeZone(db: Queries, id: number, zone: string | null): Promise<void> {
  const problems = zoneProblems(zone, 'timeZone');
  if (problems.length > 0) throw new InvalidInput(problems);
  await db.updateTable('devices').set({ time_zone: zone }).where('id', '=', id).execute();
}

/** @throws {NotFound} */
export async function showDevice(
  db: Queries,
  id: number,
  policy: LockoutPolicy,
  now: number,
): Promise<DeviceDetail> {
  const row = await db
    .selectFrom('devices')
    .innerJoin('accounts', 'accounts.device_id', 'devices.id')
    .leftJoin('instance_support', 'instance_support.device_id', 'devices.id')
    .select([...COLUMNS, 'instance_support.supported'])
    .selectAll('accounts')
    .where('devices.id', '=', id)
    .executeTakeFirst();
  if (row === undefined) throw new NotFound('device', id);
  const failures = await listFailures(db, policy, id, now);
  const model = modelOf(row.man, row.mod, row.swv);
  const quirks = model === undefined ? [] : quirksOf(await knownOf(db, model), id);
  const addresses = (await addressesOfDevices(db, [id])).get(id) ?? {};
  const instanceState = row.supported === null ? null : row.supported === 1;
  return { ...deviceOf(row), addresses, account: accountOf(row), failures, quirks, instanceState };
}

/**
 * Deletes a device with everything that is known of it; of the log, only that it was deleted stays.
 *
 * @throws {NotFound}
 */
export async function deleteDevice(db: Queries, id: number, now: number): Promise<void> {
  await forgetEventsOf(db, id);
  await removeFromSets(db, id);
  await recordEvent(db, {
    type: 'device.removed',
    at: now,
    text: 'The device was deleted, with everything that was known of it.',
    deviceId: id,
  });
  const deleted = await db.deleteFrom('devices').where('id', '=', id).returning('id').executeTakeFirst();
  if (deleted === undefined) throw new NotFound('device', id);
}
