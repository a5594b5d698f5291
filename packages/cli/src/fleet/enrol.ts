import { type FleetAccount, type FleetCredentials, type FleetServer, fleetAccount } from '@grove/device';
import type { DeviceAddresses, NewDevice } from '@grove/server';
import { makeCredentials } from '../accounts/index.ts';
import { type Api, ApiError, type Device, segment } from '../api/index.ts';

/** Devices that one request registers. */
const BATCH = 2000;
/** Requests under way at the same time. */
const AT_ONCE = 16;

/** Which devices of a fleet. */
export interface Range {
  /** Index of the first one. */
  readonly first: number;
  readonly devices: number;
}

/**
 * Registers the devices of a fleet; those that are registered already get the fleet's account.
 *
 * @param onProgress told how many are done
 * @param addressesOf where each is reached
 * @throws {ApiError} when the server refuses
 */
export async function enrol(
  api: Api,
  server: Omit<FleetServer, 'address'>,
  { first, devices }: Range,
  onProgress: (done: number) => void,
  addressesOf: (index: number) => DeviceAddresses = () => ({}),
): Promise<void> {
  let known: Set<string> | undefined;
  for (let done = 0; done < devices; done += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, devices - done) }, (_, index) =>
      newDevice(fleetAccount(first + done + index, server), addressesOf(first + done + index)),
    );
    if (known === undefined) {
      if (await registerAll(api, batch)) {
        onProgress(done + batch.length);
        continue;
      }
      known = await knownDevices(api);
    }
    const missing = batch.filter(({ devId }) => !known?.has(devId));
    if (missing.length > 0) await api.post('devices/bulk', { devices: missing });
    await replaceAccounts(
      api,
      batch.filter(({ devId }) => known?.has(devId)),
    );
    onProgress(done + batch.length);
  }
}

function newDevice({ devId, serverID, client, server }: FleetAccount, addresses: DeviceAddresses): NewDevice {
  return { devId, addresses, account: { serverId: serverID, client: plain(client), server: plain(server) } };
}

/** Only what the scheme has a use for. */
function plain<Auth extends NewDevice['account']['client']['auth']>({
  auth,
  user,
  ...given
}: FleetCredentials<Auth>): ReturnType<typeof makeCredentials<Auth>> {
  return makeCredentials(auth, user, given);
}

/** @returns false when some are registered already, and none was now */
async function registerAll(api: Api, devices: readonly NewDevice[]): Promise<boolean> {
  try {
    await api.post('devices/bulk', { devices });
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) return false;
    throw error;
  }
}

async function knownDevices(api: Api): Promise<Set<string>> {
  const { items } = await api.list<Device>('devices', { text: 'IMEI:' }, 0);
  return new Set(items.map(({ devId }) => devId));
}

async function replaceAccounts(api: Api, devices: readonly NewDevice[]): Promise<void> {
  const left = devices.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const { devId, account, addresses = {} } of left) {
        const device = `devices/${segment(devId)}`;
        await api.put(`${device}/account`, account);
        for (const [kind, value] of Object.entries(addresses))
          await api.put(`${device}/addresses/${kind}`, { value });
      }
    }),
  );
}
