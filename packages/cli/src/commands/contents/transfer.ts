import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import {
  addConnectionOptions,
  type ConnectionOptions,
  type Content,
  createApi,
  findConnection,
  segment,
} from '../../api/index.ts';
import { note } from '../../output/index.ts';
import { addExamples, CommandError, Exit, explainSystemError } from '../../program/index.ts';
import { defineCall } from '../call.ts';
import { formatContent } from './read.ts';

const DEFAULT_TYPE = 'application/octet-stream';

export function definePut(parent: Command): void {
  defineCall<{ name?: string; type: string }>(parent, {
    usage: 'put <file>',
    summary: 'upload a file; - is standard input',
    examples: ['grove contents put firmware.bin', 'tar c . | grove contents put - --name backup.tar'],
    options(command) {
      command
        .option('--name <name>', 'what to call it (default: the name of the file)')
        .option('--type <type>', 'MIME type', DEFAULT_TYPE);
    },
    async run(api, [file = ''], { name, type }) {
      const bytes = await reading(file);
      const called = name ?? (file === '-' ? undefined : basename(file));
      const content = await api.upload<Content>('contents', { name: called }, bytes, type);
      return { json: content, lines: () => formatContent(content) };
    },
  });
}

export function defineGet(parent: Command): void {
  const command = parent
    .command('get <id>')
    .description('download a content')
    .option('-o, --output <file>', 'where to; - is standard output', '-');
  addConnectionOptions(command);
  addExamples(command, ['grove contents get 13 --output log.txt', 'grove contents get 13 | sha256sum']);
  command.action(async (id: string) => {
    const { output, ...connection } = command.opts<{ output: string } & ConnectionOptions>();
    const bytes = await createApi(findConnection(connection)).download(`contents/${segment(id)}/bytes`);
    await pipeline(bytes, await writing(output), { end: output !== '-' });
  });
}

/** @throws {CommandError} */
async function reading(file: string): Promise<Readable> {
  if (file === '-') {
    if (process.stdin.isTTY) note('Reading standard input; Ctrl-D ends it.');
    return process.stdin;
  }
  return (await opened(file, 'r', 'read', Exit.usage)).createReadStream();
}

/** @throws {CommandError} */
async function writing(file: string): Promise<Writable> {
  return file === '-' ? process.stdout : (await opened(file, 'w', 'write', Exit.failed)).createWriteStream();
}

async function opened(file: string, flags: string, verb: string, exit: Exit) {
  try {
    return await open(file, flags);
  } catch (error) {
    throw new CommandError(`cannot ${verb} ${explainSystemError(error) ?? file}`, { exit, cause: error });
  }
}
