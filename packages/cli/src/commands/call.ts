import type { Command } from 'commander';
import {
  type Api,
  addConnectionOptions,
  type ConnectionOptions,
  createApi,
  findConnection,
} from '../api/index.ts';
import { print, printJson } from '../output/index.ts';
import { addExamples, type Exit } from '../program/index.ts';

/** What a command has found out or done: for machines, and for people. */
export interface Shown {
  readonly json: unknown;
  readonly lines: () => readonly string[];
  /** Where it is not {@link Exit.ok}. */
  readonly exit?: Exit;
}

/** A command that asks something of a server and shows what came of it. */
export interface Call<Options> {
  /** Name and arguments: `show <device>`. */
  readonly usage: string;
  readonly summary: string;
  readonly examples: readonly string[];
  /** Stands below the examples. */
  readonly remarks?: string;
  /** Adds options of its own. */
  readonly options?: (command: Command) => void;
  readonly run: (api: Api, args: readonly string[], options: Options) => Promise<Shown>;
}

/** Adds a command that talks to a server: with the options that name the server, and with `--json`. */
export function defineCall<Options extends object>(parent: Command, call: Call<Options>): void {
  configureCall(parent.command(call.usage).description(call.summary), call);
}

/** Makes a command that has its name and summary talk to a server. */
export function configureCall<Options extends object>(
  command: Command,
  call: Omit<Call<Options>, 'usage' | 'summary'>,
): void {
  call.options?.(command);
  command.option('--json', 'print JSON');
  addConnectionOptions(command);
  addExamples(command, call.examples, call.remarks);
  command.action(async () => {
    const options = command.opts<Options & ConnectionOptions & { json?: true }>();
    const shown = await call.run(createApi(findConnection(options)), command.args, options);
    if (options.json) printJson(shown.json);
    else print(...shown.lines());
    if (shown.exit !== undefined) process.exitCode = shown.exit;
  });
}
