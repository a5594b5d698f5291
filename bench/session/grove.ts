/** Grove as it is served, on a database on disk, with phones registered and a campaign for all of them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGrove } from '@grove/server';
import { accountFor, type Auth, devIdOf, LEAVES } from './messages.ts';

const [auth, phones] = process.argv.slice(2) as [Auth, string];
const data = mkdtempSync(join(tmpdir(), 'grove-bench-'));
const grove = await openGrove({ data, port: 0 });
const { url } = await grove.listen();
const { firstToken } = grove;
if (firstToken === undefined || !('file' in firstToken)) throw new Error('a new data folder makes a token');
const { readFileSync } = await import('node:fs');
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
const steps = LEAVES.map((uri) => ({ kind: 'replace', uri, value: `value of ${uri}` }));
await post('/campaigns', { name: 'bench', steps });

process.on('message', async () => {
  const done = await fetch(`${url}/api/v1/campaigns/1`, { headers: { authorization: `Bearer ${token}` } });
  process.send?.({ campaign: await done.json() });
  await grove.close();
  rmSync(data, { recursive: true });
  process.disconnect?.();
});
process.send?.({ port: Number(new URL(url).port) });
