import type { Command } from 'commander';
import { type Device, segment } from '../../api/index.ts';
import { type Column, counted, formatTime, note, printable, tableLines } from '../../output/index.ts';
import { integer, UsageError } from '../../program/index.ts';
import { defineCall } from '../call.ts';
import { batches, readDevices } from './device-list.ts';

interface ListOptions {
  readonly file?: string;
  readonly skipUnknown?: true;
}

interface Changed {
  added: number;
  removed: number;
  devices: number;
  unknown: string[];
}

/** Adds a command that names devices to put into a group, or to take out. */
function defineChange(
  parent: Command,
  name: 'add' | 'remove',
  summary: string,
  done: (changed: Changed) => string,
): void {
  defineCall<ListOptions>(parent, {
    usage: `${name} <group> [devices...]`,
    summary,
    examples: [
      `grove groups ${name} sales IMEI:490154203237518`,
      `grove groups ${name} sales --file phones.csv --skip-unknown`,
    ],
    remarks: 'A file has one DevId to a line, or is a table with a column devId.',
    options(command) {
      command
        .option('--file <file>', 'devices from a file; - is standard input')
        .option('--skip-unknown', 'pass over devices that are not registered');
    },
    async run(api, [group = '', ...devices], { file, skipUnknown = false }) {
      const keys = [...devices, ...(file === undefined ? [] : await readDevices(file))];
      if (keys.length === 0) throw new UsageError('name devices, or a --file of them');
      const total: Changed = { added: 0, removed: 0, devices: 0, unknown: [] };
      for (const batch of batches(keys)) {
        const changed = await api.post<Changed>(`groups/${segment(group)}/devices`, {
          [name]: batch,
          skipUnknown,
        });
        total.added += changed.added;
        total.removed += changed.removed;
        total.devices = changed.devices;
        total.unknown.push(...changed.unknown);
      }
      if (total.unknown.length > 0) {
        const first = total.unknown
          .slice(0, 10)
          .map((key) => printable(key))
          .join(', ');
        note(`Not registered: ${counted(total.unknown.length, 'device')}, such as ${first}.`);
      }
      return {
        json: total,
        lines: () => [`${done(total)}; the group has ${counted(total.devices, 'device')}.`],
      };
    },
  });
}

export function defineAdd(parent: Command): void {
  defineChange(parent, 'add', 'add devices to a group whose devices are listed', ({ added }) => {
    return `${counted(added, 'device')} added`;
  });
}

export function defineTakeOut(parent: Command): void {
  defineChange(parent, 'remove', 'take devices out of a group whose devices are listed', ({ removed }) => {
    return `${counted(removed, 'device')} taken out`;
  });
}

const COLUMNS: readonly Column<Device>[] = [
  { title: 'ID', value: ({ id }) => id, align: 'right' },
  { title: 'DEVICE', value: ({ devId }) => devId },
  { title: 'MANUFACTURER', value: ({ man }) => man },
  { title: 'MODEL', value: ({ mod }) => mod },
  { title: 'LAST SEEN', value: ({ seenAt }) => (seenAt === null ? 'never' : formatTime(seenAt)) },
];

export function defineMembers(parent: Command): void {
  defineCall<{ limit: number }>(parent, {
    usage: 'members <group>',
    summary: 'list the devices of a group',
    examples: ['grove groups members sales', 'grove groups members sales --limit 0 --json'],
    options: (command) => command.option('--limit <n>', 'how many at most; 0 for all', integer(0), 100),
    async run(api, [group = ''], { limit }) {
      const { items, more } = await api.list<Device>(`groups/${segment(group)}/devices`, {}, limit);
      if (items.length === 0) note('No devices.');
      if (more) note(`Only the first ${counted(items.length, 'device')}; --limit 0 shows all.`);
      return { json: items, lines: () => tableLines(COLUMNS, items) };
    },
  });
}
