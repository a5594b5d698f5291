/** What both ends of push over SIP put on the wire, with Kamailio as the core, as tshark reads it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DOMAIN, startKamailio } from '../rig/kamailio.testing.ts';
import { openSipBearer, openSipPhone, shipmentTo } from '../rig/sip.testing.ts';
import { openTap } from '../rig/tap.testing.ts';
import { dissect } from '../rig/tshark.testing.ts';

const FIELDS = [
  'frame.protocols',
  'sip.Method',
  'sip.r-uri',
  'sip.Status-Code',
  'sip.CSeq.method',
  'sip.Via.transport',
  'sip.from.addr',
  'sip.to.addr',
  'sip.Contact',
  'sip.Expires',
  'sip.auth.scheme',
  'sip.auth.username',
  'sip.auth.qop',
  'sip.auth.nc',
  'sip.Accept-Contact',
  'sip.P-Preferred-Identity',
  'sip.Content-Type',
  'sip.Content-Length',
  '_ws.malformed',
  '_ws.expert.message',
] as const;

type Seen = Record<(typeof FIELDS)[number], string[]>;
const opened: { close(): Promise<void> }[] = [];
let seen: Seen[] = [];

/** The requests of a method, in order. */
const requests = (method: string): Seen[] => seen.filter((packet) => packet['sip.Method'][0] === method);

beforeAll(async () => {
  const core = await startKamailio({ users: { phone: 'p', gateway: 'g' } });
  opened.push(core);
  const tap = await openTap(core.port);
  opened.push(tap);
  // The push comes from the core itself, and not by way of the tap.
  const phone = await openSipPhone(`sip://phone:p@${DOMAIN}?proxy=127.0.0.1:${tap.port}&from=anyone`);
  opened.push(phone);
  await phone.isAt('up');
  const gateway = await openSipBearer({
    proxy: `sip:127.0.0.1:${tap.port}`,
    identity: `sip:gateway@${DOMAIN}`,
    displayName: 'Operator',
    password: 'g',
    pingSeconds: 0,
    largest: 100,
    indirection: { host: '127.0.0.1', port: 0 },
  });
  opened.push(gateway);
  const { signal } = new AbortController();
  for (const body of [Buffer.from('a notification'), Buffer.alloc(2000)]) {
    const attempt = await gateway.send(shipmentTo(`sip:phone@${DOMAIN}`, { body }), signal);
    if (attempt.kind !== 'delivered') throw new Error(attempt.text);
  }
  seen = await dissect(tap.packets, FIELDS, ['-d', `udp.port==${core.port},sip`]);
});
afterAll(async () => {
  for (const one of opened.reverse()) await one.close();
});

test('all of it is SIP, and nothing of it is malformed', () => {
  expect(seen.map((packet) => packet['sip.Method'][0] ?? packet['sip.Status-Code'][0])).toEqual([
    ...['REGISTER', '401', 'REGISTER', '200'],
    ...['MESSAGE', '407', 'MESSAGE', '200', 'MESSAGE', '200'],
  ]);
  for (const packet of seen) {
    expect(packet['frame.protocols']).toEqual(['raw:ip:udp:sip']);
    expect(packet['_ws.malformed']).toEqual([]);
    expect(packet['_ws.expert.message']).toEqual([]);
    expect(packet['sip.Via.transport']).toEqual(['UDP']);
  }
});

test('the phone registers with its push application, and proves its password', () => {
  const [first, second] = requests('REGISTER');
  expect(first).toMatchObject({
    'sip.r-uri': [`sip:${DOMAIN}`],
    'sip.from.addr': [`sip:phone@${DOMAIN}`],
    'sip.to.addr': [`sip:phone@${DOMAIN}`],
    'sip.Contact': [
      expect.stringMatching(
        /^<sip:phone@127\.0\.0\.1:\d+>;\+g\.oma\.pusheventapp="syncml\.dm";\+sip\.instance="<urn:uuid:[0-9a-f-]{36}>";expires=600$/,
      ),
    ],
    'sip.Expires': ['600'],
    'sip.auth.scheme': [],
  });
  expect(second).toMatchObject({
    'sip.auth.scheme': ['Digest'],
    'sip.auth.username': ['"phone"'],
    'sip.auth.qop': ['auth'],
    'sip.auth.nc': ['00000001'],
  });
});

test('a push is a MESSAGE for the application, with its media type unchanged', () => {
  const [, message] = requests('MESSAGE');
  expect(message).toMatchObject({
    'sip.r-uri': [`sip:phone@${DOMAIN}`],
    'sip.CSeq.method': ['MESSAGE'],
    'sip.from.addr': [`sip:gateway@${DOMAIN}`],
    'sip.to.addr': [`sip:phone@${DOMAIN}`],
    'sip.Contact': [],
    'sip.Accept-Contact': ['*;+g.oma.pusheventapp="syncml.dm"'],
    'sip.P-Preferred-Identity': [`"Operator" <sip:gateway@${DOMAIN}>`],
    'sip.auth.username': ['"gateway"'],
    'sip.Content-Type': ['application/vnd.syncml.notification'],
    'sip.Content-Length': ['14'],
  });
  expect(Number(message?.['sip.Expires'][0])).toBeGreaterThan(50);
});

test('large content is said to be elsewhere, and the nonce is used once more', () => {
  const [, , message] = requests('MESSAGE');
  expect(message).toMatchObject({
    'sip.auth.nc': ['00000002'],
    'sip.Content-Type': [
      expect.stringMatching(
        /^message\/external-body; access-type=URL; expiration="[^"]+ GMT"; URL="http:\/\/127[^"]+"; size=2000; hash=[0-9a-f]{40}$/,
      ),
    ],
  });
});
