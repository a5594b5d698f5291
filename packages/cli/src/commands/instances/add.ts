import type { InstanceStep } from '@grove/server';
import { type Command, InvalidArgumentError } from 'commander';
import { segment, type Task } from '../../api/index.ts';
import { UsageError } from '../../program/index.ts';
import { defineCall } from '../call.ts';
import { readDocument } from '../documents.ts';
import { awaitTask } from '../tasks/index.ts';
import { notifyFrom } from '../wish-options.ts';
import { addChangeOptions, type Change, type ChangeOptions, changeFrom } from './change.ts';

type Nodes = NonNullable<InstanceStep['add']>['nodes'];

interface Options extends ChangeOptions {
  readonly object?: string;
  readonly node?: Nodes;
  readonly file?: string;
}

export function defineAdd(parent: Command): void {
  defineCall<Options>(parent, {
    usage: 'add <device> <uri>',
    summary: 'add an instance, and make it Active, Default or Locked at once',
    examples: [
      'grove instances add 7 ./MMS/Second --object urn:oma:mo:oma-mms:1.3 --node AppID=w4 --node Addr=http://mms.example.net/ --active --default --locked',
      'grove instances add 7 ./NAP/Office --file nap.yaml --active --confirm "Use the office network?" --wait',
    ],
    remarks: [
      'All of it is done in one Atomic, or nothing. A file holds what is in the instance, paths relative to its root:',
      '',
      '  object: urn:oma:mo:oma-mms:1.3',
      '  nodes:',
      '    - { path: AppID, value: w4 }',
      '    - { path: Addr, value: http://mms.example.net/ }',
      '',
      'With --wait the exit code is 0 when it was done, 1 when it failed, 3 when the time was over.',
    ].join('\n'),
    options(command) {
      command
        .option('--object <urn>', 'identifier of the management object')
        .option(
          '--node <path=value>',
          'a leaf; may be given again',
          (text: string, before: Nodes = []): Nodes => {
            const equals = text.indexOf('=');
            if (equals < 1)
              throw new InvalidArgumentError('Expected a path, = and a value, such as Name=MMS.');
            return [...before, { path: text.slice(0, equals), value: text.slice(equals + 1) }];
          },
        )
        .option('--file <file>', 'YAML or JSON file with "object" and "nodes"; - is standard input');
      addChangeOptions(command);
    },
    async run(api, [key = '', uri = ''], options) {
      const body: Change = {
        uri,
        ...changeFrom(options),
        add: addedFrom(options),
        notify: notifyFrom(options),
      };
      return awaitTask(api, await api.post<Task>(`devices/${segment(key)}/instances`, body), options.wait);
    },
  });
}

/** What is in the instance; whether it can be is for the server to say. */
function addedFrom({ object, node = [], file }: Options): NonNullable<InstanceStep['add']> {
  if (file !== undefined) {
    if (object !== undefined || node.length > 0)
      throw new UsageError('--file does not go with --object and --node');
    const document = readDocument(file);
    if (
      typeof document !== 'object' ||
      document === null ||
      !('object' in document) ||
      !('nodes' in document)
    )
      throw new UsageError(`${file}: expected an object with "object" and "nodes"`);
    const { object: urn, nodes } = document;
    if (typeof urn !== 'string' || !Array.isArray(nodes))
      throw new UsageError(`${file}: expected "object", an identifier, and "nodes", a list`);
    return { object: urn, nodes };
  }
  if (object === undefined || node.length === 0)
    throw new UsageError('an instance needs --object and --node, or --file');
  return { object, nodes: node };
}
