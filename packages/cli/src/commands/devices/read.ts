import type { Command } from 'commander';
import { type Device, type DeviceDetail, segment } from '../../api/index.ts';
import { type Column, counted, formatFacts, formatTime } from '../../output/index.ts';
import { defineCall } from '../call.ts';
import { defineListing } from '../listing.ts';
import { formatAddresses } from './address.ts';

const COLUMNS: readonly Column<Device>[] = [
  { title: 'ID', value: ({ id }) => id, align: 'right' },
  { title: 'DEVICE', value: ({ devId }) => devId },
  { title: 'MANUFACTURER', value: ({ man }) => man },
  { title: 'MODEL', value: ({ mod }) => mod },
  { title: 'REACHED AT', value: ({ addresses }) => formatAddresses(addresses) },
  { title: 'LAST SEEN', value: ({ seenAt }) => (seenAt === null ? 'never' : formatTime(seenAt)) },
];

export function defineList(parent: Command): void {
  defineListing(parent, {
    summary: 'list devices',
    path: 'devices',
    columns: COLUMNS,
    empty: 'No devices.',
    filters: [
      {
        name: 'where',
        argument: 'expression',
        description: 'only those for which it holds: see grove expressions',
      },
      {
        name: 'text',
        argument: 'text',
        description: 'only those whose DevId, manufacturer or model begins with it',
      },
      {
        name: 'address',
        argument: 'address',
        description: 'only those that are reached there: number, SIP URI, IP address, name in a gateway',
      },
    ],
    examples: [
      'grove devices ls',
      `grove devices ls --where 'manufacturer = "Acme" and fw < "2.1" and lastSeen > -7d'`,
      'grove devices ls --text IMEI:35 --limit 0 --json',
    ],
  });
}

export function defineShow(parent: Command): void {
  defineCall(parent, {
    usage: 'show <device>',
    summary: 'show a device, by its DevId, id, telephone number or SIP URI',
    examples: ['grove devices show IMEI:490154203237518'],
    async run(api, [key = '']) {
      const device = await api.get<DeviceDetail>(`devices/${segment(key)}`);
      return { json: device, lines: () => formatDevice(device) };
    },
  });
}

function formatDevice(device: DeviceDetail): string[] {
  const { client, server, serverId } = device.account;
  const side = ({ auth, user }: DeviceDetail['account']['server']) =>
    user === null ? auth : `${auth}, as ${user}`;
  const { fingerprint } = client;
  return formatFacts({
    Device: device.devId,
    Id: device.id,
    Manufacturer: device.man,
    Model: device.mod,
    'DM version': device.dmv,
    Language: device.lang,
    Software: device.swv ?? undefined,
    Registered: formatTime(device.createdAt),
    'Reached at': formatAddresses(device.addresses) ?? undefined,
    'Last seen': device.seenAt === null ? 'never' : formatTime(device.seenAt),
    'Server id': serverId,
    'Device proves itself':
      client.auth === 'certificate'
        ? `certificate, ${fingerprint === null ? 'of its DevId' : `SHA-256 ${fingerprint}`}`
        : side({ ...client, auth: client.auth }),
    'Server proves itself': side(server),
    Instances:
      device.instanceState === null
        ? undefined
        : `${device.instanceState ? 'with' : 'without'} Active, Default and Locked`,
    Quirks:
      device.quirks
        .filter(({ holds }) => holds)
        .map(({ quirk }) => quirk)
        .join(', ') || undefined,
    ...Object.fromEntries(device.failures.map(failureFact)),
  });
}

/** Wrong credentials from one place, as a fact of the device. */
function failureFact({
  source,
  count,
  lastAt,
  lockedUntil,
}: DeviceDetail['failures'][number]): [string, string] {
  const lock = lockedUntil === null ? '' : `; locked out until ${formatTime(lockedUntil)}`;
  return [
    `Wrong from ${source}`,
    `${counted(count, 'wrong credential')}, the last ${formatTime(lastAt)}${lock}`,
  ];
}
