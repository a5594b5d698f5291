/** Tries cases on a subject and says how it did. */
import type { Encoding } from '@grove/protocol';
import type { Case, Group, PutUp, Side, Suite, TestedCase } from './case.ts';
import { Check, Failure, NotApplicable } from './check.ts';

export type Verdict = 'pass' | 'fail' | 'not applicable';

/** A case in one encoding. */
export interface Run {
  readonly encoding: Encoding;
  readonly verdict: Verdict;
  /** What was wrong, or why the case does not apply; undefined for a pass. */
  readonly reason?: string;
  /** Expectations met. */
  readonly expectations: number;
  /** What was said, for a person. */
  readonly trace: readonly string[];
}

export interface Result {
  readonly side: Side;
  readonly group: string;
  readonly id: string;
  readonly title: string;
  readonly rule: string;
  /** `fail` when one of the runs failed, `not applicable` when none could be made. */
  readonly verdict: Verdict;
  readonly reason?: string;
  readonly runs: readonly Run[];
}

/** The cases whose id begins with one of the filters, or whose title has it; all of them without filters. */
export function chosenCases<Stand>(
  { groups }: Pick<Suite<Stand>, 'groups'>,
  filters: readonly string[],
): { readonly group: Group<Stand>; readonly testCase: Case<Stand> }[] {
  const wanted = ({ id, title }: Case<Stand>): boolean =>
    filters.length === 0 ||
    filters.some(
      (filter) =>
        id.toLowerCase() === filter.toLowerCase() ||
        id.toLowerCase().startsWith(`${filter.toLowerCase()}.`) ||
        title.toLowerCase().includes(filter.toLowerCase()),
    );
  return groups.flatMap((group) => group.cases.filter(wanted).map((testCase) => ({ group, testCase })));
}

/** Tries a case in each encoding that it and the subject have in common. Never throws over what the subject does. */
export async function runCase<Stand>(
  suite: Suite<Stand>,
  group: Group<Stand>,
  testCase: Case<Stand>,
): Promise<Result> {
  const { id, title, rule } = testCase;
  const listed = { side: suite.side, group: group.id, id, title, rule };
  if ('notApplicable' in testCase) {
    return { ...listed, verdict: 'not applicable', reason: testCase.notApplicable, runs: [] };
  }
  const encodings = suite.encodings.filter((each) => testCase.encodings?.includes(each) ?? true);
  if (encodings.length === 0) {
    const reason = `${suite.subject} speaks ${suite.encodings.join(' and ')} only`;
    return { ...listed, verdict: 'not applicable', reason, runs: [] };
  }
  const runs: Run[] = [];
  for (const encoding of encodings) runs.push(await runOnce(suite, testCase, encoding));
  const worst =
    runs.find(({ verdict }) => verdict === 'fail') ??
    runs.find(({ verdict }) => verdict === 'pass') ??
    runs[0];
  const verdict = worst?.verdict ?? 'fail';
  if (verdict === 'pass') return { ...listed, verdict, runs };
  return { ...listed, verdict, reason: `${worst?.encoding}: ${worst?.reason}`, runs };
}

async function runOnce<Stand>(
  suite: Suite<Stand>,
  testCase: TestedCase<Stand>,
  encoding: Encoding,
): Promise<Run> {
  const check = new Check();
  let putUp: PutUp<Stand> | undefined;
  const over = (verdict: Verdict, reason?: string): Run => ({
    encoding,
    verdict,
    ...(reason === undefined ? {} : { reason }),
    expectations: check.made,
    trace: putUp?.trace ?? [],
  });
  try {
    putUp = await suite.putUp(encoding);
    await within(suite.patience, testCase.run(putUp.stand, check));
    return check.made === 0 ? over('fail', 'the case expected nothing') : over('pass');
  } catch (error) {
    if (error instanceof NotApplicable) return over('not applicable', error.message);
    if (error instanceof Failure) return over('fail', error.message);
    return over('fail', error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  } finally {
    await putUp?.close();
  }
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Failure(`the case was not over after ${milliseconds / 1000} s`)),
      milliseconds,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Tries the chosen cases one after the other, telling of each when it is over. */
export async function runSuite<Stand>(
  suite: Suite<Stand>,
  filters: readonly string[],
  tell: (result: Result) => void,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const { group, testCase } of chosenCases(suite, filters)) {
    const result = await runCase(suite, group, testCase);
    tell(result);
    results.push(result);
  }
  return results;
}
