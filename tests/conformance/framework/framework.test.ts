import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clientSuite } from '../client/index.ts';
import { serverSuite } from '../server/index.ts';
import {
  documentOf,
  listedIn,
  NotApplicable,
  rowsOf,
  runSuite,
  type Suite,
  type TestedCase,
} from './index.ts';
import { TITLE_WIDTH } from './table.ts';

const groups = [...clientSuite().groups, ...serverSuite().groups];

function suite(run: TestedCase<string>['run'], more: Partial<TestedCase<string>> = {}): Suite<string> {
  const testCase = { id: 'C-01.1', title: 'a title', rule: 'a rule', run, ...more };
  return {
    side: 'client',
    subject: 'a client',
    groups: [{ id: 'C-01', title: 'A group', cases: [testCase] }],
    encodings: ['xml', 'wbxml'],
    patience: 20,
    putUp: async (encoding) => ({ stand: encoding, trace: [], close: async () => {} }),
    close: async () => {},
  };
}

async function verdictOf(...args: Parameters<typeof suite>): Promise<[string, string | undefined]> {
  const [result] = await runSuite(suite(...args), [], () => {});
  return [result?.verdict ?? '', result?.reason];
}

test('a case passes when it expected something, and that in each encoding', async () => {
  expect(await verdictOf(async (_, check) => check.equal(1, 1, 'one'))).toEqual(['pass', undefined]);
  expect(await verdictOf(async (_, check) => check.equal(1, 2, 'one'))).toEqual([
    'fail',
    'xml: one: found 1, expected 2',
  ]);
  expect(await verdictOf(async (encoding, check) => check.equal(encoding, 'xml', 'encoding'))).toEqual([
    'fail',
    'wbxml: encoding: found "wbxml", expected "xml"',
  ]);
});

test('a case that expects nothing, breaks down or does not end fails', async () => {
  expect(await verdictOf(async () => {})).toEqual(['fail', 'xml: the case expected nothing']);
  const broken = async (): Promise<void> => {
    throw new TypeError('no such thing');
  };
  expect(await verdictOf(broken)).toEqual(['fail', 'xml: TypeError: no such thing']);
  expect(await verdictOf(() => new Promise(() => {}))).toEqual([
    'fail',
    'xml: the case was not over after 0.02 s',
  ]);
});

test('a case that does not apply says why', async () => {
  const lacking = async (): Promise<void> => {
    throw new NotApplicable('the client has none');
  };
  expect(await verdictOf(lacking)).toEqual(['not applicable', 'xml: the client has none']);
  expect(await verdictOf(async (_, check) => check.equal(1, 1, 'one'), { encodings: [] })).toEqual([
    'not applicable',
    'a client speaks xml and wbxml only',
  ]);
});

test('cases are chosen by id or words', async () => {
  const chosen = suite(async (_, check) => check.equal(1, 1, 'one'));
  const count = async (...filters: string[]) => (await runSuite(chosen, filters, () => {})).length;
  expect([await count('C-01'), await count('c-01.1'), await count('TITLE'), await count('C-0')]).toEqual([
    1, 1, 1, 0,
  ]);
});

test('each case has an id of its own within its group, a title that fits, and a rule', () => {
  const ids = groups.flatMap(({ cases }) => cases.map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id: group, cases } of groups) {
    for (const { id, title, rule } of cases) {
      expect(id).toMatch(new RegExp(`^${group}\\.\\d+$`));
      expect(title.length, `length of the title of ${id}`).toBeLessThanOrEqual(TITLE_WIDTH);
      expect(rule, `rule of ${id}`).not.toBe('');
    }
  }
});

test('docs/conformance.md is in step with the cases; npm run conformance -- --docs writes it anew', () => {
  const document = readFileSync(join(import.meta.dirname, '../../../docs/conformance.md'), 'utf8');
  expect(listedIn(document)).toEqual(rowsOf(groups));
});

test('what is read of a document is what was written into it', async () => {
  const odd = suite(async (_, check) => check.equal(1, 1, 'one'), { title: 'a <b> | c' });
  const document = documentOf('# Conformance', [{ suite: odd, results: await runSuite(odd, [], () => {}) }]);
  expect(listedIn(document)).toEqual(rowsOf(odd.groups));
  expect(document).toContain('| C-01.1 | a &lt;b> \\| c | a rule | pass |');
});
