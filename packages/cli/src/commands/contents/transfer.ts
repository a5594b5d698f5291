import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import type { Command } from 'commander';
import { type Content, segment } from '../../api/index.ts';
import { note } from '../../output/index.ts';
import { UsageError, unreadable } from '../../program/index.ts';
import { defineCall } from '../call.ts';
import { defineDownload } from '../download.ts';
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
  defineDownload(parent, {
    usage: 'get <id>',
    summary: 'download a content',
    examples: ['grove contents get 13 --output log.txt', 'grove contents get 13 | sha256sum'],
    from: ([id = '']) => ({ path: `contents/${segment(id)}/bytes` }),
  });
}

/** @throws {UsageError} */
async function reading(file: string): Promise<Readable> {
  if (file === '-') {
    if (process.stdin.isTTY) note('Reading standard input; Ctrl-D ends it.');
    return process.stdin;
  }
  try {
    return (await open(file)).createReadStream();
  } catch (error) {
    throw new UsageError(unreadable(file, error), { cause: error });
  }
}
