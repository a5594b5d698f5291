/** Grove as it is served, with its housekeeping, on a database on disk. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openGrove } from '@grove/server';
import { residentMemory } from '../session/memory.ts';

const data = mkdtempSync(join(tmpdir(), 'grove-scale-'));
const grove = await openGrove({ data, port: 0 });
const { url } = await grove.listen();
const { firstToken } = grove;
if (firstToken === undefined || !('file' in firstToken)) throw new Error('a new data folder makes a token');
const token = readFileSync(firstToken.file, 'utf8').trim();

const delays = monitorEventLoopDelay({ resolution: 10 });
delays.enable();
let peak = 0;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 50).unref();

process.on('message', () => {
  // Since it was asked last.
  const held = delays.max / 1e6;
  process.send?.({ peak, memory: residentMemory(), held });
  peak = process.memoryUsage.rss();
  delays.reset();
});
process.on('disconnect', async () => {
  clearInterval(watch);
  await grove.close();
  rmSync(data, { recursive: true });
  process.exit();
});
process.send?.({ port: Number(new URL(url).port), url, token, data });
