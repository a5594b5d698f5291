import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { type Api, ApiError } from '../../api/index.ts';
import { note, print } from '../../output/index.ts';
import { CommandError, Exit, UsageError } from '../../program/index.ts';
import { configureCall } from '../call.ts';
import { type Declared, readDeclarations } from './files.ts';
import { type Change, isDifferent, planLines, summaryLine } from './plan.ts';

interface Options {
  file: string[];
  set?: string;
  prune?: true;
  yes?: true;
  dryRun?: true;
  check?: true;
  json?: true;
}

interface Answer {
  readonly applied: boolean;
  readonly changes: readonly Change[];
}

export function define(command: Command): void {
  configureCall<Options>(command, {
    examples: [
      'grove apply -f grove/                          shows the plan, asks, then applies all of it or nothing',
      'grove apply -f grove/ --yes --set main --prune  in CI, deletes what left the files',
      'grove apply -f grove/ --check                   exits 1 when the server is not as the files say',
    ],
    remarks: [
      'A file holds one or several documents in YAML or JSON, each with its kind and name:',
      '',
      '  kind: profile',
      '  name: mms',
      '  root: ./MMS/Operator',
      '  nodes:',
      '    - { path: Addr, value: "http://mms.example.com/" }',
      '  ---',
      '  kind: reason',
      '  name: mms',
      '  texts: [{ language: en, text: "Picture messages are set up." }]',
    ].join('\n'),
    options: (it) =>
      it
        .requiredOption('-f, --file <path...>', 'files, or folders of them; - is standard input')
        .option('--set <name>', 'remember under this name what was applied')
        .option('--prune', 'delete what the set had before and the files do not have any more')
        .option('--yes', 'apply without asking')
        .option('--dry-run', 'only show what would change')
        .option('--check', 'only show it, and exit 1 if anything would change'),
    async run(api, _args, options) {
      if (options.prune && options.set === undefined) {
        throw new UsageError('--prune goes with --set NAME, which says whose things may be deleted');
      }
      const declared = readDeclarations(options.file);
      if (declared.length === 0 && !options.prune) throw new UsageError('the files declare nothing');
      const plan = await send(api, declared, options, true);
      const isOnlyShown = options.check === true || options.dryRun === true;
      if (isOnlyShown || !isDifferent(plan.changes)) {
        const exit = options.check && isDifferent(plan.changes) ? Exit.failed : Exit.ok;
        const done = isOnlyShown ? plan : await send(api, declared, options, false);
        return { json: done, lines: () => [...planLines(plan.changes), ...wouldBe(plan.changes)], exit };
      }
      if (!options.json) print(...planLines(plan.changes));
      if (!options.yes) await confirm();
      const done = await send(api, declared, options, false);
      return { json: done, lines: () => [summaryLine(done.changes)] };
    },
  });
}

function wouldBe(changes: readonly Change[]): string[] {
  const summary = summaryLine(changes);
  return [isDifferent(changes) ? `To be applied: ${summary}` : summary];
}

async function send(
  api: Api,
  declared: readonly Declared[],
  { set, prune }: Options,
  dryRun: boolean,
): Promise<Answer> {
  const resources = declared.map(({ kind, name, document }) => ({ kind, name, document }));
  try {
    return await api.post<Answer>('apply', { resources, set, prune, dryRun });
  } catch (error) {
    throw placedError(error, declared);
  }
}

/** A refusal with the lines of the files that it is about. */
function placedError(error: unknown, declared: readonly Declared[]): unknown {
  if (!(error instanceof ApiError) || error.problems.length === 0) return error;
  const [told, ...lines] = error.problems.map(({ field, expected }) => {
    const [, index, ...path] = field.split('/');
    const [part, ...rest] = path;
    const at = part === 'document' ? rest : path;
    const place = declared[Number(index)]?.placeOf(at) ?? field;
    return `${place}: ${at.length === 0 ? '' : `${at.join('/')}: `}expected ${expected}`;
  });
  note(...lines);
  return new UsageError(told ?? error.message, { cause: error });
}

async function confirm(): Promise<void> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new UsageError(
      'nobody is there to ask whether to apply this; --yes applies it, --dry-run only shows it',
    );
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await prompt.question('Apply? [y/N] ').finally(() => prompt.close());
  if (!/^y(es)?$/i.test(answer.trim())) throw new CommandError('nothing was applied');
}
