// `npm run conformance`: tries the conformance cases and prints how each went.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { clientSuite, httpClient, readClientFile } from '../client/index.ts';
import { serverSuite } from '../server/index.ts';
import type { Side, Suite } from './case.ts';
import { type Chapter, documentOf } from './document.ts';
import { type Result, type Run, runSuite } from './run.ts';
import { countOf, lineOf, summaryOf } from './table.ts';

const USAGE = `Usage: npm run conformance -- [options] [FILTER…]

Tries the cases whose id begins with a FILTER (C-05, C-05.2) or whose title has it; all of them without one.

  --side client|server   only the cases of one side
  --client FILE          tries the client's cases on the client that FILE describes, over HTTP;
                         docs/conformance.md says what is in it
  --json FILE            writes the outcome as JSON
  --trace                prints what was said in each case, not only where one failed
  --docs                 writes docs/conformance.md (all cases must be tried)
  --help                 prints this`;

const { values: options, positionals: filters } = parseArgs({
  allowPositionals: true,
  options: {
    side: { type: 'string' },
    client: { type: 'string' },
    json: { type: 'string' },
    trace: { type: 'boolean', default: false },
    docs: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const TRIALS: Readonly<Record<Side, () => Promise<Chapter>>> = {
  client: async () => tried(options.client === undefined ? clientSuite() : await listening(options.client)),
  server: () => tried(serverSuite()),
};
const isSide = (text: string): text is Side => text in TRIALS;

/** The cases for a client that calls; it is told where to. */
async function listening(file: string) {
  const source = await httpClient(readClientFile(readFileSync(file, 'utf8')));
  console.error(`Waiting for ${source.name} at ${source.url}`);
  return clientSuite(source);
}

function chosenSides(): Side[] {
  const { side } = options;
  if (side === undefined) return options.client === undefined ? ['client', 'server'] : ['client'];
  if (isSide(side)) return [side];
  throw new Error(`--side ${side}: expected client or server`);
}

async function main(): Promise<number> {
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const chapters: Chapter[] = [];
  for (const side of chosenSides()) chapters.push(await TRIALS[side]());
  const results = chapters.flatMap((chapter) => chapter.results);
  if (results.length === 0) throw new Error(`no case is named ${filters.join(' or ')}`);
  console.log(`\n${summaryOf(results)}`);
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify(jsonOf(chapters), null, 2)}\n`);
  if (options.docs) writeDocument(chapters);
  return countOf(results).fail === 0 ? 0 : 1;
}

async function tried<Stand>(suite: Suite<Stand>): Promise<Chapter> {
  try {
    return { suite, results: await runSuite(suite, filters, tell) };
  } finally {
    await suite.close();
  }
}

function tell(result: Result): void {
  console.log(lineOf(result));
  for (const run of result.runs) for (const line of shownTrace(run)) console.log(line);
}

/** What was said in a run, where somebody wants to see it. */
function shownTrace({ verdict, trace }: Run): readonly string[] {
  return options.trace || verdict === 'fail' ? trace : [];
}

function jsonOf(chapters: readonly Chapter[]) {
  const results = chapters.flatMap((chapter) => chapter.results);
  const subjects = Object.fromEntries(chapters.map(({ suite }) => [suite.side, suite.subject]));
  const shown = results.map((result) => ({
    ...result,
    runs: result.runs.map((run) => ({ ...run, trace: shownTrace(run) })),
  }));
  return { subjects, summary: countOf(results), results: shown };
}

function writeDocument(chapters: readonly Chapter[]): void {
  if (filters.length > 0 || options.side !== undefined || options.client !== undefined) {
    throw new Error('--docs: all cases must be tried, on Grove itself');
  }
  const introduction = readFileSync(join(import.meta.dirname, 'introduction.md'), 'utf8');
  writeFileSync(
    join(import.meta.dirname, '../../../docs/conformance.md'),
    documentOf(introduction, chapters),
  );
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
