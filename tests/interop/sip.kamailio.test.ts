/** Push over SIP through Kamailio as the core: both ends against its registrar, its proxy and its digest authentication. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '@grove/cli';
import type { Attempt, Bearer, PushContent } from '@grove/push';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DOMAIN, type Kamailio, type KamailioOptions, startKamailio } from '../rig/kamailio.testing.ts';
import { openSipBearer, openSipPhone, type SipPhone, shipmentTo } from '../rig/sip.testing.ts';

const USERS = { phone: 'secret of the phone', gateway: 'secret of the gateway', absent: 'x' };
const folder = mkdtempSync(join(tmpdir(), 'grove-sip-'));
const ca = join(folder, 'ca.pem');
const opened: { close(): Promise<void> }[] = [];
let core: Kamailio;

beforeAll(async () => {
  const authority = await createAuthority('SIP core');
  writeFileSync(ca, authority.cert);
  const { cert, key } = await authority.issueServer(['127.0.0.1']);
  core = await startKamailio({ users: USERS, tls: { cert, key } });
});
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});
afterAll(async () => {
  await core?.close();
  rmSync(folder, { recursive: true });
});

async function coreWith(options: Omit<KamailioOptions, 'users'>): Promise<Kamailio> {
  const started = await startKamailio({ users: USERS, ...options });
  opened.push(started);
  return started;
}

type Way = 'udp' | 'tcp' | 'tls';

async function openPhone(way: Way = 'udp', more = '', at = core, password = USERS.phone): Promise<SipPhone> {
  const port = way === 'tls' ? at.tlsPort : at.port;
  const transport = way === 'tls' ? `&ca=${ca}` : `&transport=${way}`;
  const secret = encodeURIComponent(password);
  const phone = await openSipPhone(
    `${way === 'tls' ? 'sips' : 'sip'}://phone:${secret}@${DOMAIN}?proxy=127.0.0.1:${port}${transport}${more}`,
  );
  opened.push(phone);
  return phone;
}

async function openGateway(way: Way = 'udp', more: object = {}, at = core): Promise<Bearer> {
  const port = way === 'tls' ? at.tlsPort : at.port;
  const bearer = await openSipBearer({
    proxy: `sip:127.0.0.1:${port};transport=${way}`,
    identity: `sip:gateway@${DOMAIN}`,
    password: USERS.gateway,
    ...(way === 'tls' && { tls: { ca } }),
    ...more,
  });
  opened.push(bearer);
  return bearer;
}

async function push(bearer: Bearer, content: Partial<PushContent> = {}, user = 'phone'): Promise<Attempt> {
  return bearer.send(shipmentTo(`sip:${user}@${DOMAIN}`, content), new AbortController().signal);
}

describe.each(['udp', 'tcp', 'tls'] as const)('over %s', (way) => {
  test('a push reaches a registered phone', async () => {
    const phone = await openPhone(way);
    expect(await phone.isAt('up')).toEqual({ state: 'up', text: 'registered with the SIP core for 600 s' });
    const gateway = await openGateway(way);
    expect(await push(gateway)).toEqual({
      kind: 'delivered',
      text: `sip:phone@${DOMAIN}: the terminal has it (200 OK)`,
    });
    expect(phone.pushes).toEqual([
      {
        bearer: 'sip',
        from: `sip:gateway@${DOMAIN}`,
        to: `sip:phone@${DOMAIN}`,
        applicationId: 'x-wap-application:syncml.dm',
        contentType: 'application/vnd.syncml.notification',
        headers: [],
        body: new TextEncoder().encode('a notification'),
      },
    ]);
  });

  test('a push that is larger than a datagram may be arrives whole', async () => {
    const phone = await openPhone(way);
    await phone.isAt('up');
    const body = new Uint8Array(30_000).fill(7);
    expect(await push(await openGateway(way), { body })).toMatchObject({ kind: 'delivered' });
    expect(phone.pushes).toMatchObject([{ body }]);
  });

  test('large content is fetched by the phone', async () => {
    const phone = await openPhone(way);
    await phone.isAt('up');
    const gateway = await openGateway(way, { indirection: { host: '127.0.0.1', port: 0 } });
    const body = new Uint8Array(200_000).fill(7);
    expect(await push(gateway, { contentType: 'application/vnd.oma.dd+xml', body })).toMatchObject({
      kind: 'delivered',
    });
    expect(phone.pushes).toMatchObject([{ contentType: 'application/vnd.oma.dd+xml', body }]);
  });
});

test.each(['udp', 'tcp'] as const)(
  'over %s the phone comes back after the core was gone',
  async (way) => {
    const own = await coreWith({});
    const phone = await openPhone(way, '&expires=2&t1=50', own);
    await phone.isAt('up');
    await own.stop();
    // A connection that is lost is seen at once, a core that is silent at the next refresh.
    if (way === 'tcp') await phone.isAt('connecting');
    await own.start();
    const gateway = await openGateway(way, {}, own);
    await expect.poll(() => push(gateway), { timeout: 10_000 }).toMatchObject({ kind: 'delivered' });
  },
  15_000,
);

describe('who is not there', () => {
  test('a user without a phone in the network is tried again later, one who does not exist is not', async () => {
    const gateway = await openGateway();
    expect(await push(gateway, {}, 'absent')).toEqual({
      kind: 'retry',
      text: `sip:absent@${DOMAIN}: the user has no terminal in the network now (480 Temporarily Unavailable)`,
    });
    expect(await push(gateway, {}, 'nobody')).toEqual({
      kind: 'failed',
      text: `sip:nobody@${DOMAIN}: the SIP core knows no such user (404 Not Found)`,
    });
  });

  test('a phone that says goodbye is gone at once', async () => {
    const phone = await openPhone();
    await phone.isAt('up');
    await phone.close();
    expect(await push(await openGateway())).toMatchObject({ kind: 'retry' });
  });

  test('a core that vanished is a reason to try again', async () => {
    const own = await coreWith({});
    await own.stop();
    const gateway = await openGateway('udp', { t1: 20 }, own);
    expect((await push(gateway)).text).toContain('did not respond within 1.28 s');
  });
});

describe('passwords', () => {
  test('a phone with a wrong one is not registered, and says why', async () => {
    const phone = await openPhone('udp', '', core, 'wrong');
    expect(await phone.isAt('down')).toMatchObject({
      text: 'the SIP core refuses the registration with 401 Unauthorized',
    });
  });

  test('a gateway with a wrong one delivers nothing, and says why', async () => {
    const phone = await openPhone();
    await phone.isAt('up');
    const gateway = await openGateway('udp', { password: 'wrong' });
    expect(await push(gateway)).toMatchObject({
      kind: 'failed',
      text: expect.stringContaining("does not accept the gateway's credentials (407"),
    });
    expect(phone.pushes).toEqual([]);
  });

  test('SHA-256 is spoken as well', async () => {
    const own = await coreWith({ algorithm: 'SHA-256' });
    const phone = await openPhone('udp', '', own);
    await phone.isAt('up');
    expect(await push(await openGateway('tcp', {}, own))).toMatchObject({ kind: 'delivered' });
  });

  test.each(['MD5', 'SHA-256'] as const)(
    'the core proves with %s that it knows the password',
    async (algorithm) => {
      const own = algorithm === 'MD5' ? core : await coreWith({ algorithm });
      const phone = await openPhone('udp', '&mutual=yes', own);
      await phone.isAt('up');
    },
  );
});

test('a core whose certificate is of nobody that is trusted is not spoken to', async () => {
  const phone = await openSipPhone(`sips://phone:secret@${DOMAIN}?proxy=127.0.0.1:${core.tlsPort}`);
  opened.push(phone);
  expect((await phone.isAt('down')).text).toMatch(/certificate/);
});

test('a registration is as long as the core wants it', async () => {
  const own = await coreWith({ shortest: 120 });
  const phone = await openPhone('udp', '&expires=30', own);
  expect((await phone.isAt('up')).text).toBe('registered with the SIP core for 120 s');
});

test('a gateway that registers says so as its health', async () => {
  const gateway = await openGateway('tls', { register: true });
  await expect
    .poll(() => gateway.health())
    .toEqual({
      state: 'up',
      text: 'registered with the SIP core for 600 s',
    });
});

test('whom a push is from is what the core has verified', async () => {
  const phone = await openPhone();
  await phone.isAt('up');
  const gateway = await openGateway('udp', { identity: `sip:gateway@${DOMAIN}`, assert: 'asserted' });
  await push(gateway, {});
  expect(phone.pushes).toMatchObject([{ from: `sip:gateway@${DOMAIN}` }]);
});

test('what is sent to the phone past the core is refused', async () => {
  const port = 20_000 + (process.pid % 10_000);
  const phone = await openPhone('udp', `&listen=127.0.0.1:${port}`);
  await phone.isAt('up');
  const socket = createSocket('udp4');
  try {
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const text = [
      `MESSAGE sip:phone@127.0.0.1:${port} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${socket.address().port};branch=z9hG4bKx;rport`,
      'From: <sip:stranger@grove.test>;tag=1',
      'To: <sip:phone@grove.test>',
      'Call-ID: 1',
      'CSeq: 1 MESSAGE',
      'Content-Type: application/vnd.syncml.notification',
      'Content-Length: 1',
      '',
      'x',
    ].join('\r\n');
    socket.send(text, port, '127.0.0.1');
    const [answer] = await once(socket, 'message');
    expect(String(answer)).toMatch(/^SIP\/2\.0 403 /);
    expect(phone.pushes).toEqual([]);
  } finally {
    socket.close();
  }
});
