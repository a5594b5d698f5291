// `npm run check`: types, lint, format and the rules about imports, without the tests.
import { pathToFileURL } from 'node:url';
import { ensureInstalled } from './install.mjs';
import { bin, environment, fail, pinnedNode, runQuietly } from './process.mjs';

const checks = [
  { name: 'types', command: `${bin}/tsc`, args: ['-p', '.'] },
  { name: 'lint and format', command: `${bin}/biome`, args: ['ci', '.'] },
  { name: 'imports', command: pinnedNode, args: ['scripts/check-imports.ts'] },
];

/**
 * Runs all checks at once and prints how each ended.
 * @returns {Promise<string[]>} the names of those that failed
 */
export async function check() {
  const color = process.stdout.isTTY;
  const env = color ? { ...environment, FORCE_COLOR: '1' } : environment;
  const failed = await Promise.all(
    checks.map(async ({ name, command, args }) => {
      const started = performance.now();
      const { code, output } = await runQuietly(command, args, env);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      if (code !== 0) process.stdout.write(output);
      console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
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
