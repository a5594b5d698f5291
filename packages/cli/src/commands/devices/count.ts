import type { Command } from 'commander';
import { counted } from '../../output/index.ts';
import { defineCall } from '../call.ts';
import { defineDownload } from '../download.ts';

interface Options {
  readonly where?: string;
}

const WHERE = 'only devices for which it holds: see grove expressions';

export function defineCount(parent: Command): void {
  defineCall<Options>(parent, {
    usage: 'count',
    summary: 'count devices',
    examples: ['grove devices count', `grove devices count --where './MMS/*/Addr = "old.example"'`],
    options: (command) => command.option('--where <expression>', WHERE),
    async run(api, _args, { where }) {
      const answer = await api.get<{ devices: number }>('devices/count', { where });
      return { json: answer, lines: () => [counted(answer.devices, 'device')] };
    },
  });
}

export function defineExport(parent: Command): void {
  defineDownload<Options>(parent, {
    usage: 'export',
    summary: 'write devices as a table (CSV)',
    examples: [`grove devices export --where 'fw < "2.1"' -o old.csv`],
    options: (command) => command.option('--where <expression>', WHERE),
    from: (_, { where }) => ({ path: 'devices/export', query: { where } }),
  });
}
