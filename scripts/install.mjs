// Installs the repository's dependencies if they are not there or no longer the right ones.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment, fail, pinnedNode, root, runBehind, runQuietly, say } from './process.mjs';

const stampFile = join(root, 'node_modules', '.grove-installed');

/** Makes sure that everything the repository needs from npm is installed. Takes no time when it is. */
export async function ensureInstalled() {
  const stamp = wanted();
  if (existsSync(pinnedNode) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;

  if (Number.parseInt(process.versions.node, 10) < 20) {
    fail(`Grove needs Node 20 or newer to install itself; this is Node ${process.versions.node}.`);
  }
  const fresh = !existsSync(join(root, 'node_modules'));
  say(fresh ? 'Installing dependencies (once, up to a minute) …' : 'Bringing dependencies up to date …');
  const started = performance.now();
  if (!(await npm([fresh ? 'ci' : 'install', '--loglevel=error', '--no-audit', '--no-fund']))) {
    fail('npm could not install the dependencies; see its messages above.');
  }
  const { code, output } = await runQuietly(pinnedNode, ['--version']);
  if (code !== 0) {
    fail(
      `The pinned Node (dev dependency "node") was not set up: ${output.trim()}\n` +
        'Its install script downloads it: if npm is told to ignore scripts, run `npm rebuild node --ignore-scripts=false`.',
    );
  }
  // Read again: `npm install` may have brought package-lock.json in line with package.json.
  writeFileSync(stampFile, wanted());
  say(`Installed in ${((performance.now() - started) / 1000).toFixed(0)} s, with Node ${output.trim()}.`);
}

/** What should be installed, as a hash: the lock file, every manifest, and what the binaries are for. */
function wanted() {
  const packages = readdirSync(join(root, 'packages')).sort();
  const manifests = ['package.json', ...packages.map((name) => join('packages', name, 'package.json'))];
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of ['package-lock.json', ...manifests]) {
    if (existsSync(join(root, file))) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/** Runs the npm that started this script, or else the one on the PATH. @param {string[]} args */
function npm(args) {
  const script = environment.npm_execpath;
  return script?.endsWith('.js')
    ? runBehind(process.execPath, [script, ...args], process.env)
    : runBehind('npm', args, process.env);
}
