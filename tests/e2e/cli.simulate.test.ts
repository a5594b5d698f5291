// Many devices that wait to be notified, with a server and its own push gateway: three processes' work in two.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Server, serve, startGrove } from './grove.testing.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let server: Server;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'grove-simulate-'));
  server = await serve(folder);
});
afterEach(async () => {
  await server.end('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

const DEVICES = 6;

/** Has the server ask all devices for a session. */
async function notifyAll(): Promise<void> {
  const headers = {
    authorization: `Bearer ${readFileSync(join(folder, 'token'), 'utf8').trim()}`,
    'content-type': 'application/json',
  };
  for (let device = 1; device <= DEVICES; device += 1) {
    const response = await fetch(`${server.url}/api/v1/devices/${device}/notifications`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ uiMode: 'user-interaction' }),
    });
    expect(response.status).toBe(201);
  }
}

test.each([
  ['accept', '0', { held: DEVICES, refused: 0 }],
  ['refuse', '1', { held: 0, refused: DEVICES }],
])('devices over UDP call when the server asks them to and their users %s', async (_, refuse, expected) => {
  const fleet = startGrove([
    'simulate',
    ...server.at,
    '--register',
    ...['--push', 'udp://127.0.0.1:0', '--devices', String(DEVICES), '--refuse', refuse, '--json'],
  ]);
  await fleet.logged(/wait to be notified/);
  await notifyAll();
  const [text] = await fleet.printed(/^\{.*^\}/ms);
  expect(await fleet.ended).toBe(0);
  expect(JSON.parse(text)).toMatchObject({
    sessions: { succeeded: expected.held, failed: 0 },
    notifications: { came: DEVICES, ...expected, ignored: {} },
  });
});
