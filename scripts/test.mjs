// `npm test`: everything on a fresh clone. Installs if needed, checks types, lint, format and imports, then runs
// all tests. With arguments (`npm test -- packages/protocol`) only the tests they choose: they go to Vitest.
// The last line counts the tests: `N passed, N failed`.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, complaint } from './check.mjs';
import { summary } from './count-tests.mjs';
import { ensureInstalled } from './install.mjs';
import { bin, environment, fail, runInPlace, say } from './process.mjs';
import { ensureTools } from './tools.mjs';

const args = process.argv.slice(2);
await ensureInstalled();

const absent = await ensureTools(args.filter((arg) => !arg.startsWith('-')));
for (const { id, name, debian } of absent) {
  say(
    `Left out: the tests that need ${name} (*.${id}.test.ts). To run them: apt-get install ${debian.join(' ')}`,
  );
}
if (absent.length > 0 && process.env.CI === 'true') fail('In CI no test may be left out.');

if (args.length === 0) {
  const failed = await check();
  if (failed.length > 0) {
    fail(`Stopped before the tests. ${complaint(failed)}`);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'grove-test-'));
try {
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const env = { ...environment, GROVE_WITHOUT: absent.map((tool) => tool.id).join(',') };
  const code = await runInPlace(join(bin, 'vitest'), ['run', ...reporters, ...args], env);
  const { line, failed } = summary(readReport(report), code);
  process.exitCode = code || (failed > 0 ? 1 : 0);
  console.log(line);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Vitest's report; undefined if it did not get to write one. @param {string} file */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
