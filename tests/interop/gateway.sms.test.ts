/** The push proxy gateway over SMS: several segments, each with its receipt, and what an SMS centre may do to them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Gateway, openGateway } from '@grove/gateway';
import {
  DM_APPLICATION,
  type Faults,
  notificationReceiver,
  openEsme,
  pushInitiator,
  RECEIVERS,
  type ReceivedPush,
  type ResultNotification,
  type Smsc,
  type SmscEvent,
  startSmsc,
} from '@grove/push';
import { beforeEach, expect, it, onTestFinished } from 'vitest';

const CLIENT = { name: 'pi', password: 'secret' };
const NUMBER = '+441632960001';
const THROTTLED = 0x58;
const REJECTED = 0x66;
const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));

let folder = '';
/** By how many milliseconds the gateway's clock is fast. */
let later = 0;
let faults: Faults = {};
let centre: Smsc;
let gateway: Gateway;
let papUrl = '';
let events: SmscEvent[] = [];
let watch: () => void = () => {};

async function openTheGateway(): Promise<void> {
  gateway = await openGateway({
    db: `sqlite:${join(folder, 'gateway.db')}`,
    config: {
      listen: { port: 0 },
      clients: [CLIENT],
      bearers: [
        {
          kind: 'sms',
          host: '127.0.0.1',
          port: centre.port,
          systemId: 'gateway',
          password: 'secret',
          source: '1234',
          retry: { first: 0.05, longest: 0.1 },
        },
      ],
    },
    now: () => Date.now() + later,
    times: { poll: 20 },
  });
  ({ papUrl } = await gateway.listen());
}

beforeEach(async () => {
  [faults, events, later] = [{}, [], 0];
  folder = await mkdtemp(join(tmpdir(), 'grove-gateway-'));
  centre = await startSmsc({
    port: 0,
    now: Date.now,
    limits: { retryAfter: 50 },
    faults: {
      refuse: (message) => faults.refuse?.(message),
      copies: (message) => faults.copies?.(message) ?? 1,
    },
    onEvent: (event) => {
      events.push(event);
      watch();
    },
  });
  await openTheGateway();
  return async () => {
    await gateway.close();
    await centre.close();
    await rm(folder, { recursive: true });
  };
});

async function happened(kind: SmscEvent['kind'], times: number): Promise<void> {
  while (events.filter((event) => event.kind === kind).length < times)
    await new Promise<void>((resolve) => {
      watch = resolve;
    });
}

async function phone(): Promise<{ readonly arrived: Promise<ReceivedPush> }> {
  const { promise, resolve } = Promise.withResolvers<ReceivedPush>();
  const receiver = await RECEIVERS.find(({ bearer }) => bearer === 'sms')?.open(
    `smpp://phone:pw@127.0.0.1:${centre.port}?number=${NUMBER}`,
    { now: Date.now, random, onPush: async (push) => resolve(push), onHealth: () => {}, log: () => {} },
  );
  onTestFinished(async () => receiver?.close());
  return { arrived: promise };
}

const body = Uint8Array.from({ length: 300 }, (_, index) => index % 256);

/** Submits a push in three segments; how it ends. */
async function submit(deliverBefore?: number): Promise<{ readonly ended: Promise<ResultNotification> }> {
  const { promise: ended, resolve } = Promise.withResolvers<ResultNotification>();
  const server = createServer(
    notificationReceiver({
      authenticate: () => 'gateway',
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
  const pi = pushInitiator({ url: papUrl, credentials: { user: CLIENT.name, password: CLIENT.password } });
  onTestFinished(() => pi.close());
  const outcome = await pi.submit({
    pushId: 'one@pi',
    addresses: [{ kind: 'plmn', number: NUMBER }],
    content: {
      contentType: 'application/vnd.syncml.notification',
      applicationId: DM_APPLICATION,
      headers: [],
      body,
    },
    quality: { deliveryMethod: 'confirmed' },
    notifyRequestedTo: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    ...(deliverBefore === undefined ? {} : { deliverBefore }),
  });
  expect(outcome).toMatchObject({ kind: 'accepted' });
  return { ended };
}

it('is delivered when all segments are, though the gateway was started anew in between', async () => {
  const { ended } = await submit();
  await happened('submitted', 3);
  await gateway.close();
  const { arrived } = await phone();
  expect(new Uint8Array((await arrived).body)).toEqual(body);
  await happened('receipt', 3);
  await openTheGateway();
  expect(await ended).toMatchObject({ state: 'delivered', code: 1000 });
  expect(events.filter(({ kind }) => kind === 'submitted')).toHaveLength(3);
});

it('is undeliverable when one segment is', async () => {
  let segments = 0;
  const terminal = openEsme(
    {
      host: '127.0.0.1',
      port: centre.port,
      bindAs: 'receiver',
      systemId: 'phone',
      password: 'pw',
      addressRange: NUMBER,
    },
    { random, onDeliver: async () => (++segments === 2 ? REJECTED : 0), log: () => {} },
  );
  onTestFinished(() => terminal.close());
  await terminal.bound;
  const { ended } = await submit();
  expect(await ended).toMatchObject({ state: 'undeliverable', desc: expect.stringContaining('UNDELIV') });
});

it('goes through an SMS centre that throttles and fails, without submitting twice what was taken', async () => {
  let count = 0;
  faults = { refuse: () => [undefined, THROTTLED, 0x08][count++] };
  const { arrived } = await phone();
  const { ended } = await submit();
  expect(new Uint8Array((await arrived).body)).toEqual(body);
  expect(await ended).toMatchObject({ state: 'delivered' });
  expect(events.filter(({ kind }) => kind === 'refused')).toHaveLength(2);
  expect(events.filter(({ kind }) => kind === 'submitted')).toHaveLength(3);
});

it('fails with what the SMS centre said', async () => {
  faults = { refuse: () => 0x0b };
  const { ended } = await submit();
  expect(await ended).toMatchObject({
    state: 'undeliverable',
    desc: expect.stringContaining('ESME_RINVDSTADR (0x0b): the destination address is invalid'),
  });
});

it('is never confirmed when a segment is lost on its way', async () => {
  let count = 0;
  faults = { copies: () => (++count === 2 ? 0 : 1) };
  await phone();
  const { ended } = await submit(Date.now() + 60_000);
  await happened('receipt', 2);
  // Past its time, and the minute for which receipts are waited for.
  later = 200_000;
  expect(await ended).toMatchObject({ state: 'timeout' });
});
