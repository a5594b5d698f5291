import { type Command, InvalidArgumentError } from 'commander';
import { type Group, segment } from '../../api/index.ts';
import { printable } from '../../output/index.ts';
import { UsageError } from '../../program/index.ts';
import { defineCall } from '../call.ts';
import { batches, readDevices } from './device-list.ts';
import { formatGroup } from './read.ts';

interface Options {
  readonly query?: string;
  readonly description?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

function addGroupOptions(command: Command): Command {
  return command
    .option('--query <expression>', 'its devices are those for which this holds: see grove expressions')
    .option('--description <text>', 'what it is for')
    .option('--variables <json>', 'what profiles can say of its devices, as a JSON object', (text) => {
      try {
        const value: unknown = JSON.parse(text);
        if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
      } catch {
        // No JSON: refused below, as JSON is that is no object.
      }
      throw new InvalidArgumentError('Expected a JSON object, such as {"apn": "sales.example"}.');
    });
}

export function defineCreate(parent: Command): void {
  defineCall<Options & { devices?: string }>(parent, {
    usage: 'create <name>',
    summary: 'make a group of a list of devices, or of a query',
    examples: [
      'grove groups create sales',
      'grove groups create sales --devices sales.csv',
      `grove groups create old-acme --query 'manufacturer = "Acme" and fw < "2.1"'`,
      `grove groups create sales --variables '{"apn": "sales.example"}'`,
    ],
    options: (command) =>
      addGroupOptions(command).option('--devices <file>', 'its devices, from a file; - is standard input'),
    async run(api, [name = ''], { devices, query, description, variables }) {
      const [first, ...others] = devices === undefined ? [] : batches(await readDevices(devices));
      const given = { name, query, description, variables, devices: first };
      let group = await api.post<Group>('groups', given);
      for (const add of others) await api.post(`groups/${segment(name)}/devices`, { add });
      if (others.length > 0) group = await api.get<Group>(`groups/${segment(name)}`);
      return { json: group, lines: () => formatGroup(group, group.devices) };
    },
  });
}

export function defineUpdate(parent: Command): void {
  defineCall<Options>(parent, {
    usage: 'update <group>',
    summary: "change a group's query, description or variables",
    examples: [`grove groups update old-acme --query 'manufacturer = "Acme" and fw < "2.2"'`],
    options: addGroupOptions,
    async run(api, [name = ''], { query, description, variables }) {
      if ((query ?? description ?? variables) === undefined)
        throw new UsageError('give what is to change: --query, --description or --variables');
      const group = await api.patch<Group>(`groups/${segment(name)}`, { query, description, variables });
      return { json: group, lines: () => formatGroup(group, group.devices) };
    },
  });
}

export function defineRemove(parent: Command): void {
  defineCall(parent, {
    usage: 'rm <group>',
    summary: 'delete a group that nothing uses; its devices stay',
    examples: ['grove groups rm sales'],
    async run(api, [name = '']) {
      await api.delete(`groups/${segment(name)}`);
      return { json: { deleted: name }, lines: () => [`Group ${printable(name)} is deleted.`] };
    },
  });
}
