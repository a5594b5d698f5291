import type { ReachedBy } from '@grove/device';
import type { DeviceAddresses } from '@grove/server';
import { UsageError } from '../../program/index.ts';

/** Options of devices that wait to be notified. */
export interface FleetPushOptions {
  /** URLs of bearers, with the number of the device in them. */
  readonly push?: readonly string[];
  readonly number?: string;
  /** Share of the sessions that users refuse. */
  readonly refuse?: number;
}

/** @throws {UsageError} when options are given that do not go together */
export function checkPushOptions(
  options: FleetPushOptions & { readonly rate?: number; readonly mortality: number },
): void {
  const { push, number, refuse, rate, mortality } = options;
  if (push === undefined) {
    if (number !== undefined) throw new UsageError('--number is that of --push');
    if (refuse !== undefined) throw new UsageError('--refuse is that of --push');
    return;
  }
  if (rate !== undefined)
    throw new UsageError('--rate does not go with --push: its devices call when notified');
  if (mortality > 0) throw new UsageError('--mortality does not go with --push');
}

/** As which of its addresses a server keeps where a device is reached by a bearer. */
const KINDS: Readonly<Record<string, keyof DeviceAddresses>> = {
  sms: 'msisdn',
  sip: 'sip',
  udp: 'ip',
  http: 'ip',
};

/** Addresses as the server has them; those of bearers that it knows no address for are left out. */
export function addressesFrom(reached: readonly Pick<ReachedBy, 'bearer' | 'address'>[]): DeviceAddresses {
  return Object.fromEntries(
    reached.flatMap(({ bearer, address }) => {
      const kind = KINDS[bearer];
      return kind === undefined ? [] : [[kind, address]];
    }),
  );
}
