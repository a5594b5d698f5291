/** Grove as it is served, with its own gateway, both on disk, and devices that can be asked to call. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGrove } from '@grove/server';
import { residentMemory } from '../session/memory.ts';
import { accountFor, devIdOf } from '../session/messages.ts';

const [bearer = '', devices] = process.argv.slice(2);
const data = mkdtempSync(join(tmpdir(), 'grove-bench-'));
const config = { bearers: [JSON.parse(bearer)] };
const grove = await openGrove({ data, port: 0, push: { config } });
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

const account = { ...accountFor('md5'), server: { auth: 'md5', user: 'grove', password: 'bench' } };
const all = Array.from({ length: Number(devices) }, (_, index) => ({
  devId: devIdOf(index),
  account,
  addresses: { msisdn: `+4477${String(index).padStart(8, '0')}`, sip: `sip:phone${index}@grove.test` },
}));
const BATCH = 500;
for (let from = 0; from < all.length; from += BATCH) {
  await post('/devices/bulk', { devices: all.slice(from, from + BATCH) });
}

const CAMPAIGN = {
  name: 'bench',
  steps: [{ kind: 'get', uri: './DevDetail/SwV' }],
  notify: { uiMode: 'background', bearers: [JSON.parse(bearer).kind] },
};

process.on('message', async (wish) => {
  if (wish === 'begin') await post('/campaigns', CAMPAIGN);
  process.send?.({ memory: residentMemory() });
});
process.on('disconnect', async () => {
  await grove.close();
  rmSync(data, { recursive: true });
  process.exit();
});
process.send?.({});
