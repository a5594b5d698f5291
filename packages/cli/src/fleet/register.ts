import { imeiOf } from '@grove/device';
import type { ClientCredentials, Credentials, NewDevice } from '@grove/server';
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
 * @throws {ApiError} when the server refuses
 */
export async function registerNew(api: Api, count: number, auth: Schemes): Promise<Registered[]> {
  const registered: Registered[] = [];
  while (registered.length < count) {
    registered.push(...(await registerBatch(api, Math.min(BATCH, count - registered.length), auth)));
  }
  return registered;
}

async function registerBatch(api: Api, count: number, auth: Schemes): Promise<Registered[]> {
  for (let tries = 1; ; tries += 1) {
    const first = Math.floor(Math.random() * (NUMBERS - count));
    const devices = Array.from({ length: count }, (_, index) =>
      newDevice(`IMEI:${imeiOf(first + index)}`, auth),
    );
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
