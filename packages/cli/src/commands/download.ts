import type { Command } from 'commander';
import {
  addConnectionOptions,
  type ConnectionOptions,
  createApi,
  findConnection,
  type Query,
} from '../api/index.ts';
import { addExamples } from '../program/index.ts';
import { writeOutput } from './input.ts';

/** A command that writes what a server has to a file. */
export interface Download<Options> {
  /** Name and arguments: `export <id>`. */
  readonly usage: string;
  readonly summary: string;
  readonly examples: readonly string[];
  /** Adds options of its own. */
  readonly options?: (command: Command) => void;
  /** What is downloaded, and which of it. */
  readonly from: (args: readonly string[], options: Options) => { path: string; query?: Query };
}

/** Adds a command that downloads: with the options that name the server, and with `--output`. */
export function defineDownload<Options extends object>(parent: Command, download: Download<Options>): void {
  const command = parent.command(download.usage).description(download.summary);
  download.options?.(command);
  command.option('-o, --output <file>', 'where to; - is standard output', '-');
  addConnectionOptions(command);
  addExamples(command, download.examples);
  command.action(async () => {
    const options = command.opts<Options & ConnectionOptions & { output: string }>();
    const { path, query } = download.from(command.args, options);
    await writeOutput(options.output, await createApi(findConnection(options)).download(path, query));
  });
}
