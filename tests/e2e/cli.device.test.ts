// A phone in the terminal that is told to end, or whose reader has gone: it ends, and is kept as it was.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildNotification, NOTIFICATION_FORMATS, RESYNC_NONCE, reasonBody } from '@grove/protocol';
import { buildPush, DM_APPLICATION } from '@grove/push';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { type Running, startGrove } from './grove.testing.ts';

vi.setConfig({ testTimeout: 30_000 });

const DEV_ID = 'IMEI:004999010640000';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grove-device-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A server of a few lines, and a phone that has an account with it. */
async function serveBy(answer: (response: ServerResponse) => void) {
  const bodies: string[] = [];
  let heard = () => {};
  const listening = createServer(async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    bodies.push(Buffer.concat(chunks).toString());
    heard();
    answer(response);
  });
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  onTestFinished(() => {
    listening.closeAllConnections();
    listening.close();
  });
  const account = join(folder, 'phone.json');
  const dmUrl = `http://127.0.0.1:${(listening.address() as AddressInfo).port}/dm`;
  const client = { auth: 'none' };
  const server = { auth: 'basic', user: 'grove', password: 'secret' };
  writeFileSync(
    account,
    JSON.stringify({ device: { devId: DEV_ID }, dmUrl, account: { serverId: 'grove', client, server } }),
  );
  const messages = async (count: number): Promise<readonly string[]> => {
    while (bodies.length < count) {
      await new Promise<void>((resolve) => {
        heard = resolve;
      });
    }
    return bodies;
  };
  const call = (...options: readonly string[]): Running =>
    startGrove(['device', '--account', account, '--store', folder, ...options]);
  return { messages, call };
}

const record = () => JSON.parse(readFileSync(join(folder, `${encodeURIComponent(DEV_ID)}.json`), 'utf8'));
const locks = () => readdirSync(folder).filter((name) => name.includes('.lock'));

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s within a session leaves it to go on with',
  async (signal) => {
    const { call, messages } = await serveBy(() => {});
    const phone = call();
    const [first] = await messages(1);
    expect(locks()).toHaveLength(1);
    phone.child.kill(signal);
    expect(await phone.ended).toBe(0);
    expect(record().session).toMatchObject({ msgID: 1 });
    expect(locks()).toEqual([]);
    const again = call();
    expect((await messages(2))[1]).toBe(first);
    again.child.kill('SIGKILL');
    await again.ended;
    const third = call();
    expect((await messages(3))[2]).toBe(first);
    third.child.kill(signal);
    expect(await third.ended).toBe(0);
  },
);

test('a second phone on the same folder says who has the first', async () => {
  const { call, messages } = await serveBy(() => {});
  const phone = call();
  await messages(1);
  const second = call();
  const said = await second.logged(/\n$/);
  expect(said.input).toMatch(`grove: ${DEV_ID} in ${folder} is in use by process ${phone.child.pid} (`);
  expect(await second.ended).toBe(1);
  phone.child.kill('SIGINT');
  expect(await phone.ended).toBe(0);
});

test('a phone whose conversation nobody reads any more ends', async () => {
  let answer: ServerResponse | undefined;
  const { call, messages } = await serveBy((response) => {
    answer = response;
  });
  const phone = call();
  await phone.printed(/device message 1/);
  await messages(1);
  phone.child.stdout?.destroy();
  answer?.writeHead(404).end();
  await phone.ended;
  expect(record().session).toBeUndefined();
  expect(locks()).toEqual([]);
});

/** Sends a notification to a port of UDP. */
function notifyAt(port: string | undefined, sessionID: number): void {
  const { mediaType } = NOTIFICATION_FORMATS['1.2'];
  const body = buildNotification(
    {
      format: '1.2',
      version: 11,
      uiMode: 'user-interaction',
      initiator: 'server',
      sessionID,
      serverID: 'grove',
      body: reasonBody({ text: 'New settings' }),
    },
    { user: 'grove', password: 'secret' },
    RESYNC_NONCE,
  );
  const content = { contentType: mediaType, applicationId: DM_APPLICATION, headers: [], body };
  const socket = createSocket('udp4');
  socket.send(buildPush(content, 1), Number(port), '127.0.0.1', () => socket.close());
}

const REACHED = /Reached by udp at 127\.0\.0\.1:(\d+)/;

test('a phone that is reached over UDP calls when it is notified, under the SessionID that it was told', async () => {
  const { call, messages } = await serveBy((response) => void response.writeHead(404).end());
  const phone = call('--push', 'udp://127.0.0.1:0', '--answers', 'accept');
  const [, port] = await phone.printed(REACHED);
  notifyAt(port, 0xa1);
  await phone.printed(/Notification accepted, session A1 over udp from 127/);
  const [first] = await messages(1);
  expect(first).toMatch(/<SessionID>A1<.*<Data>1200</s);
  expect(record().notifications.waiting).toMatchObject([{ sessionID: 'A1', accepted: true }]);
  phone.child.kill('SIGINT');
  await phone.ended;
});

test('a notification that a phone has taken outlives it, and is not taken twice', async () => {
  const { call, messages } = await serveBy(() => {});
  const push = ['--push', 'udp://127.0.0.1:0'];
  const phone = call(...push, '--answers', 'ignore');
  notifyAt((await phone.printed(REACHED))[1], 0xa1);
  await phone.printed(/Notification over udp from .*, session A1/);
  phone.child.kill('SIGKILL');
  await phone.ended;
  const again = call(...push, '--answers', 'accept');
  const [first] = await messages(1);
  expect(first).toMatch(/<SessionID>A1<.*<Data>1200</s);
  notifyAt((await again.printed(REACHED))[1], 0xa1);
  await again.printed(/Notification ignored over udp from .*: session A1 of grove was asked for before/);
  again.child.kill('SIGINT');
  expect(await again.ended).toBe(0);
});

test('a bearer that cannot be opened is a fault of the command line, and no password is printed', async () => {
  const { call } = await serveBy(() => {});
  const phone = call('--push', 'telegraph://user:open-sesame@example.com');
  expect((await phone.logged(/\n$/)).input).toMatch(
    /^grove: --push: a bearer begins with "telegraph:"; expected .*udp:/,
  );
  expect((await phone.logged(/\n$/)).input).not.toContain('open-sesame');
  expect(await phone.ended).toBe(2);
});
