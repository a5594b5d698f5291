import type { Command } from 'commander';
import type { Trigger } from '../../api/index.ts';
import { UsageError } from '../../program/index.ts';
import { defineCall } from '../call.ts';
import { scalarOf } from '../values.ts';
import { formatTrigger } from './read.ts';

interface Options {
  readonly device?: string;
  readonly subscriber?: string;
  readonly where?: string;
  readonly group?: string;
  readonly profile?: true;
  readonly set?: string[];
  readonly reference?: string;
}

export function defineRun(parent: Command): void {
  defineCall<Options>(parent, {
    usage: 'run <name>',
    summary: 'ask for what a name stands for, or with --profile for a profile',
    examples: [
      'grove triggers run game --subscriber +441632960001 --set bandwidth=512',
      'grove triggers run mms --profile --device IMEI:490154203237518',
    ],
    options: (command) =>
      command
        .option('--device <device>', 'for a device')
        .option(
          '--subscriber <subscriber>',
          'for the devices of a subscriber, or the first that there will be',
        )
        .option('--where <expression>', 'for the devices for which an expression holds, 1000 at most')
        .option('--group <name>', 'for the devices of a group, 1000 at most')
        .option('--profile', 'the name is that of a profile')
        .option('--set <values...>', 'values of variables, such as bandwidth=512')
        .option('--reference <text>', 'what you call it'),
    async run(api, [name = ''], options) {
      const { profile, set, reference } = options;
      const trigger = await api.post<Trigger>('triggers', {
        to: recipientOf(options),
        ...(profile ? { profile: name } : { trigger: name }),
        ...(set === undefined ? {} : { variables: valuesOf(set) }),
        ...(reference === undefined ? {} : { reference }),
      });
      return { json: trigger, lines: () => formatTrigger(trigger, []).slice(0, -2) };
    },
  });
}

function recipientOf({ device, subscriber, where, group }: Options): object {
  const given = [
    ...(device === undefined ? [] : [{ device }]),
    ...(subscriber === undefined ? [] : [{ subscriber }]),
    ...(where === undefined ? [] : [{ target: { query: where } }]),
    ...(group === undefined ? [] : [{ target: { group } }]),
  ];
  const [to, other] = given;
  if (to === undefined || other !== undefined)
    throw new UsageError('expected one of --device, --subscriber, --where and --group');
  return to;
}

function valuesOf(set: readonly string[]): Record<string, string | number | boolean> {
  return Object.fromEntries(
    set.map((one) => {
      const at = one.indexOf('=');
      if (at < 1) throw new UsageError(`--set ${one}: expected a name and a value, such as bandwidth=512`);
      return [one.slice(0, at), scalarOf(one.slice(at + 1))];
    }),
  );
}
