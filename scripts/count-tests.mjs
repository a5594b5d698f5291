/**
 * What a test run came to, in one line. Whatever failed outside a test (a file that does not load, a crash, an
 * unhandled error) counts as one failure: a run that did not succeed never says `0 failed`.
 * @param {any} report Vitest's JSON report, if it wrote one
 * @param {number} exitCode Vitest's
 */
export function summary(report, exitCode) {
  const passed = report?.numPassedTests ?? 0;
  const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
  const unloaded = (report?.testResults ?? []).filter(
    (/** @type {any} */ file) =>
      file.status === 'failed' &&
      file.assertionResults.every((/** @type {any} */ test) => test.status !== 'failed'),
  ).length;
  const failed = Math.max((report?.numFailedTests ?? 0) + unloaded, exitCode === 0 ? 0 : 1);
  return { line: `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`, failed };
}
