import { imeiOf } from '@grove/device';
import type { ClientCredentials, Credentials, DeviceAddresses, NewDevice } from '@grove/server';
import { makeCredentials, type SharedAccount, userOf } from '../accounts/index.ts';
import { type Api, ApiError } from '../api/index.ts';

/** A device that was registered, with its account in full. */
export interface Registered {
  readonly id: number;
  readonly devId: string;
  readonly account: SharedAccount;
}

/** Devices that one request registers. */
const BATCH = 2000;
/** Runs of numbers that are tried, where some of them are taken. */
const TRIES = 5;
/** Numbers that there are for simulated devices. */
const NUMBERS = 1_000_000_000;

/** How the two sides of the accounts prove themselves. */
export interface Schemes {
  readonly client: ClientCredentials['auth'];
  readonly server: Credentials['auth'];
}

/**
 * Registers new devices with made-up accounts, under IMEIs of simulated devices that the server does not know.
 *
 * @param addressesOf where the first, second … of them is reached
 * @throws {ApiError} when the server refuses
 */
export async function registerNew(
  api: Api,
  count: number,
  auth: Schemes,
  addressesOf: (index: number) => DeviceAddresses = () => ({}),
): Promise<Registered[]> {
  const registered: Registered[] = [];
  while (registered.length < count) {
    const done = registered.length;
    const addresses = Array.from({ length: Math.min(BATCH, count - done) }, (_, index) =>
      addressesOf(done + index),
    );
    registered.push(...(await registerBatch(api, addresses, auth)));
  }
  return registered;
}

async function registerBatch(
  api: Api,
  addresses: readonly DeviceAddresses[],
  auth: Schemes,
): Promise<Registered[]> {
  for (let tries = 1; ; tries += 1) {
    const first = Math.floor(Math.random() * (NUMBERS - addresses.length));
    const devices = addresses.map((each, index) => ({
      ...newDevice(`IMEI:${imeiOf(first + index)}`, auth),
      addresses: each,
    }));
    try {
      const { ids } = await api.post<{ ids: number[] }>('devices/bulk', { devices } satisfies {
        devices: NewDevice[];
      });
      return devices.map((device, index) => ({ ...device, id: ids[index] ?? 0 }));
    } catch (error) {
      const isTaken = error instanceof ApiError && error.status === 409;
      if (!isTaken || tries >= TRIES) throw error;
    }
  }
}

function newDevice(devId: string, auth: Schemes): { devId: string; account: SharedAccount } {
  return {
    devId,
    account: {
      serverId: 'grove',
      client: makeCredentials(auth.client, userOf(devId)),
      server: makeCredentials(auth.server, 'grove'),
    },
  };
}
