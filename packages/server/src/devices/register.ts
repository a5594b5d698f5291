import { Conflict, InvalidInput, NotFound } from '@grove/api';
import { Type } from 'typebox';
import {
  addAddresses,
  type CheckedAddresses,
  checkAddresses,
  type DeviceAddresses,
} from '../addresses/index.ts';
import { recordEvents } from '../events/index.ts';
import { orderKey } from '../known-values/index.ts';
import type { AccountTable, Queries } from '../store/index.ts';
import { zoneProblems } from '../windows/index.ts';
import type { AccountInput, ClientCredentials } from './account.ts';
import { unlockDevice } from './lockout.ts';

/** DevId: what a device says it is, `IMEI:490154203237518`. */
export const DevId = Type.String({
  minLength: 1,
  maxLength: 256,
  pattern: '^[!-~](?:[ -~]*[!-~])?$',
  description: 'DevId as the device sends it, for example IMEI:490154203237518; printable ASCII',
});

/** A device to be registered. */
export interface NewDevice {
  devId: string;
  account: AccountInput;
  /** Where it is reached. */
  addresses?: DeviceAddresses;
  /** Name in the IANA time zone database. */
  timeZone?: string;
}

/** What making an account takes from outside. */
export interface AccountMeans {
  /** Seals a secret for keeping. */
  seal: (secret: string) => string;
  /** Fresh random bytes. */
  random: (length: number) => Uint8Array;
}

const NONCE_BYTES = 16;
/** Rows in one INSERT: well below the engines' limits on parameters. */
const BATCH = 500;
/** Duplicates that an error lists. */
const SHOWN = 20;

/**
 * Registers devices, all or none of them.
 *
 * @returns their ids, in the order of `devices`
 * @throws {InvalidInput} when an account is one that nobody should have: see {@link isReflecting}; when an address is none
 * @throws {Conflict} when some are registered already or occur twice; names them. The transaction must
 *   then be rolled back.
 */
export async function registerDevices(
  db: Queries,
  means: AccountMeans,
  devices: readonly NewDevice[],
  now: number,
): Promise<number[]> {
  const reflecting = devices.findIndex(({ account }) => isReflecting(account));
  if (reflecting !== -1) refuseAccount(devices.length === 1 ? '' : `devices/${reflecting}/`);
  const addresses = checkAddresses(
    devices.map((device, index) => ({
      addresses: device.addresses,
      field: devices.length === 1 ? 'addresses' : `devices/${index}/addresses`,
    })),
  );
  const zones = devices.flatMap(({ timeZone }, index) =>
    zoneProblems(timeZone, devices.length === 1 ? 'timeZone' : `devices/${index}/timeZone`),
  );
  if (zones.length > 0) throw new InvalidInput(zones.slice(0, SHOWN));
  const positions = new Map<string, number>();
  const duplicates: number[] = [];
  devices.forEach(({ devId }, index) => {
    if (positions.has(devId)) duplicates.push(index);
    else positions.set(devId, index);
  });
  refuse(devices, duplicates, 'a DevId that occurs once');

  const ids: number[] = [];
  for (let from = 0; from < devices.length; from += BATCH) {
    const batch = devices.slice(from, from + BATCH);
    const made = await insertDevices(db, means, batch, now);
    const known: number[] = [];
    const reached: { id: number; addresses: CheckedAddresses }[] = [];
    batch.forEach(({ devId }, index) => {
      const id = made.get(devId);
      if (id === undefined) {
        known.push(from + index);
        return;
      }
      ids.push(id);
      reached.push({ id, addresses: addresses[from + index] ?? [] });
    });
    refuse(devices, known, 'a DevId that is not registered');
    await addAddresses(db, reached, now);
    await recordEvents(
      db,
      [...made].map(([devId, id]) => ({
        type: 'device.registered',
        at: now,
        text: 'The device was registered.',
        deviceId: id,
        devId,
      })),
    );
  }
  return ids;
}

/** What a device says of itself, where that is known before it has called. */
export interface DeviceFacts {
  readonly man: string | null;
  readonly mod: string | null;
  readonly dmv: string | null;
  readonly lang: string | null;
  readonly swv: string | null;
}

/**
 * Makes the rows of devices and their accounts, for those that are not there yet.
 *
 * @param devices a few hundred at most, each once
 * @returns the ids of those that were made, by DevId
 */
