import type { Command } from 'commander';
import { type Api, type KnownInstances, segment, type Task } from '../../api/index.ts';
import { type Column, formatTable, formatTime, note } from '../../output/index.ts';
import { UsageError } from '../../program/index.ts';
import { defineCall, type Shown } from '../call.ts';
import { addTaskWaitOption, awaitTask, type TaskWaitOptions } from '../tasks/index.ts';
import { addNotifyOptions, type NotifyOptions, notifyFrom } from '../wish-options.ts';

interface Options extends NotifyOptions, TaskWaitOptions {
  readonly refresh?: true;
  readonly object?: string;
  readonly under?: string;
}

type Instance = KnownInstances['instances'][number];

/** `yes`, `no`, and nothing where it is not known. */
const flag = (value: boolean | null): string | null => (value === null ? null : value ? 'yes' : 'no');

const COLUMNS: readonly Column<Instance>[] = [
  { title: 'INSTANCE', value: ({ uri }) => uri },
  { title: 'SERVICE', value: ({ service }) => service },
  { title: 'IN USE', value: ({ inUse }) => flag(inUse) },
  { title: 'ACTIVE', value: ({ active }) => flag(active) },
  { title: 'DEFAULT', value: (instance) => flag(instance.default) },
  { title: 'LOCKED', value: ({ locked }) => flag(locked) },
  { title: 'SAID', value: ({ reportedAt }) => formatTime(reportedAt) },
];

export function defineList(parent: Command): void {
  defineCall<Options>(parent, {
    usage: 'ls <device>',
    summary: 'show which instances a device uses, and which are Active, Default and Locked',
    examples: [
      'grove instances ls IMEI:490154203237518',
      'grove instances ls 7 --refresh --object urn:oma:mo:oma-mms:1.3',
      'grove instances ls 7 --refresh --notify --wait 300',
    ],
    remarks: [
      'Shown is what the device has last said or confirmed; --refresh asks it anew when it calls, and waits for that.',
      'With --refresh the exit code is 0 when the device has answered, 1 when that failed, 3 when the time was over.',
    ].join('\n'),
    options(command) {
      command
        .option('--refresh', 'ask the device anew')
        .option('--object <urn>', 'with --refresh: only instances of this management object')
        .option('--under <uri>', 'with --refresh: only instances below this node');
      addTaskWaitOption(addNotifyOptions(command));
    },
    async run(api, [key = ''], { refresh, object, under, wait, ...options }) {
      const path = `devices/${segment(key)}/instances`;
      const notify = notifyFrom(options);
      if (!refresh) {
        const given = Object.entries({
          '--object': object,
          '--under': under,
          '--wait': wait,
          '--notify': notify,
        });
        const [other] = given.find(([, value]) => value !== undefined) ?? [];
        if (other !== undefined) throw new UsageError(`${other} goes with --refresh`);
        return show(api, path);
      }
      const made = await api.post<Task>(`${path}/query`, { object, uri: under, notify });
      return awaitTask(api, made, wait ?? true, () => show(api, path));
    },
  });
}

async function show(api: Api, path: string): Promise<Shown> {
  const known = await api.get<KnownInstances>(path);
  const { supported, instances } = known;
  if (supported === false) {
    note(
      'The device has no properties Active, Default and Locked: what is set stands for them, as far as it can.',
    );
  } else if (instances.length === 0) note('Nothing is known of its instances; --refresh asks the device.');
  return { json: known, lines: () => (instances.length === 0 ? [] : formatTable(COLUMNS, instances)) };
}
