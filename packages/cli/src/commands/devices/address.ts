import { ADDRESS_KINDS, type DeviceAddresses, type DeviceAddressKind } from '@grove/server';
import type { Command } from 'commander';
import { segment } from '../../api/index.ts';
import { printable } from '../../output/index.ts';
import { UsageError } from '../../program/index.ts';
import { defineCall } from '../call.ts';

/** What the options say of where a device is reached. */
export interface AddressOptions {
  readonly msisdn?: string;
  readonly sip?: string;
  readonly ip?: string;
  readonly pushUser?: string;
}

/** Adds an option for each kind of address. */
export function addAddressOptions(command: Command): Command {
  return command
    .optionsGroup('Where the device is reached:')
    .option('--msisdn <number>', 'telephone number, such as +441632960001')
    .option('--sip <uri>', 'SIP URI, such as sip:alice@ims.example.com')
    .option('--ip <address>', 'IP address, if need be with a port: 192.0.2.1:2948')
    .option('--push-user <name>', "name in the push proxy gateway's directory")
    .optionsGroup('Options:');
}

/** The addresses that the options give; undefined where they give none. */
export function addressesFrom({
  msisdn,
  sip,
  ip,
  pushUser: user,
}: AddressOptions): DeviceAddresses | undefined {
  const given = Object.entries({ msisdn, sip, ip, user }).filter(([, value]) => value !== undefined);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

/** Addresses in words: `+441632960001, sip:alice@ims.example.com`. */
export function formatAddresses(addresses: DeviceAddresses): string | null {
  const known = ADDRESS_KINDS.flatMap((kind) => addresses[kind] ?? []);
  return known.length === 0 ? null : known.join(', ');
}

interface AddressBody {
  kind: DeviceAddressKind;
  value: string;
  takenFrom: { id: number; devId: string } | null;
}

export function defineAddress(parent: Command): void {
  defineCall<AddressOptions & { remove?: string[] }>(parent, {
    usage: 'address <device>',
    summary: 'say where a device is reached: by SMS, by SIP, at an IP address',
    examples: [
      'grove devices address IMEI:490154203237518 --msisdn +441632960001',
      'grove devices address +441632960001 --sip sip:alice@ims.example.com --ip 192.0.2.1:2948',
      'grove devices address IMEI:490154203237518 --remove sip',
    ],
    remarks:
      'A number, SIP URI or name belongs to one device: where another one had it, that one has none any more.',
    options: (command) => {
      addAddressOptions(command).option(
        '--remove <kind...>',
        `forget addresses: ${ADDRESS_KINDS.join(', ')}`,
      );
    },
    async run(api, [key = ''], { remove = [], ...options }) {
      const addresses = addressesFrom(options) ?? {};
      const unknown = remove.find((kind) => !(ADDRESS_KINDS as readonly string[]).includes(kind));
      if (unknown !== undefined)
        throw new UsageError(`--remove takes ${ADDRESS_KINDS.join(', ')}, not ${JSON.stringify(unknown)}`);
      if (remove.length === 0 && Object.keys(addresses).length === 0)
        throw new UsageError('give an address, or --remove one');
      // By its id, since the address that names it may be one that changes.
      const { id } = await api.get<{ id: number }>(`devices/${segment(key)}`);
      const path = (kind: string) => `devices/${id}/addresses/${kind}`;
      for (const kind of remove) await api.delete(path(kind));
      const set: AddressBody[] = [];
      for (const [kind, value] of Object.entries(addresses))
        set.push(await api.put<AddressBody>(path(kind), { value }));
      return {
        json: { set, removed: remove },
        lines: () => [
          ...remove.map((kind) => `Its ${kind} is forgotten.`),
          ...set.map(({ kind, value, takenFrom }) => {
            const before = takenFrom === null ? '' : `, which was ${printable(takenFrom.devId)}'s before`;
            return `Its ${kind} is ${printable(value)}${before}.`;
          }),
        ],
      };
    },
  });
}
