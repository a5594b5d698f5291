// `npm run check`: types, lint, format and the rules about imports, without the tests.
import { pathToFileURL } from 'node:url';
import { ensureInstalled } from './install.mjs';
import { bin, environment, fail, pinnedNode, runQuietly } from './process.mjs';

const color = process.stdout.isTTY;
const checks = [
  { name: 'types', command: `${bin}/tsc`, args: ['-p', '.'] },
  // What runs in a browser knows other globals.
  { name: 'types of the phone page', command: `${bin}/tsc`, args: ['-p', 'packages/device/src/page/client'] },
  {
    name: 'lint and format',
    command: `${bin}/biome`,
    args: ['check', `--colors=${color ? 'force' : 'off'}`, '.'],
  },
  { name: 'imports', command: pinnedNode, args: ['scripts/check-imports.ts'] },
];

/**
 * Runs all checks at once and prints how each ended.
 * @returns {Promise<string[]>} the names of those that failed
 */
export async function check() {
  const env = color ? { ...environment, FORCE_COLOR: '1' } : environment;
  const failed = await Promise.all(
    checks.map(async ({ name, command, args }) => {
      const started = performance.now();
      const { code, output } = await runQuietly(command, args, env);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      const verdict = `${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)\n`;
      await new Promise((done) => process.stdout.write(code === 0 ? verdict : output + verdict, done));
      return code === 0 ? [] : [name];
    }),
  );
  return failed.flat();
}

/** What to tell about the checks that failed. @param {string[]} failed */
export function complaint(failed) {
  const remedy = failed.includes('lint and format') ? ' `npm run format` mends what can be mended.' : '';
  return `Failed: ${failed.join(', ')}.${remedy}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await ensureInstalled();
  const failed = await check();
  if (failed.length > 0) fail(complaint(failed));
}
