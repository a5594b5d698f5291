// `npm start`: everything on a fresh clone. Installs if needed, then runs `grove demo`.
import { ensureInstalled } from './install.mjs';
import { pinnedNode, runInPlace } from './process.mjs';

await ensureInstalled();
process.exitCode = await runInPlace(pinnedNode, [
  'packages/cli/bin/grove.mjs',
  'demo',
  ...process.argv.slice(2),
]);
