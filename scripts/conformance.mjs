// `npm run conformance [-- --side client|server] [FILTER…]`: tries the conformance cases in tests/conformance.
import { ensureInstalled } from './install.mjs';
import { pinnedNode, runInPlace } from './process.mjs';

await ensureInstalled();
process.exitCode = await runInPlace(pinnedNode, [
  'tests/conformance/framework/main.ts',
  ...process.argv.slice(2),
]);
