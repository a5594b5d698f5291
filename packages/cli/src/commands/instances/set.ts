import type { Command } from 'commander';
import { segment, type Task } from '../../api/index.ts';
import { UsageError } from '../../program/index.ts';
import { defineCall } from '../call.ts';
import { awaitTask } from '../tasks/index.ts';
import { notifyFrom } from '../wish-options.ts';
import { addChangeOptions, type Change, type ChangeOptions, changeFrom } from './change.ts';

interface Options extends ChangeOptions {
  readonly expectActive?: true;
}

export function defineSet(parent: Command): void {
  defineCall<Options>(parent, {
    usage: 'set <device> <uri>',
    summary: 'make an instance Active, Default or Locked, or not',
    examples: [
      'grove instances set IMEI:490154203237518 ./MMS/Operator --active --default',
      'grove instances set 7 ./MMS/Operator --locked --expect-active --wait',
      'grove instances set 7 ./NAP/Office --active --confirm "Use the office network?" --notify',
      'grove instances set 7 ./NAP/Office --unlocked',
    ],
    remarks: 'With --wait the exit code is 0 when it was done, 1 when it failed, 3 when the time was over.',
    options(command) {
      addChangeOptions(command).option(
        '--expect-active',
        'only if it is the Active one still: nothing is done where it is not',
      );
    },
    async run(api, [key = '', uri = ''], { expectActive, ...options }) {
      const change = changeFrom(options);
      if (change.state === undefined)
        throw new UsageError('say what it becomes: --active, --default, --locked, --unlocked, …');
      const body: Change = {
        uri,
        ...change,
        ...(expectActive ? { expect: { active: true } } : {}),
        notify: notifyFrom(options),
      };
      return awaitTask(api, await api.post<Task>(`devices/${segment(key)}/instances`, body), options.wait);
    },
  });
}
