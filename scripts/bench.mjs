// `npm run bench [-- NAME…]`: runs the benchmarks in bench/, all of them or those named.
import { ensureInstalled } from './install.mjs';
import { pinnedNode, runInPlace } from './process.mjs';

await ensureInstalled();
process.exitCode = await runInPlace(pinnedNode, ['bench/main.ts', ...process.argv.slice(2)]);
