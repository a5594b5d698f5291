// A server that is killed while other systems ask it for things and are told of them: nothing is done twice that was
// asked for with a key, and nobody misses what he is to be told.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../rig/port.testing.ts';
import { groveJson, serve } from './grove.testing.ts';

vi.setConfig({ testTimeout: 120_000 });

const REQUESTS = 60;
/** Answers after which the server is killed, while others are under way. */
const ANSWERED = 20;

test('a killed server has done once what was asked for with a key, and tells all of it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'grove-northbound-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const data = join(folder, 'server');
  const port = String(await freePort());
  const start = () => serve(data, '--port', port, '--webhook-networks', '127.0.0.0/8');
  let server = await start();
  const token = readFileSync(join(data, 'token'), 'utf8').trim();

  const told = new Map<string, string>();
  const { promise: first, resolve: tellFirst } = Promise.withResolvers<void>();
  const { promise: all, resolve: tellAll } = Promise.withResolvers<void>();
  let isUp = false;
  let secret = '';
  const receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      // Before the kill it takes what comes and does not answer: what is under way then is lost with the server.
      tellFirst();
      if (!isUp) return;
      const headers = request.headers as Record<string, string>;
      new Webhook(secret).verify(body, headers);
      const { data } = JSON.parse(body) as { data: { devId: string } };
      told.set(headers['webhook-id'] ?? '', data.devId);
      response.end();
      if (new Set(told.values()).size === REQUESTS) tellAll();
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    receiver.closeAllConnections();
    receiver.close();
  });
  await new Promise((resolve) => receiver.once('listening', resolve));
  const { port: at } = receiver.address() as AddressInfo;
  const hook = ['webhooks', 'add', `http://127.0.0.1:${at}/`, '--types', 'device.registered', ...server.at];
  ({ secret } = await groveJson<{ secret: string }>(hook));

  const register = async (n: number) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/devices`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': `"device-${n}"`,
      },
      body: JSON.stringify({ devId: `IMEI:${n}`, account: { client: { auth: 'none' } } }),
    });
    return { status: response.status, body: (await response.json()) as { id: number } };
  };
  const ids = new Map<number, number>();
  const { promise: enough, resolve: tellEnough } = Promise.withResolvers<void>();
  const asked = Array.from({ length: REQUESTS }, async (_, n) => {
    const { body } = await register(n);
    ids.set(n, body.id);
    if (ids.size === ANSWERED) tellEnough();
  });
  const settled = Promise.allSettled(asked);
  await Promise.all([enough, first]);
  await server.end('SIGKILL');
  await settled;

  isUp = true;
  server = await start();
  for (let n = 0; n < REQUESTS; n++) {
    const { status, body } = await register(n);
    expect(status, `device ${n}: ${JSON.stringify(body)}`).toBe(201);
    expect(body.id).toBe(ids.get(n) ?? body.id);
  }
  const devices = await groveJson<unknown[]>(['devices', 'ls', '--limit', '0', ...server.at]);
  expect(devices).toHaveLength(REQUESTS);
  await all;
  expect(told.size).toBe(REQUESTS);
  expect(await server.end('SIGTERM')).toBe(0);
});
