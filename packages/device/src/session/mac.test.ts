import { createHash } from 'node:crypto';
import { type DmAuth, makeMac, verifyMacHeader } from '@grove/protocol';
import { describe, expect, test } from 'vitest';
import { CLIENT_NONCE, chal, Lockstep, SERVER_NONCE, status, testTree } from './lockstep.testing.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const b64 = (text: string): string => bytes(text).toBase64();
const own = { user: 'Bruce2', password: 'OhBehave' };
const theirs = { user: 'srv', password: 'topsecret' };
const client: DmAuth = {
  level: 'CLCRED',
  type: 'HMAC',
  name: own.user,
  secret: own.password,
  data: bytes('C0'),
};
const server: DmAuth = {
  level: 'SRVCRED',
  type: 'HMAC',
  name: theirs.user,
  secret: theirs.password,
  data: bytes('S0'),
};
const REMOVE = '<Delete><CmdID>7</CmdID><Item><Target><LocURI>./Open/a</LocURI></Target></Item></Delete>';
const ASK = '<Get><CmdID>7</CmdID><Item><Target><LocURI>./Open/a</LocURI></Target></Item></Get>';
const welcome = (next: string, code = 200) =>
  status('SyncHdr', code, '0', chal('syncml:auth-MAC', b64(next)));

/** Whether the device's last message has the MAC that a nonce gives. */
const provenBy = ({ step }: Lockstep, nonce: string): boolean => {
  const { body, mac } = step.state.sent;
  return verifyMacHeader(mac, own, bytes(nonce), Uint8Array.fromBase64(body));
};
/** The nonce that the device gave for the server's next message. */
const given = (session: Lockstep): Uint8Array =>
  Uint8Array.fromBase64(String(session.statuses[0]?.chal?.meta?.nextNonce));
const by =
  (nonce: Uint8Array, secret = theirs) =>
  (message: Uint8Array) =>
    makeMac(secret, nonce, message);

describe('a device with MACs', () => {
  test('makes one of each message, with a nonce of its own, and sends no Cred', async () => {
    const session = new Lockstep(testTree([client]));
    expect(session.decoded.message.header).toMatchObject({ source: { locName: 'Bruce2' } });
    for (const [before, next] of [
      ['C0', 'C1'],
      ['C1', 'C2'],
    ] as const) {
      expect(provenBy(session, before)).toBe(true);
      expect(session.decoded.message.header.cred).toBeUndefined();
      await session.take(welcome(next) + ASK);
      expect(session.read(CLIENT_NONCE)).toBe(b64(next));
    }
    expect(provenBy(session, 'C2')).toBe(true);
  });

  test('begins again with the nonce of a challenge, and takes one up by the password that it has', async () => {
    for (const auth of [client, { ...client, type: 'BASIC' } as const]) {
      const session = new Lockstep(testTree([auth]));
      await session.take(status('SyncHdr', 401, '0', chal('syncml:auth-MAC', b64('N1'))));
      expect(provenBy(session, 'N1')).toBe(true);
      expect(session.commands.map(({ name }) => name)).toEqual(['Status', 'Alert', 'Replace']);
    }
  });

  test('has no MAC made of it for another message, by a challenge for an md5 Cred', async () => {
    const session = new Lockstep(testTree([client]));
    const forged = bytes('<SyncML>forged</SyncML>');
    const mac = /mac=(.*)$/.exec(makeMac(own, bytes('N1'), forged))?.[1];
    const digest = createHash('md5').update(forged).digest('base64');
    await session.take(status('SyncHdr', 401, '0', chal('syncml:auth-md5', b64(`N1:${digest}`))));
    expect(session.decoded.message.header.cred?.data).not.toBe(mac);
  });

  test.each([
    ['212', status('SyncHdr', 212, '0', chal('syncml:auth-MAC', b64('C1')))],
    ['200 without a nonce', status('SyncHdr', 200, '0')],
  ])('ends the session when the server answers %s', async (_, answer) => {
    const session = new Lockstep(testTree([client]));
    await session.take(answer + REMOVE);
    expect(session.step).toMatchObject({ send: false, state: { outcome: { kind: 'refused' } } });
    expect(session.read('./Open/a')).toBe('one');
  });
});

describe('a server with MACs', () => {
  test('is believed by that of each message, and gets a nonce for each', async () => {
    const session = new Lockstep(testTree([client, server]));
    await session.take({ body: welcome('C1') + ASK, mac: by(bytes('S0')) });
    const seen = new Set<string>();
    for (const next of ['C2', 'C3']) {
      expect(session.headerCode).toBe(200);
      expect(session.answers).toEqual(['Get ./Open/a 200']);
      const nonce = given(session);
      seen.add(nonce.toBase64());
      expect(session.read(SERVER_NONCE)).toBe(nonce.toBase64());
      await session.take({ body: welcome(next) + ASK, mac: by(nonce) });
    }
    expect(seen.size).toBe(2);
  });

  test.each<[string, Parameters<Lockstep['take']>[0] & object, number]>([
    ['none', { body: welcome('C1') + REMOVE }, 407],
    ['that of another password', { body: welcome('C1') + REMOVE, mac: by(bytes('S0'), own) }, 401],
    ['that of another nonce', { body: welcome('C1') + REMOVE, mac: by(bytes('S9')) }, 401],
    ['that of another message', { body: welcome('C1') + REMOVE, mac: () => by(bytes('S0'))(bytes('')) }, 401],
  ])('is not believed by %s, and then by the one that it was challenged to make', async (_, packet, code) => {
    const session = new Lockstep(testTree([client, server]));
    await session.take(packet);
    expect(session.headerCode).toBe(code);
    expect(session.answers).toEqual([`Delete ${code}`]);
    expect([session.read('./Open/a'), session.read(CLIENT_NONCE)]).toEqual(['one', b64('C0')]);
    await session.take({ body: welcome('C2') + REMOVE, mac: by(given(session)) });
    expect(session.answers).toEqual(['Delete ./Open/a 200']);
    expect(session.read(CLIENT_NONCE)).toBe(b64('C2'));
  });

  test('ends the session by one message without it', async () => {
    const session = new Lockstep(testTree([client, server]));
    await session.take({ body: welcome('C1') + ASK, mac: by(bytes('S0')) });
    await session.take(welcome('C2') + REMOVE);
    expect(session.step).toMatchObject({ send: false, state: { outcome: { kind: 'distrusted' } } });
    expect(session.read('./Open/a')).toBe('one');
  });
});

test('a server that TLS is to prove is called by https alone', () => {
  const byTls: DmAuth[] = [
    { level: 'CLCRED', type: 'TRANSPORT' },
    { level: 'SRVCRED', type: 'TRANSPORT' },
  ];
  const tree = testTree(byTls);
  expect(new Lockstep(tree).decoded.message.header.cred).toBeUndefined();
  expect(() => new Lockstep(testTree(byTls, 'http://dm.example.com/dm'))).toThrow(
    'expected an https address',
  );
});
