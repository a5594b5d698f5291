/** What is to become of an instance, as options. */
import type { InstanceStep, Wish } from '@grove/server';
import { type Command, Option } from 'commander';
import { UsageError } from '../../program/index.ts';
import { addTaskWaitOption, type TaskWaitOptions } from '../tasks/index.ts';
import { addNotifyOptions, type NotifyOptions } from '../wish-options.ts';

export interface ChangeOptions extends NotifyOptions, TaskWaitOptions {
  readonly active?: boolean;
  readonly default?: boolean;
  readonly locked?: boolean;
  readonly unlocked?: true;
  readonly confirm?: string;
  readonly reference?: string;
  readonly unsupported?: InstanceStep['unsupported'];
}

/** What the API takes: the step, and how the device is asked to call. */
export type Change = Omit<InstanceStep, 'kind'> & { readonly notify?: Wish | undefined };

export function addChangeOptions(command: Command): Command {
  command
    .optionsGroup('What the instance becomes:')
    .option('--active', 'the one that the device uses, of those of its service')
    .option('--no-active', 'not that one')
    .option('--default', 'the one that it uses where none is Active')
    .option('--no-default', 'not that one')
    .option('--locked', 'not to be changed by its user, and by no other authority')
    .option('--unlocked', 'for them to change again')
    .optionsGroup('Options:')
    .option('--confirm <text>', 'ask the user first; nothing is done unless they say yes')
    .option(
      '--reference <uri>',
      'where the device has no property Active: the leaf in which it says which instance it uses',
    )
    .addOption(
      new Option(
        '--unsupported <what>',
        'where it has no such properties: set what stands for them, or fail where nothing does; pass over those; or fail (default: instead)',
      ).choices(['instead', 'continue', 'fail']),
    );
  return addTaskWaitOption(addNotifyOptions(command));
}

/** @throws {UsageError} when options do not go together */
export function changeFrom({
  active,
  default: byDefault,
  locked,
  unlocked,
  confirm,
  reference,
  unsupported,
}: ChangeOptions): Pick<Change, 'state' | 'confirm' | 'reference' | 'unsupported'> {
  if (locked && unlocked) throw new UsageError('--locked does not go with --unlocked');
  const lock = unlocked ? false : locked;
  const state = {
    ...(active === undefined ? {} : { active }),
    ...(byDefault === undefined ? {} : { default: byDefault }),
    ...(lock === undefined ? {} : { locked: lock }),
  };
  return {
    ...(Object.keys(state).length === 0 ? {} : { state }),
    ...(confirm === undefined ? {} : { confirm: { text: confirm } }),
    ...(reference === undefined ? {} : { reference }),
    ...(unsupported === undefined ? {} : { unsupported }),
  };
}