export async function insertDevices(
  db: Queries,
  means: AccountMeans,
  devices: readonly {
    readonly devId: string;
    readonly account: AccountInput;
    readonly facts?: DeviceFacts;
    readonly timeZone?: string | undefined;
  }[],
  now: number,
): Promise<Map<string, number>> {
  const rows = await db
    .insertInto('devices')
    .values(
      devices.map(({ devId, facts, timeZone }) => ({
        dev_id: devId,
        time_zone: timeZone ?? null,
        man: facts?.man ?? null,
        mod: facts?.mod ?? null,
        dmv: facts?.dmv ?? null,
        lang: facts?.lang ?? null,
        swv: facts?.swv ?? null,
        swv_key: facts?.swv == null ? null : orderKey(facts.swv),
        created_at: now,
        seen_at: null,
        live_session: null,
      })),
    )
    .onConflict((conflict) => conflict.column('dev_id').doNothing())
    .returning(['id', 'dev_id'])
    .execute();
  const made = new Map(rows.map((row) => [row.dev_id, row.id]));
  const accounts = devices.flatMap(({ devId, account }) => {
    const id = made.get(devId);
    return id === undefined ? [] : [accountRow(means, id, account)];
  });
  if (accounts.length > 0) await db.insertInto('accounts').values(accounts).execute();
  return made;
}

/**
 * Gives a device another account in place of its own. Wrong credentials of before are forgotten.
 *
 * @throws {NotFound} when there is no such device
 * @throws {InvalidInput} when the account is one that nobody should have: see {@link isReflecting}
 */
export async function replaceAccount(
  db: Queries,
  means: AccountMeans,
  deviceId: number,
  account: AccountInput,
): Promise<void> {
  if (isReflecting(account)) refuseAccount();
  const { device_id: _, ...row } = accountRow(means, deviceId, account);
  const changed = await db
    .updateTable('accounts')
    .set(row)
    .where('device_id', '=', deviceId)
    .returning('device_id')
    .executeTakeFirst();
  if (changed === undefined) throw new NotFound('device', deviceId);
  await unlockDevice(db, deviceId);
}

/**
 * Whether both sides would make the same digest. The server makes one over any nonce, for whoever says that he is the
 * device, who would only have to send back what he has got.
 */
export function isReflecting({ client, server }: AccountInput): boolean {
  return (
    client.auth === 'md5' &&
    server?.auth === 'md5' &&
    client.user === server.user &&
    client.password === server.password
  );
}

/** @param path of what holds the account */
function refuseAccount(path?: string): never {
  const expected =
    "another name or password than the device's, so that the digest of the one is not that of the other";
  throw new InvalidInput([{ field: path === undefined ? 'server' : `${path}account/server`, expected }]);
}

function refuse(devices: readonly NewDevice[], indexes: readonly number[], expected: string): void {
  const [first] = indexes;
  if (first === undefined) return;
  const devId = JSON.stringify(devices[first]?.devId);
  const others = indexes.length - 1;
  throw new Conflict(
    `device ${devId}${others === 0 ? ' is' : ` and ${others} more are`} registered already or given twice`,
    indexes.slice(0, SHOWN).map((index) => ({
      field: devices.length === 1 ? 'devId' : `devices/${index}/devId`,
      value: devices[index]?.devId,
      expected,
    })),
  );
}

function accountRow(means: AccountMeans, deviceId: number, account: AccountInput): AccountTable {
  const client = columnsOf(means, account.client);
  const server = columnsOf(means, account.server ?? { auth: 'none' });
  return {
    device_id: deviceId,
    server_id: account.serverId ?? 'grove',
    client_auth: account.client.auth,
    client_user: client.user,
    client_secret: client.secret,
    client_nonce: client.nonce,
    client_nonce_before: null,
    client_fingerprint: fingerprintOf(account.client),
    server_auth: account.server?.auth ?? 'none',
    server_user: server.user,
    server_secret: server.secret,
    server_nonce: server.nonce,
    failed_at: null,
    resynced_at: null,
  };
}

/** In the form that certificates are compared in: without colons, in lower case. */
function fingerprintOf(credentials: ClientCredentials): string | null {
  if (credentials.auth !== 'certificate' || credentials.fingerprint === undefined) return null;
  return credentials.fingerprint.replaceAll(':', '').toLowerCase();
}

function columnsOf(means: AccountMeans, credentials: ClientCredentials) {
  if (credentials.auth === 'none' || credentials.auth === 'certificate')
    return { user: null, secret: null, nonce: null };
  const { user, password } = credentials;
  const secret = means.seal(password);
  if (credentials.auth === 'basic') return { user, secret, nonce: null };
  const nonce = credentials.nonce ?? Buffer.from(means.random(NONCE_BYTES)).toString('base64');
  return { user, secret, nonce };
}
