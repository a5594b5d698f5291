// `npm run soak [-- NAME… --minutes N --messages N --seed S]`: what takes longer than a test may, all of it or that named.
import { ensureInstalled } from './install.mjs';
import { pinnedNode, runInPlace } from './process.mjs';

await ensureInstalled();
process.exitCode = await runInPlace(pinnedNode, [
  '--expose-gc',
  'tests/soak/main.ts',
  ...process.argv.slice(2),
]);
