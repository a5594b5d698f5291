/** Writes docs/conformance.md from a run. */
import type { Case, Group, Side } from './case.ts';
import type { Result } from './run.ts';
import { summaryOf } from './table.ts';

/** One side's part of the document. */
export interface Chapter {
  readonly suite: {
    readonly side: Side;
    readonly subject: string;
    readonly groups: readonly Pick<Group<unknown>, 'id' | 'title'>[];
  };
  readonly results: readonly Result[];
}

const HEADINGS: Readonly<Record<Side, string>> = { client: 'The client', server: 'The server' };

/**
 * The document: an introduction, then a table for each group of cases.
 *
 * @param introduction its text up to the tables, with its heading.
 */
export function documentOf(introduction: string, chapters: readonly Chapter[]): string {
  const parts = [introduction.trim()];
  for (const { suite, results } of chapters) {
    parts.push(`## ${HEADINGS[suite.side]}`, `${suite.subject}, ${summaryOf(results)}.`);
    for (const group of suite.groups) {
      const rows = results.filter((result) => result.group === group.id).map(rowOf);
      if (rows.length > 0) {
        parts.push(`### ${group.id} ${group.title}`, [...TABLE_HEAD, ...rows].join('\n'));
      }
    }
  }
  return `${parts.join('\n\n')}\n`;
}

const TABLE_HEAD = ['| case | what is so | rule | |', '|---|---|---|---|'];

function rowOf({ id, title, rule, verdict, reason }: Result): string {
  const outcome = reason === undefined ? verdict : `${verdict}: ${reason}`;
  return `| ${[id, title, rule, outcome].map(cell).join(' | ')} |`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

/** The rows of a document as far as they come from the cases and not from the run: to see whether it is in step. */
export function listedIn(document: string): string[] {
  return document
    .split('\n')
    .filter((line) => /^\| [CS]-\d/.test(line))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, 4)
        .map((each) => each.trim())
        .join(' | '),
    );
}

/** The rows that a document in step with these cases has. */
export function rowsOf(
  groups: readonly { readonly cases: readonly Pick<Case<unknown>, 'id' | 'title' | 'rule'>[] }[],
): string[] {
  return groups.flatMap(({ cases }) =>
    cases.map(({ id, title, rule }) => [id, title, rule].map(cell).join(' | ')),
  );
}
