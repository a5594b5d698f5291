import { defineConfig } from 'vitest/config';

// A test that needs a program which may be absent says so in its name: `*.postgres.test.ts`, `*.kannel.tshark.test.ts`.
// `npm test` finds out which programs are absent (scripts/tools.mjs) and names them in GROVE_WITHOUT.
const without = (process.env.GROVE_WITHOUT ?? '').split(',').filter((id) => id !== '');
const exclude = ['**/node_modules/**', ...without.map((id) => `**/*.${id}.{*.,}test.ts`)];
const onPostgres = '**/*.postgres.test.ts';
const inChromium = '**/*.chromium.test.ts';

function project(name: string, ...include: string[]) {
  return { test: { name, include, exclude: [...exclude, onPostgres, inChromium] } };
}

export default defineConfig({
  test: {
    passWithNoTests: true,
    projects: [
      project('unit', 'packages/*/src/**/*.test.ts', 'scripts/**/*.test.ts'),
      project('conformance', 'tests/conformance/**/*.test.ts'),
      project('interop', 'tests/interop/**/*.test.ts'),
      project('e2e', 'tests/e2e/**/*.test.ts'),
      // What needs PostgreSQL, from everywhere: its cluster is started only if one of these tests runs.
      {
        test: {
          name: 'postgres',
          include: [`packages/*/src/${onPostgres}`, `tests/${onPostgres}`],
          exclude,
          globalSetup: 'tests/setup/postgres.ts',
        },
      },
      // What needs a browser: one is started only if one of these tests runs.
      {
        test: {
          name: 'chromium',
          include: [`packages/*/src/${inChromium}`, `tests/${inChromium}`],
          exclude,
          globalSetup: 'tests/setup/chromium.ts',
        },
      },
    ],
  },
});
