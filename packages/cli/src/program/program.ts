import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { CommandError, Exit } from './exit.ts';
import { explain } from './explain.ts';

/** A command as the list of all of them knows it; what it does is loaded when it is called. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Heading that it stands under in the help. */
  readonly group: string;
  readonly load: () => Promise<{
    /** Adds arguments, options, help and action to the command, which has its name and summary. */
    define(command: Command): void;
  }>;
}

/** The `grove` command with its subcommands, of which only the one that is called gets loaded. */
export function createProgram(entries: readonly CommandEntry[]): Command {
  const program = new Command('grove')
    .description('OMA Device Management: server, devices and tools')
    .version(readVersion())
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .showSuggestionAfterError()
    // An option behind the name of a subcommand is the subcommand's, whatever the command around it has.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(`grove: ${oneLine(text)}\n`),
    })
    .addHelpText(
      'after',
      '\ngrove COMMAND --help says more, with examples. GROVE_DEBUG=1 shows where errors come from.',
    );
  for (const { name, summary, group } of entries) program.command(name).description(summary).helpGroup(group);
  program.hook('preSubcommand', async (_program, called) => {
    const entry = entries.find(({ name }) => name === called.name());
    if (entry !== undefined) (await entry.load()).define(called);
  });
  return program;
}

/**
 * Runs a command line.
 *
 * @returns the exit code
 */
export async function run(entries: readonly CommandEntry[], args: readonly string[]): Promise<number> {
  tolerateClosedPipe();
  process.on('uncaughtException', tellUncaught);
  try {
    const program = createProgram(entries);
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? Exit.ok);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? Exit.ok : Exit.usage;
    tell(error);
    return error instanceof CommandError ? error.exit : Exit.failed;
  }
}

/** Tells the user of an error in one line, or of its origin too where that was asked for. */
function tell(error: unknown): void {
  const debug = process.env.GROVE_DEBUG;
  if (debug !== undefined && debug !== '' && debug !== '0') console.error(error);
  else {
    const below = error instanceof CommandError ? error.below : [];
    process.stderr.write(`${[`grove: ${explain(error)}`, ...below].join('\n')}\n`);
  }
}

function tellUncaught(error: unknown): void {
  tell(error);
  process.exit(Exit.failed);
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return String(version);
}

function oneLine(text: string): string {
  return text
    .replace(/^error: /, '')
    .trim()
    .replace(/\s*\n\s*/g, ' ');
}

/**
 * Whoever reads standard output may stop reading, as `head` does: that ends the command, and is no error. A
 * command that has something to clean up is told by SIGTERM, which it listens for.
 */
function tolerateClosedPipe(): void {
  let isClosed = false;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      if (isClosed) return;
      isClosed = true;
      if (!process.emit('SIGTERM', 'SIGTERM')) process.exit();
    });
  }
}
