import type { UserInput } from '@grove/gateway';
import type { Command } from 'commander';
import { type PushUser, segment } from '../../api/index.ts';
import { type Column, formatFacts, formatTime, printable, printableLines } from '../../output/index.ts';
import { addExamples } from '../../program/index.ts';
import { defineCall } from '../call.ts';
import { readInput } from '../input.ts';
import { defineListing } from '../listing.ts';

const COLUMNS: readonly Column<PushUser>[] = [
  { title: 'USER', value: ({ name }) => name },
  { title: 'ADDRESSES', value: ({ addresses }) => addresses.join(', ') },
  { title: 'BEARERS', value: ({ bearers }) => bearers?.join(', ') ?? 'all' },
  { title: 'ACCEPTS', value: ({ accepts }) => accepts?.join(', ') ?? 'all' },
  { title: 'CHANGED', value: ({ changedAt }) => formatTime(changedAt) },
];

/** Adds `users`: the directory. */
export function defineUsers(parent: Command): void {
  const command = parent
    .command('users')
    .description('keep the directory: users, and where their terminals are reached');
  addExamples(command, [
    'grove gateway users ls',
    'grove gateway users set alice --address sip:alice@example.com +441632960001',
  ]);
  defineListing(command, {
    summary: 'list users, in the order of their names',
    path: 'gateway/users',
    columns: COLUMNS,
    empty: 'No users.',
    filters: [],
    examples: ['grove gateway users ls'],
  });
  defineShow(command);
  defineSet(command);
  defineRemove(command);
}

function defineShow(parent: Command): void {
  defineCall(parent, {
    usage: 'show <user>',
    summary: 'show a user',
    examples: ['grove gateway users show alice'],
    async run(api, [name = '']) {
      const user = await api.get<PushUser>(pathOf(name));
      return { json: user, lines: () => formatUser(user) };
    },
  });
}

interface SetOptions {
  readonly address: string[];
  readonly bearers?: string[];
  readonly accepts?: string[];
  readonly capabilities?: string;
}

function defineSet(parent: Command): void {
  defineCall<SetOptions>(parent, {
    usage: 'set <user>',
    summary: 'make a user, or replace all that is said of one',
    examples: [
      'grove gateway users set alice --address sip:alice@example.com +441632960001',
      "grove gateway users set bob --address +441632960002 --bearers sms --accepts 'application/*'",
    ],
    remarks:
      "Initiators push to a user by the address WAPPUSH=alice/TYPE=USER@…; the server's devices have --push-user.",
    options(command) {
      command
        .requiredOption(
          '--address <address...>',
          'number, SIP URI or IP address of a terminal, the preferred one first',
        )
        .option('--bearers <names...>', 'bearers that the terminals take (default: all)')
        .option('--accepts <types...>', 'media types that they take, such as image/* (default: all)')
        .option(
          '--capabilities <file>',
          'what they can do, for initiators that ask: UAProf; - is standard input',
        );
    },
    async run(api, [name = ''], { address, bearers, accepts, capabilities }) {
      const input: UserInput = {
        addresses: address,
        ...(bearers === undefined ? {} : { bearers }),
        ...(accepts === undefined ? {} : { accepts }),
        ...(capabilities === undefined
          ? {}
          : { capabilities: new TextDecoder().decode(await readInput(capabilities)) }),
      };
      const user = await api.put<PushUser>(pathOf(name), input);
      return { json: user, lines: () => formatUser(user) };
    },
  });
}

function defineRemove(parent: Command): void {
  defineCall(parent, {
    usage: 'rm <user>',
    summary: 'forget a user; what is queued goes where it was going',
    examples: ['grove gateway users rm alice'],
    async run(api, [name = '']) {
      await api.delete(pathOf(name));
      return { json: { deleted: name }, lines: () => [`User ${printable(name)} is forgotten.`] };
    },
  });
}

const pathOf = (name: string): string => `gateway/users/${segment(name)}`;

function formatUser({ name, addresses, bearers, accepts, capabilities, changedAt }: PushUser): string[] {
  const facts = formatFacts({
    User: name,
    Addresses: addresses.join(', '),
    Bearers: bearers?.join(', ') ?? 'all',
    Accepts: accepts?.join(', ') ?? 'all',
    Changed: formatTime(changedAt),
  });
  return capabilities === undefined ? facts : [...facts, '', ...printableLines(capabilities)];
}
