/** Has Vitest try the cases, so that `npm test` covers them. */
import { afterAll, describe, expect, test } from 'vitest';
import type { Suite } from './case.ts';
import { type Result, runCase } from './run.ts';

/**
 * Makes a test of each case.
 *
 * @param exempt ids of the cases that do not apply to this subject: known ones, so that none is added unseen.
 */
export function testSuite<Stand>(suite: Suite<Stand>, exempt: readonly string[]): void {
  const notApplicable: string[] = [];
  afterAll(() => suite.close());
  for (const group of suite.groups) {
    describe(`${group.id} ${group.title}`, () => {
      test.each(group.cases.map((testCase) => [testCase.id, testCase.title, testCase] as const))(
        '%s %s',
        async (id, _, testCase) => {
          const result = await runCase(suite, group, testCase);
          if (result.verdict === 'not applicable') notApplicable.push(id);
          expect(result.verdict, complaintOf(result)).not.toBe('fail');
        },
        // The case itself says when it took too long.
        2 * suite.patience * suite.encodings.length,
      );
    });
  }
  test('no case but those known does not apply', () => {
    expect(notApplicable).toEqual(exempt);
  });
}

function complaintOf({ rule, reason, runs }: Result): string {
  const failed = runs.find(({ verdict }) => verdict === 'fail');
  return [`${reason ?? ''} (${rule})`, ...(failed?.trace ?? [])].join('\n');
}
