/** Grove's push proxy gateway as it is, asked by Kannel's push initiator `test_ppg`: what it submits reaches a terminal. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Gateway, openGateway } from '@grove/gateway';
import {
  notificationReceiver,
  pushInitiator,
  RECEIVERS,
  type ReceivedPush,
  type ResultNotification,
} from '@grove/push';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { kannelFile, runTestPpg, writeControl } from '../rig/kannel.testing.ts';
import { freePort } from '../rig/port.testing.ts';

const CLIENT = { name: 'pi', password: 'secret' };
const TOLD = { user: 'gateway', password: 'told' };

let folder = '';
let gateway: Gateway;
let papUrl = '';

async function start(): Promise<void> {
  gateway = await openGateway({
    db: `sqlite:${join(folder, 'gateway.db')}`,
    config: {
      listen: { port: 0 },
      clients: [{ ...CLIENT, notify: TOLD }],
      bearers: [{ kind: 'udp' }],
    },
    times: { poll: 20 },
  });
  ({ papUrl } = await gateway.listen());
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grove-gateway-'));
  await start();
});
afterEach(async () => {
  await gateway.close();
  await rm(folder, { recursive: true });
});

/** The gateway's URL with a client's name and password, which test_ppg proves itself with. */
function urlFor(name: string, password: string): string {
  return papUrl.replace('://', `://${name}:${password}@`);
}

/** A terminal that listens on UDP; what it receives, in order. */
async function terminal(): Promise<{ address: string; next: Promise<ReceivedPush> }> {
  const { promise: next, resolve } = Promise.withResolvers<ReceivedPush>();
  const kind = RECEIVERS.find(({ bearer }) => bearer === 'udp');
  const receiver = await kind?.open(`udp://127.0.0.1:${await freePort()}`, {
    now: Date.now,
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    onPush: async (push) => resolve(push),
    onHealth: () => {},
    log: () => {},
  });
  if (!receiver) throw new Error('no receiver for UDP');
  onTestFinished(() => receiver.close());
  return { address: receiver.address, next };
}

/** An initiator's end of result notifications; the first that comes. */
async function results(): Promise<{ url: string; next: Promise<ResultNotification> }> {
  const { promise: next, resolve } = Promise.withResolvers<ResultNotification>();
  const server = createServer(
    notificationReceiver({
      authenticate: (credentials) =>
        credentials?.user === TOLD.user && credentials.password === TOLD.password ? 'gateway' : undefined,
      onNotification: async (notification) => {
        resolve(notification);
        return undefined;
      },
      onFailure: (error) => {
        throw error;
      },
    }),
  );
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, next };
}

it('brings what test_ppg submits to a terminal, tells of it, and knows it after a restart', async () => {
  const [to, told] = [await terminal(), await results()];
  const address = `WAPPUSH=${to.address}/TYPE=IPv4@ppg.example`;
  const control = await writeControl(folder, {
    addresses: [address],
    attributes: `ppg-notify-requested-to="${told.url}" progress-notes-requested="true"`,
    inner: '<quality-of-service priority="high" delivery-method="unconfirmed"/>',
    doctype: '<!DOCTYPE pap PUBLIC "-//WAPFORUM//DTD PAP 2.0//EN" "http://www.wapforum.org/DTD/pap_2.0.dtd">',
  });
  const args = ['-c', 'si', '-a', 'mms', urlFor('pi', 'secret'), kannelFile('si.txt'), control];
  const { answer } = await runTestPpg(...args);
  expect(answer).toContain('code="1001"');

  const push = await to.next;
  expect(push).toMatchObject({ contentType: 'text/vnd.wap.si', bearer: 'udp' });
  expect(push.applicationId).toContain('mms.ua');
  expect(Buffer.from(push.body).toString()).toContain('You have 4 new emails');
  expect(await told.next).toMatchObject({ pushId: 'own@pi', address, state: 'delivered', code: 1000 });

  await gateway.close();
  await start();
  expect((await runTestPpg(...args.with(4, urlFor('pi', 'secret')))).answer).toContain('code="2007"');
  const pi = pushInitiator({ url: papUrl, credentials: { user: 'pi', password: 'secret' } });
  onTestFinished(() => pi.close());
  expect(await pi.statusQuery('own@pi')).toMatchObject({
    results: [{ state: 'delivered', addresses: [address] }],
  });
  expect(await pi.cancel('own@pi')).toMatchObject({ results: [{ code: 2008 }] });
});

it('refuses what it cannot do, in codes that test_ppg understands', async () => {
  const strangers = await runTestPpg(
    '-c',
    'si',
    urlFor('pi', 'wrong'),
    kannelFile('si.txt'),
    kannelFile('smstestppg.txt'),
  );
  expect(strangers.output).toContain('0 succeeded, 1 failed');
  // It insists on CSD over GSM.
  const csd = await runTestPpg(
    '-c',
    'sl',
    urlFor('pi', 'secret'),
    kannelFile('sl.txt'),
    kannelFile('iptestppg.txt'),
  );
  expect(csd.answer).toMatch(/push-response.*code="30(09|10)"/s);
  const unknown = await writeControl(folder, { addresses: ['WAPPUSH=nobody/TYPE=USER@ppg.example'] });
  const user = await runTestPpg('-c', 'si', urlFor('pi', 'secret'), kannelFile('si.txt'), unknown);
  expect(user.answer).toContain('code="2003"');
  const past = await writeControl(folder, {
    addresses: ['WAPPUSH=127.0.0.1/TYPE=IPV4'],
    attributes: 'deliver-before-timestamp="2001-01-01T00:00:00Z"',
  });
  const late = await runTestPpg('-c', 'si', urlFor('pi', 'secret'), kannelFile('si.txt'), past);
  expect(late.output).toContain('and type push response');
  expect(late.answer).toMatch(/code="[23]\d{3}"/);
});
