import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type Grove, openGrove } from '../grove.ts';

const KEYS = randomBytes(32).toString('base64');
let grove: Grove | undefined;
afterEach(async () => {
  await grove?.close();
  grove = undefined;
});

async function listen(
  options: Parameters<typeof openGrove>[0] = {},
): Promise<{ url: string; token: string }> {
  grove = await openGrove({ db: 'sqlite::memory:', keys: KEYS, port: 0, ...options });
  const { url } = await grove.listen();
  const { firstToken } = grove;
  return { url, token: firstToken !== undefined && 'token' in firstToken ? firstToken.token : '' };
}

it('answers devices, the API and who asks for its health on one port', async () => {
  const { url, token } = await listen();
  const dm = await fetch(`${url}/dm`, {
    method: 'POST',
    body: 'x',
    headers: { 'content-type': 'text/plain' },
  });
  expect([dm.status, dm.headers.get('content-type')]).toEqual([415, 'text/plain; charset=utf-8']);
  expect((await fetch(`${url}/dm/of/operator?s=1`)).status).toBe(405);
  expect((await fetch(`${url}/dmx`)).status).toBe(404);
  expect(await (await fetch(`${url}/healthz`)).json()).toMatchObject({ status: 'ok' });
  const headers = { authorization: `Bearer ${token}` };
  const refusals = await fetch(`${url}/api/v1/refusals`, { headers });
  expect((await refusals.json()) as { items: unknown[] }).toMatchObject({
    items: [{ httpStatus: 405 }, { httpStatus: 415 }],
  });
  const server = await fetch(`${url}/api/v1/server`, { headers });
  expect(await server.json()).toMatchObject({ dmUrl: `${url}/dm` });
});

it('refuses headers that are too large and keeps on', async () => {
  const { url } = await listen();
  const answer = await fetch(`${url}/healthz`, { headers: { 'x-large': 'x'.repeat(20_000) } });
  expect(answer.status).toBe(431);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

it('finishes what is running when it closes, and makes nobody wait', async () => {
  const { url, token } = await listen();
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const post = async (path: string, body: unknown) => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(201);
  };
  await post('/devices', { devId: 'IMEI:1', account: { client: { auth: 'none' } } });
  await post('/devices/IMEI:1/tasks', { steps: [{ kind: 'get', uri: '.' }] });
  const waiting = fetch(`${url}/api/v1/tasks/1?wait=60`, { headers });
  // A device whose message is half there: its answer comes although the server closes.
  const half = request(`${url}/dm`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.syncml.dm+xml', 'content-length': 4 },
  });
  const answered = new Promise<[number | undefined, string | undefined]>((resolve, reject) => {
    half.on('response', (response) => {
      response.resume();
      resolve([response.statusCode, response.headers.connection]);
    });
    half.on('error', reject);
  });
  await new Promise<void>((resolve) => half.write('<a', () => resolve()));
  // Both requests have reached the server when a later one is answered.
  await fetch(`${url}/healthz`);
  await fetch(`${url}/healthz`);
  const closed = grove?.close();
  grove = undefined;
  half.end('/>');
  expect(await answered).toEqual([400, 'close']);
  const task = await waiting;
  expect((await task.json()) as object).toMatchObject({ state: 'pending' });
  await closed;
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
});

it('keeps its data in a folder for its owner alone, and knows it again', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'grove-server-'));
  const data = join(parent, 'data');
  try {
    grove = await openGrove({ data, port: 0 });
    const { firstToken } = grove;
    expect(firstToken).toEqual({ file: join(data, 'token') });
    expect(statSync(data).mode & 0o777).toBe(0o700);
    await grove.close();
    grove = await openGrove({ data, port: 0 });
    expect(grove.firstToken).toBeUndefined();
    const { url } = await grove.listen();
    const token = readFileSync(join(data, 'token'), 'utf8').trim();
    const answer = await fetch(`${url}/api/v1/devices`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    await grove.close();
    grove = undefined;
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
});
