import { expect, test } from 'vitest';
import { summary } from './count-tests.mjs';

test('counts what Vitest counted', () => {
  const report = {
    numPassedTests: 12,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [],
  };
  expect(summary(report, 0)).toEqual({ line: '12 passed, 0 failed', failed: 0 });
});

test('names skipped tests only if there are any', () => {
  const report = {
    numPassedTests: 1,
    numFailedTests: 0,
    numPendingTests: 2,
    numTodoTests: 1,
    testResults: [],
  };
  expect(summary(report, 0).line).toBe('1 passed, 0 failed, 3 skipped');
});

test('a file that does not load is a failure', () => {
  const testResults = [{ status: 'failed', assertionResults: [] }];
  const report = { numPassedTests: 4, numFailedTests: 0, testResults };
  expect(summary(report, 1)).toEqual({ line: '4 passed, 1 failed', failed: 1 });
});

test('a file with a failed test is not counted twice', () => {
  const testResults = [{ status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] }];
  const report = { numPassedTests: 1, numFailedTests: 1, testResults };
  expect(summary(report, 1).line).toBe('1 passed, 1 failed');
});

test('a run that crashed is a failure', () => {
  expect(summary(undefined, 137)).toEqual({ line: '0 passed, 1 failed', failed: 1 });
});
