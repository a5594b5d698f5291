/** Grove as it is served, on a database on disk, with phones registered and a campaign for all of them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGrove } from '@grove/server';
import { residentMemory } from './memory.ts';
import { type Auth, accountFor, devIdOf, leavesOf } from './messages.ts';

const [auth, phones, commands] = process.argv.slice(2) as [Auth, string, string];
const data = mkdtempSync(join(tmpdir(), 'grove-bench-'));
const grove = await openGrove({ data, port: 0 });
const { url } = await grove.listen();
const { firstToken } = grove;
if (firstToken === undefined || !('file' in firstToken)) throw new Error('a new data folder makes a token');
const token = readFileSync(firstToken.file, 'utf8').trim();

async function post(path: string, body: unknown): Promise<void> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`POST ${path}: ${await response.text()}`);
}

const account = accountFor(auth);
const all = Array.from({ length: Number(phones) }, (_, index) => ({ devId: devIdOf(index), account }));
const BATCH = 500;
for (let from = 0; from < all.length; from += BATCH) {
  await post('/devices/bulk', { devices: all.slice(from, from + BATCH) });
}

/** Campaigns made so far, each with other values for the same leaves. */
let campaigns = 0;
async function begin(): Promise<void> {
  campaigns += 1;
  const steps = leavesOf(Number(commands)).map((uri) => ({
    kind: 'replace',
    uri,
    value: `value ${campaigns} of ${uri}`,
  }));
  await post('/campaigns', { name: `bench ${campaigns}`, steps });
}

async function succeeded(): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/api/v1/campaigns/${campaigns}`, { headers });
  const { counts } = (await response.json()) as { counts: { succeeded: number } };
  return counts.succeeded;
}

process.on('message', async (wish) => {
  if (wish === 'memory') {
    process.send?.({ memory: residentMemory() });
    return;
  }
  if (wish === 'begin') await begin();
  process.send?.({ succeeded: await succeeded() });
});
process.on('disconnect', async () => {
  await grove.close();
  rmSync(data, { recursive: true });
});
await begin();
process.send?.({ port: Number(new URL(url).port) });
