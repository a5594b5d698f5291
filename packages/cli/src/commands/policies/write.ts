import { type Command, Option } from 'commander';
import { type Policy, segment } from '../../api/index.ts';
import { printable } from '../../output/index.ts';
import { integer, UsageError } from '../../program/index.ts';
import { defineCall } from '../call.ts';
import { readDocument } from '../documents.ts';
import { formatPolicy } from './read.ts';

interface Options {
  readonly file?: string;
  readonly profile?: string;
  readonly version?: number;
  readonly group?: string;
  readonly where?: string;
  readonly devices?: readonly string[];
  readonly all?: true;
  readonly priority?: number;
  readonly drift?: string;
  readonly verifyEvery?: number;
  readonly removal?: string;
  readonly description?: string;
}

function addPolicyOptions(command: Command): void {
  command
    .option('-f, --file <file>', 'the whole policy, as YAML or JSON; - is standard input')
    .option('--profile <name>', 'profile that devices are to have')
    .option('--version <n>', 'version of the profile, instead of the newest', integer(1))
    .option('--group <name>', 'for the devices of a group')
    .option('--where <expression>', 'for the devices for which it holds: see grove expressions')
    .option('--devices <device...>', 'for these devices')
    .option('--all', 'for all devices')
    .option(
      '--priority <n>',
      'of two policies that want one node differently the higher counts',
      integer(-1_000_000),
    )
    .addOption(
      new Option('--drift <what>', 'what becomes of a node that was changed on the device').choices([
        'report',
        'correct',
        'ignore',
      ]),
    )
    .option('--verify-every <seconds>', 'after how long a device that calls is looked at anew', integer(60))
    .addOption(
      new Option('--removal <what>', 'what becomes of what was set on a device that leaves').choices([
        'restore',
        'leave',
      ]),
    )
    .option('--description <text>', 'what it is for');
}

/** @throws {UsageError} where two are given, or none that has to be */
function targetOf({ group, where, devices, all }: Options): object | undefined {
  const given = [
    ...(all ? [{ all }] : []),
    ...(group === undefined ? [] : [{ group }]),
    ...(where === undefined ? [] : [{ query: where }]),
    ...(devices === undefined ? [] : [{ devices }]),
  ];
  if (given.length > 1) throw new UsageError('give one of --all, --group, --where and --devices');
  return given[0];
}

function changesOf(options: Options): object {
  const { file: _, group: __, where: ___, devices: ____, all: _____, ...rest } = options;
  const { profile, version, priority, drift, verifyEvery, removal, description } = rest;
  const target = targetOf(options);
  const said = { profile, version, priority, drift, verifyEvery, removal, description, target };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

export function defineCreate(parent: Command): void {
  defineCall<Options>(parent, {
    usage: 'create <name>',
    summary: 'have devices get a profile, and keep it',
    examples: [
      'grove policies create sales-mail --profile mail --group sales',
      'grove policies create gold-qos --profile qos --where \'subscriber.tariff = "gold"\' --verify-every 86400',
      'grove policies create sales-mail -f sales-mail.yaml',
    ],
    options: addPolicyOptions,
    async run(api, [name = ''], options) {
      const document = options.file === undefined ? changesOf(options) : readDocument(options.file);
      if (options.file === undefined && (options.profile === undefined || targetOf(options) === undefined))
        throw new UsageError('give a --profile, and whom it is for: --all, --group, --where or --devices');
      const policy = await api.post<Policy>('policies', { name, document });
      return { json: policy, lines: () => formatPolicy(policy) };
    },
  });
}

export function defineUpdate(parent: Command): void {
  defineCall<Options>(parent, {
    usage: 'update <policy>',
    summary: 'change a policy; devices get what has changed when they next call',
    examples: [
      'grove policies update sales-mail --drift report',
      'grove policies update sales-mail -f sales-mail.yaml',
    ],
    options: addPolicyOptions,
    async run(api, [name = ''], options) {
      const path = `policies/${segment(name)}`;
      let document: unknown;
      if (options.file === undefined) {
        const changes = changesOf(options);
        if (Object.keys(changes).length === 0) throw new UsageError('give what is to change');
        document = { ...(await api.get<Policy>(path)).document, ...changes };
      } else document = readDocument(options.file);
      const policy = await api.put<Policy>(path, { document });
      return { json: policy, lines: () => formatPolicy(policy) };
    },
  });
}

export function defineRemove(parent: Command): void {
  defineCall(parent, {
    usage: 'rm <policy>',
    summary: 'delete a policy: it is taken back from each device that calls',
    examples: ['grove policies rm sales-mail'],
    async run(api, [name = '']) {
      await api.delete(`policies/${segment(name)}`);
      return {
        json: { deleted: name },
        lines: () => [`Policy ${printable(name)} is deleted, and taken back from devices as they call.`],
      };
    },
  });
}
