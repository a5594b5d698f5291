import {
  buildNotification,
  makeBasicCred,
  NOTIFICATION_FORMATS,
  RESYNC_NONCE,
  reasonBody,
  type UiMode,
} from '@grove/protocol';
import { BEARERS, type Bearer, DM_APPLICATION, type PushContent, startSmsc } from '@grove/push';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testServer } from '../phone/server.testing.ts';
import {
  type FleetPush,
  type FleetReception,
  fleetAccount,
  type NotifiedFleet,
  type NotifiedFleetOptions,
  numbered,
  openFleetReception,
  startNotifiedFleet,
  wilfulUser,
} from './index.ts';

const server = {
  serverID: 'com.example.dm',
  address: 'http://dm.example.com/dm',
  clientAuth: 'none',
  serverAuth: 'basic',
} as const;

const opened: { close(): Promise<unknown> }[] = [];
let lines: string[];
/** How many sessions are held at once, at most. */
let most: number;
beforeEach(() => {
  lines = [];
  most = 0;
});
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

function fleetOf(options: Partial<NotifiedFleetOptions> = {}): NotifiedFleet {
  let running = 0;
  const byDevId = new Map(
    Array.from({ length: 100 }, (_, index) => fleetAccount(index, server)).map((each) => [each.devId, each]),
  );
  return startNotifiedFleet({
    server,
    devices: 1,
    transport: (devId) => {
      const { user = '', password = '' } = byDevId.get(devId)?.server ?? {};
      const inner = testServer([], () => {}, makeBasicCred({ user, password }));
      return {
        exchange: async (request) => {
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
          return inner.exchange(request);
        },
      };
    },
    ...options,
  });
}

async function reached(
  fleet: NotifiedFleet,
  push: FleetPush,
  devices: number,
  first = 0,
): Promise<FleetReception> {
  const { receive } = fleet;
  const reception = await openFleetReception(push, {
    first,
    devices,
    receive,
    log: (text) => lines.push(text),
  });
  opened.push(reception);
  return reception;
}

/** A notification for the device with this index. */
function contentFor(index: number, uiMode: UiMode = 'user-interaction', sessionID = 1): PushContent {
  const { user, password } = fleetAccount(index, server).server;
  const body = buildNotification(
    {
      format: '1.2',
      version: 11,
      uiMode,
      initiator: 'server',
      sessionID,
      serverID: server.serverID,
      body: reasonBody({ text: 'New settings' }),
    },
    { user, password },
    RESYNC_NONCE,
  );
  const { mediaType } = NOTIFICATION_FORMATS['1.2'];
  return { contentType: mediaType, applicationId: DM_APPLICATION, headers: [], body };
}

/** Opens the gateway's end of a bearer, and waits until it is up. */
async function gatewayBearer(kind: string, settings: unknown): Promise<Bearer> {
  let said = Promise.withResolvers<void>();
  const bearer = await BEARERS.find((each) => each.kind === kind)?.open(settings, {
    name: kind,
    now: Date.now,
    random: (bytes) => new Uint8Array(bytes),
    onReceipt: async () => {},
    log: () => {
      said.resolve();
      said = Promise.withResolvers<void>();
    },
  });
  if (bearer === undefined) throw new Error(`there is no bearer ${kind}`);
  opened.push(bearer);
  while (bearer.health().state !== 'up') await said.promise;
  return bearer;
}

const never = new AbortController().signal;
const shipment = { id: '1', deliverBefore: Date.now() + 60_000, confirmed: false };

describe('a fleet that is notified', () => {
  test('over one connection to an SMS centre calls, but for those whose users refuse', async () => {
    const centre = await startSmsc({ port: 0, now: Date.now });
    opened.push(centre);
    let asked = 0;
    const fleet = fleetOf({
      devices: 20,
      concurrency: 3,
      // Every fourth one refuses.
      interaction: () => wilfulUser(0.25, () => (asked++ % 4) / 4),
    });
    const url = `smpp://fleet:secret@127.0.0.1:${centre.port}?number=+4416329*`;
    const reception = await reached(fleet, { urls: [url], number: '+4416329{n:5}' }, 20);
    expect(reception.addressesOf(7)).toEqual([{ bearer: 'sms', address: '+441632900007' }]);
    const sms = await gatewayBearer('sms', {
      host: '127.0.0.1',
      port: centre.port,
      systemId: 'gateway',
      password: 'secret',
    });
    for (let index = 0; index < 20; index += 1) {
      const to = { kind: 'plmn', number: numbered('+4416329{n:5}', index) } as const;
      const attempt = await sms.send({ ...shipment, to, content: contentFor(index) }, never);
      expect(attempt.kind).toBe('accepted');
    }
    const { notifications, sessions } = await fleet.finished;
    expect(notifications).toEqual({
      came: 20,
      held: 15,
      refused: 5,
      expired: 0,
      postponed: 0,
      ignored: {},
    });
    expect(sessions).toMatchObject({ begun: 15, succeeded: 15, failed: 0, running: 0 });
  });

  test('each at a port of its own calls, no more of them at once than was said', async () => {
    const fleet = fleetOf({ devices: 12, concurrency: 3 });
    const reception = await reached(fleet, { urls: ['udp://127.0.0.1:0'] }, 12, 5);
    const udp = await gatewayBearer('udp', {});
    for (let index = 5; index < 17; index += 1) {
      const [at] = reception.addressesOf(index);
      const to = { kind: 'ipv4', host: '127.0.0.1', port: Number(at?.address.split(':')[1]) } as const;
      // Another one's notification is worth nothing to it.
      await udp.send({ ...shipment, to, content: contentFor(0, 'background') }, never);
      await udp.send({ ...shipment, to, content: contentFor(index, 'background') }, never);
    }
    const { notifications, sessions } = await fleet.finished;
    expect(notifications).toMatchObject({ came: 12, held: 12, ignored: { digest: 12 } });
    expect(sessions.succeeded).toBe(12);
    expect(most).toBe(3);
  });

  test('ends when it is told to, whatever has come', async () => {
    const abort = new AbortController();
    const fleet = fleetOf({ devices: 2, signal: abort.signal });
    await fleet.receive(0, { ...contentFor(0, 'background'), bearer: 'sms', from: '' });
    abort.abort();
    expect((await fleet.finished).notifications.came).toBe(1);
  });
});

describe('the bearers of a fleet', () => {
  test.each<[string, FleetPush, string]>([
    ['that serve all want numbers', { urls: ['smpp://a:b@127.0.0.1?number=+44*'] }, 'expected --number'],
    [
      'want each device its own',
      { urls: ['udp://127.0.0.1:0'], number: '+4416329' },
      'several devices have the number',
    ],
  ])('%s', async (_, push, text) => {
    await expect(reached(fleetOf(), push, 2)).rejects.toThrow(text);
  });

  test('have the number of the device in their URLs', () => {
    expect(numbered('sip://user{n}:p{n:3}@host?a={n:0}', 42)).toBe('sip://user42:p042@host?a=42');
  });
});
