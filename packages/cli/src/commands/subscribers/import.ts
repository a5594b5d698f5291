import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { counted } from '../../output/index.ts';
import { UsageError, unreadable } from '../../program/index.ts';
import { defineCall } from '../call.ts';

/** Subscribers in one request. */
const BATCH = 1_000;

interface Imported {
  created: number;
  updated: number;
  unchanged: number;
}

export function defineImport(parent: Command): void {
  defineCall(parent, {
    usage: 'import <file>',
    summary: 'make subscribers, or bring them up to date, from a file with one JSON object on each line',
    examples: ['grove subscribers import subscribers.ndjson', 'export-crm | grove subscribers import -'],
    remarks: [
      'A line is what the API takes for a subscriber:',
      '',
      '  {"name": "C-20391", "msisdns": ["+441632960001"], "attributes": {"qos": {"maxBandwidth": 512}}}',
      '',
      'Who a subscriber is says the name, else the IMSI, else the SIP URI, else the first number. Of one who is known,',
      `what is not given stays. Lines go ${BATCH} at a time; what came before a line that is refused is kept.`,
    ].join('\n'),
    async run(api, [file = '']) {
      const all: Imported = { created: 0, updated: 0, unchanged: 0 };
      let first = 1;
      for await (const subscribers of batchesOf(file)) {
        const done = await api.post<Imported>('subscribers/bulk', { subscribers }).catch((error: unknown) => {
          if (error instanceof Error) {
            const lines = `lines ${first} to ${first + subscribers.length - 1}`;
            error.message = `${file}, ${lines} are refused (subscribers/0 is line ${first}): ${error.message}`;
          }
          throw error;
        });
        all.created += done.created;
        all.updated += done.updated;
        all.unchanged += done.unchanged;
        first += subscribers.length;
      }
      const { created, updated, unchanged } = all;
      return {
        json: all,
        lines: () => [
          `${counted(created, 'subscriber')} made, ${updated} brought up to date, ${unchanged} as they were.`,
        ],
      };
    },
  });
}

/** What the lines of a file say. Empty lines count, so that errors name the right one. */
async function* batchesOf(file: string): AsyncGenerator<unknown[]> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  const failed = new Promise<never>((_, reject) => {
    input.once('error', (error) => reject(new UsageError(unreadable(file, error), { cause: error })));
  });
  failed.catch(() => {});
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  let batch: unknown[] = [];
  for (let n = 1; ; n++) {
    const { value: line, done } = await Promise.race([lines.next(), failed]);
    if (done) break;
    if (line.trim() !== '') batch.push(parse(line, file, n));
    if (batch.length === BATCH) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

function parse(line: string, file: string, n: number): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new UsageError(`${file}:${n} is not a JSON object`, { cause: error });
  }
}
