/** Tells a person how the cases went. */
import { styleText } from 'node:util';
import type { Result, Verdict } from './run.ts';

const MARKS: Readonly<Record<Verdict, { mark: string; color: 'green' | 'red' | 'yellow' }>> = {
  pass: { mark: '✓', color: 'green' },
  fail: { mark: '✗', color: 'red' },
  'not applicable': { mark: '–', color: 'yellow' },
};

/** Characters that a title has room for. */
export const TITLE_WIDTH = 100;

/** A row of the table; below it what was wrong or why the case does not apply. */
export function lineOf({ id, title, rule, verdict, reason, runs }: Result): string {
  const { mark, color } = MARKS[verdict];
  const encodings = runs.map(({ encoding }) => encoding).join(', ');
  const head = `${styleText(color, mark)} ${id.padEnd(8)}${title.padEnd(TITLE_WIDTH)} ${styleText('dim', rule)}`;
  if (reason !== undefined) return `${head}\n          ${styleText(color, `${verdict}: ${reason}`)}`;
  return runs.length === 1 ? `${head} ${styleText('dim', `(${encodings})`)}` : head;
}

/** How many cases had each verdict. */
export function countOf(results: readonly Result[]): Record<Verdict, number> {
  const count = { pass: 0, fail: 0, 'not applicable': 0 };
  for (const { verdict } of results) count[verdict] += 1;
  return count;
}

/** `152 cases: 150 pass, 0 fail, 2 not applicable` */
export function summaryOf(results: readonly Result[]): string {
  const count = countOf(results);
  return `${results.length} cases: ${count.pass} pass, ${count.fail} fail, ${count['not applicable']} not applicable`;
}
