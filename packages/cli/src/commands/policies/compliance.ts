import { type Command, Option } from 'commander';
import { type Api, type ComplianceCounts, type DeviceCompliance, segment } from '../../api/index.ts';
import {
  type Column,
  counted,
  formatTime,
  note,
  printable,
  styleState,
  tableLines,
} from '../../output/index.ts';
import { integer } from '../../program/index.ts';
import { defineCall } from '../call.ts';
import { writeOutput } from '../input.ts';
import { formatCounts } from './read.ts';

const STATES = ['pending', 'compliant', 'drifted', 'failed', 'refused', 'conflicting', 'removed'];

const REST: readonly Column<DeviceCompliance>[] = [
  { title: 'STATE', value: ({ state }) => state, style: styleState },
  { title: 'CHECKED', value: ({ checkedAt }) => (checkedAt === null ? 'never' : formatTime(checkedAt)) },
  { title: 'REASON', value: ({ reason }) => reason },
];
const BY_DEVICE: readonly Column<DeviceCompliance>[] = [
  { title: 'DEVICE', value: ({ devId }) => devId },
  ...REST,
];
const BY_POLICY: readonly Column<DeviceCompliance>[] = [
  { title: 'POLICY', value: ({ policy }) => policy },
  ...REST,
];

interface Options {
  readonly state?: string;
  readonly csv?: string;
  readonly limit: number;
}

export function defineCompliance(parent: Command): void {
  defineCall<Options>(parent, {
    usage: 'compliance <policy>',
    summary: 'count how devices are with a policy, or list them with the reason',
    examples: [
      'grove policies compliance sales-mail',
      'grove policies compliance sales-mail --state failed',
      'grove policies compliance sales-mail --csv compliance.csv',
    ],
    options: (command) =>
      command
        .addOption(new Option('--state <state>', 'list the devices that are so').choices(STATES))
        .option('--csv <file>', 'write all devices as a table; - is standard output')
        .option('--limit <n>', 'how many at most; 0 for all', integer(0), 100),
    async run(api, [name = ''], { state, csv, limit }) {
      const path = `policies/${segment(name)}`;
      if (csv !== undefined) {
        await writeOutput(csv, await api.download(`${path}/devices.csv`, { state }));
        return { json: { written: csv }, lines: () => [] };
      }
      if (state === undefined) {
        const counts = await api.get<ComplianceCounts>(`${path}/compliance`);
        return { json: counts, lines: () => formatCounts(counts) };
      }
      return listed(api, path, state, limit);
    },
  });
}

export function defineDrift(parent: Command): void {
  defineCall<Options>(parent, {
    usage: 'drift <policy>',
    summary: 'list the devices that are not as a policy has made them',
    examples: ['grove policies drift sales-mail'],
    options: (command) => command.option('--limit <n>', 'how many at most; 0 for all', integer(0), 100),
    run: (api, [name = ''], { limit }) => listed(api, `policies/${segment(name)}`, 'drifted', limit),
  });
}

async function listed(api: Api, path: string, state: string, limit: number) {
  const { items, more } = await api.list<DeviceCompliance>(`${path}/devices`, { state }, limit);
  if (items.length === 0) note('No devices.');
  if (more) note(`Only the first ${counted(items.length, 'device')}; --limit 0 shows all.`);
  return { json: items, lines: () => tableLines(BY_DEVICE, items) };
}

/** Of one device: how it is with each policy that has come to it. */
export function defineDeviceCompliance(parent: Command): void {
  defineCall(parent, {
    usage: 'compliance <device>',
    summary: 'show how a device is with the policies that have come to it',
    examples: ['grove devices compliance IMEI:490154203237518'],
    async run(api, [device = '']) {
      const path = `devices/${segment(device)}/compliance`;
      const { items } = await api.get<{ items: DeviceCompliance[] }>(path);
      if (items.length === 0) note('No policies.');
      const drift = items.flatMap(({ drift: nodes }) =>
        nodes.map(({ text }) => `        ${printable(text)}`),
      );
      return {
        json: items,
        lines: () => [
          ...tableLines(BY_POLICY, items),
          ...(drift.length === 0 ? [] : ['', 'Not as wanted:', ...drift]),
        ],
      };
    },
  });
}
