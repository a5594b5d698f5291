/** Grove as it is served, on a database on disk, with one phone and a content for it. */
import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { openGrove } from '@grove/server';
import { account, devId, LEAF } from './account.ts';
import { type Peak, samplePeak } from './peak.ts';

const [file = ''] = process.argv.slice(2);
const data = mkdtempSync(join(tmpdir(), 'grove-bench-large-'));
const grove = await openGrove({ data, port: 0 });
const { url } = await grove.listen();
const { firstToken } = grove;
if (firstToken === undefined || !('file' in firstToken)) throw new Error('a new data folder makes a token');
const authorization = `Bearer ${readFileSync(firstToken.file, 'utf8').trim()}`;

async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  return (await response.json()) as T;
}

async function bytesOf(content: number): Promise<ReadableStream<Uint8Array>> {
  const response = await fetch(`${url}/api/v1/contents/${content}/bytes`, { headers: { authorization } });
  if (!response.ok || response.body === null) throw new Error(`content ${content}: ${response.status}`);
  return response.body;
}

await api('POST', '/devices', { devId, account });
const uploaded = await fetch(`${url}/api/v1/contents`, {
  method: 'POST',
  headers: { authorization, 'content-type': 'application/octet-stream' },
  body: createReadStream(file),
  duplex: 'half',
});
const { id: content } = (await uploaded.json()) as { id: number };
const tasks = `/devices/${encodeURIComponent(devId)}/tasks`;

interface Task {
  readonly id: number;
  readonly state: string;
  readonly results: readonly { readonly content?: number }[] | null;
}
let last = 0;
async function begin(step: object): Promise<void> {
  last = (await api<Task>('POST', tasks, { steps: [step] })).id;
}

/** SHA-256 of what the phone has sent; that the task has succeeded where it was to send nothing. */
async function outcome(): Promise<string> {
  const { state, results } = await api<Task>('GET', `/tasks/${last}`);
  const received = results?.[0]?.content;
  if (state !== 'succeeded' || received === undefined) return state;
  const hash = createHash('sha256');
  for await (const bytes of Readable.fromWeb(await bytesOf(received))) hash.update(bytes);
  return hash.digest('hex');
}

let peak: Peak | undefined;
const WISHES: Readonly<Record<string, () => Promise<object>>> = {
  send: async () => {
    await begin({ kind: 'replace', uri: LEAF, content });
    return {};
  },
  fetch: async () => {
    await begin({ kind: 'get', uri: LEAF });
    return {};
  },
  outcome: async () => ({ outcome: await outcome() }),
  sample: async () => {
    peak = samplePeak();
    return {};
  },
  peak: async () => ({ peak: peak?.end() ?? 0 }),
};
process.on('message', async (wish) => process.send?.((await WISHES[String(wish)]?.()) ?? {}));
process.on('disconnect', async () => {
  await grove.close();
  rmSync(data, { recursive: true });
});
process.send?.({ port: Number(new URL(url).port) });
