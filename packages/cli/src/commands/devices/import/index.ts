import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { type Command, Option } from 'commander';
import { counted, formatBar, type Live, liveLines, note, printable } from '../../../output/index.ts';
import { Exit, UsageError, unreadable } from '../../../program/index.ts';
import { defineCall } from '../../call.ts';
import { csvLines, type SourceLine } from './csv.ts';

/** Lines of one request: some seconds of the server's work. */
const LINES = 5000;
/** Characters of one request, but for its last line. */
const CHARACTERS = 64 * 1024 * 1024;
/** Errors that are shown to people. */
const SHOWN = 20;

interface Counts {
  lines: number;
  registered: number;
  updated: number;
  kept: number;
  failed: number;
}

interface LineError {
  line: number;
  errors: { field: string; expected: string }[];
}

export function defineImport(parent: Command): void {
  defineCall<{ existing: 'keep' | 'update'; format?: 'ndjson' | 'csv' }>(parent, {
    usage: 'import <file>',
    summary: 'register many devices, with what is known of them; - is standard input',
    examples: [
      'grove devices import fleet.ndjson',
      'grove devices import fleet.csv --existing update',
      'export-from-elsewhere | grove devices import - --json',
    ],
    remarks:
      'A file is one JSON object to a line, or CSV by its name. A line with an error is left out; the same file may be imported again.',
    options(command) {
      command
        .addOption(
          new Option('--existing <policy>', 'what becomes of devices that are registered already')
            .choices(['keep', 'update'])
            .default('keep'),
        )
        .addOption(
          new Option('--format <format>', 'of the file (default: by its name)').choices(['ndjson', 'csv']),
        );
    },
    async run(api, [file = ''], { existing, format }) {
      const source = await reading(file);
      const isCsv = format === undefined ? /\.csv$/i.test(file) : format === 'csv';
      const total: Counts = { lines: 0, registered: 0, updated: 0, kept: 0, failed: 0 };
      const errors: LineError[] = [];
      const live = liveLines();
      try {
        for await (const batch of batchesOf(isCsv ? csvLines(source.stream) : ndjsonLines(source.stream))) {
          const { errors: wrong, ...counts } = await api.upload<Counts & { errors: LineError[] }>(
            'devices/import',
            { existing },
            Readable.from(batch.map(({ text }) => Buffer.from(`${text}\n`))),
            'application/x-ndjson',
          );
          for (const name of Object.keys(total) as (keyof Counts)[]) total[name] += counts[name];
          errors.push(...wrong.map((each) => ({ ...each, line: batch[each.line - 1]?.number ?? 0 })));
          showProgress(live, source, total);
        }
      } catch (error) {
        live.end();
        if (total.lines > 0)
          note(`${counted(total.lines, 'line')} were imported before; the file may be imported again.`);
        throw error;
      }
      live.end();
      return {
        json: { ...total, errors },
        exit: total.failed > 0 ? Exit.failed : Exit.ok,
        lines: () => [...summaryOf(total), ...errorLines(errors, total.failed)],
      };
    },
  });
}

interface Source {
  readonly stream: Readable;
  /** Bytes; undefined where it is not known. */
  readonly size: number | undefined;
  /** Bytes that were read. */
  readonly read: () => number;
}

/** @throws {UsageError} */
async function reading(file: string): Promise<Source> {
  if (file === '-') return { stream: process.stdin, size: undefined, read: () => 0 };
  try {
    const { size } = await stat(file);
    const stream = createReadStream(file);
    return { stream, size, read: () => stream.bytesRead };
  } catch (error) {
    throw new UsageError(unreadable(file, error), { cause: error });
  }
}

async function* ndjsonLines(stream: Readable): AsyncGenerator<SourceLine> {
  let number = 0;
  for await (const text of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }))
    yield { number: ++number, text };
}

async function* batchesOf(lines: AsyncIterable<SourceLine>): AsyncGenerator<SourceLine[]> {
  let batch: SourceLine[] = [];
  let characters = 0;
  for await (const line of lines) {
    batch.push(line);
    characters += line.text.length;
    if (batch.length < LINES && characters < CHARACTERS) continue;
    yield batch;
    batch = [];
    characters = 0;
  }
  if (batch.length > 0) yield batch;
}

function showProgress(live: Live, { size, read }: Source, { lines }: Counts): void {
  const part =
    size === undefined ? '' : `${formatBar(Math.round((100 * read()) / Math.max(1, size)), 100)} % `;
  live.show(`${part}${counted(lines, 'line')}`);
}

function summaryOf({ registered, updated, kept, failed }: Counts): string[] {
  const parts = [`${counted(registered, 'device')} registered`];
  if (updated > 0) parts.push(`${updated.toLocaleString('en')} updated`);
  if (kept > 0) parts.push(`${kept.toLocaleString('en')} kept as they were`);
  if (failed > 0) parts.push(`${counted(failed, 'line')} with errors left out`);
  return [`${parts.join(', ')}.`];
}

function errorLines(errors: readonly LineError[], failed: number): string[] {
  const shown = errors.slice(0, SHOWN);
  const more = failed - shown.length;
  return [
    ...shown.map(({ line, errors: [first] }) =>
      first === undefined
        ? `Line ${line} is wrong.`
        : `Line ${line}: ${printable(first.field)}: expected ${printable(first.expected)}`,
    ),
    ...(more > 0 ? [`… and ${more} more; --json tells the first 1000 of each 5000 lines.`] : []),
  ];
}
