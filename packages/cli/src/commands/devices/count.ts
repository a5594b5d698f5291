import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { addConnectionOptions, type ConnectionOptions, createApi, findConnection } from '../../api/index.ts';
import { counted } from '../../output/index.ts';
import { addExamples, CommandError, explainSystemError } from '../../program/index.ts';
import { defineCall } from '../call.ts';

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
  const command = parent
    .command('export')
    .description('write devices as a table (CSV)')
    .option('--where <expression>', WHERE)
    .option('-o, --output <file>', 'where to; - is standard output', '-');
  addConnectionOptions(command);
  addExamples(command, [`grove devices export --where 'fw < "2.1"' -o old.csv`]);
  command.action(async () => {
    const { where, output, ...connection } = command.opts<Options & ConnectionOptions & { output: string }>();
    const lines = await createApi(findConnection(connection)).download('devices/export', { where });
    if (output === '-') {
      await pipeline(lines, process.stdout, { end: false });
      return;
    }
    try {
      await pipeline(lines, createWriteStream(output));
    } catch (error) {
      throw new CommandError(`cannot write ${explainSystemError(error) ?? output}`, { cause: error });
    }
  });
}
