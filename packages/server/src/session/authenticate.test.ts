import {
  type Cred,
  encodeBase64,
  makeBasicCred,
  makeMac,
  makeMd5Cred,
  messageMac,
  nextNonceOf,
  secretDigest,
} from '@grove/protocol';
import { describe, expect, it } from 'vitest';
import {
  alert,
  Engine,
  type Exchange,
  headerStatus,
  messageOf,
  replace,
  status,
  task,
} from './engine.testing.ts';
import type { Account, Credentials, PeerCertificate } from './index.ts';

const nonce = (text: string): Uint8Array => new TextEncoder().encode(text);
const device = { user: 'device', password: 'secret' };
const BASIC: Credentials = { auth: 'basic', ...device };
const MD5: Credentials = { auth: 'md5', ...device, nonce: encodeBase64(nonce('first')) };
const NONE: Credentials = { auth: 'none' };

function account(client: Credentials, server: Credentials = NONE): Account {
  return { serverID: 'grove', client, server };
}
function challengeOf({ answer }: Exchange): Uint8Array | undefined {
  const [first] = answer.body.commands;
  return first?.name === 'Status' ? nextNonceOf(first.chal) : undefined;
}
const one = [alert(), replace([{ source: { locURI: './DevInfo/Man' }, data: 'Acme' }])];
const work = [task(1, { kind: 'get', uri: './A' })];

describe('a device', () => {
  it.each<[string, Credentials, Cred | undefined, string]>([
    ['without Cred where none is asked for', NONE, undefined, '200'],
    ['with a Cred where none is asked for', NONE, makeBasicCred(device), '200'],
    ['with basic credentials', BASIC, makeBasicCred(device), '212'],
    ['with md5 credentials', MD5, makeMd5Cred(device, nonce('first')), '212'],
    ['without Cred, basic', BASIC, undefined, '407'],
    ['without Cred, md5', MD5, undefined, '407'],
    ['with a wrong password, basic', BASIC, makeBasicCred({ ...device, password: 'x' }), '401'],
    ['with a wrong nonce', MD5, makeMd5Cred(device, nonce('other')), '401'],
    ['with basic where md5 is agreed', MD5, makeBasicCred(device), '401'],
    ['with an empty Cred', BASIC, { data: '' }, '401'],
  ])('%s', (_, client, cred, code) => {
    const engine = new Engine({ account: account(client), work });
    const { statuses, asks, effects, answer } = engine.say(messageOf(one, { cred }));
    const trusted = code < '300';
    const commandCode = trusted ? '200' : code;
    expect(statuses).toEqual([`SyncHdr ${code}`, `Alert ${commandCode}`, `Replace ${commandCode}`]);
    expect(asks).toEqual(trusted ? ['Get ./A'] : []);
    expect(effects.devInfo).toEqual(trusted ? { Man: 'Acme' } : {});
    expect(effects.authenticated).toBe(trusted);
    const chals = answer.body.commands.flatMap((command) =>
      command.name === 'Status' && command.chal !== undefined ? [command.chal] : [],
    );
    // With its first 212 a device gets the nonce for its next session; a stranger is challenged by every Status.
    expect(chals).toHaveLength(trusted ? Number(client.auth === 'md5') : 3);
  });

  it('is not answered without end while it has not proved itself', () => {
    const engine = new Engine({ account: account(MD5), work });
    const { statuses } = engine.say(messageOf(Array.from({ length: 5000 }, () => alert())));
    expect(statuses).toHaveLength(201);
  });

  it('is challenged once more after a wrong Cred, with another nonce, and gives up its place after a second', () => {
    const engine = new Engine({ account: account(MD5), work });
    const wrong = { cred: makeMd5Cred(device, nonce('no')) };
    const nonces = [engine.say(messageOf(one)), engine.say(messageOf(one, wrong))].map(challengeOf);
    expect(new Set(nonces.map((each) => encodeBase64(each ?? nonce('')))).size).toBe(2);
    const last = engine.say(messageOf(one, wrong));
    expect(last.statuses).toEqual(['SyncHdr 401', 'Alert 401', 'Replace 401']);
    expect(JSON.stringify(last.answer)).not.toContain('chal');
    expect(last.effects.ended).toEqual({ outcome: 'refused', reason: 'wrong credentials, 2 times' });
  });

  it('keeps the nonce that it was asked to use, and its own, whatever others say in its name', () => {
    const engine = new Engine({ account: account(MD5), work });
    const first = challengeOf(engine.say(messageOf(one)));
    expect(challengeOf(engine.say(messageOf(one)))).toEqual(first);
    const own = engine.say(messageOf(one, { cred: makeMd5Cred(device, nonce('first')) }));
    expect(own.statuses[0]).toBe('SyncHdr 212');
  });

  it.each<[string, Credentials, Cred]>([
    ['basic', BASIC, makeMd5Cred(device, nonce('first'))],
    ['md5', MD5, makeBasicCred(device)],
  ])('that answers a challenge for %s by another scheme gives up its place', (_, client, cred) => {
    const engine = new Engine({ account: account(client), work });
    engine.say(messageOf(one));
    const said = engine.say(messageOf(one, { cred }));
    expect(said.statuses[0]).toBe('SyncHdr 401');
    expect(challengeOf(said)).toBeUndefined();
    expect(said.effects.ended?.reason).toContain('challenged to prove itself by');
  });

  it('proves itself with the nonce of the challenge, which is forgotten then', () => {
    const engine = new Engine({ account: account(MD5), work });
    const next = challengeOf(engine.say(messageOf(one)));
    const said = engine.say(messageOf(one, { cred: makeMd5Cred(device, next ?? nonce('')) }));
    expect(said.statuses[0]).toBe('SyncHdr 212');
    expect(said.effects.clientNonce).toBeDefined();
    expect(said.effects.clientNonce).not.toBe(encodeBase64(next ?? nonce('')));
    expect(engine.state?.client.nonce).toBeUndefined();
  });

  it('is believed for the rest of the session at its RespURI only', () => {
    const engine = new Engine({ account: account(BASIC), work });
    engine.say(messageOf(one, { cred: makeBasicCred(device) }));
    expect(engine.say(messageOf([headerStatus()])).statuses[0]).toBe('SyncHdr 212');
    expect(engine.say(messageOf([headerStatus()]), { atRespURI: false }).statuses[0]).toBe('SyncHdr 407');
  });

  it.each([
    ['DM/1.2', '1.2', undefined],
    ['dm/1.1', '1.1', undefined],
    ['DM/1.3', '1.2', undefined],
    ['', '', undefined],
    ['DM/2.0', '1.2', 513],
    ['SyncML/1.1', '1.1', 513],
    ['DM/1.2', '2.0', 505],
  ])('in version %s, %s', (verProto, verDTD, code) => {
    const engine = new Engine({ account: account(BASIC), work });
    const cred = makeBasicCred(device);
    const { statuses, asks, effects, answer } = engine.say(messageOf(one, { cred, verProto, verDTD }));
    if (code === undefined) {
      expect(asks).toEqual(['Get ./A']);
      expect(answer.header).toMatchObject({ verProto: verProto || 'DM/1.2', verDTD: verDTD || '1.2' });
    } else {
      expect([statuses, asks]).toEqual([[`SyncHdr ${code}`, `Alert ${code}`, `Replace ${code}`], []]);
      expect(answer.header.verProto).toBe('DM/1.2');
      expect(effects.ended?.outcome).toBe('refused');
      expect(effects.authenticated).toBe(false);
    }
  });
});

describe('a device with MACs', () => {
  const HMAC: Credentials = { auth: 'hmac', ...device, nonce: encodeBase64(nonce('first')) };
  const body = nonce('the message as it travelled');
  const mac = (with_: Uint8Array | undefined, secret = device) =>
    makeMac(secret, with_ ?? nonce('none'), body);
  const proof = (value: string | undefined) => ({ proof: { bytes: body, mac: value } });

  it('proves itself with each message, by the nonce of the last answer', () => {
    const engine = new Engine({ account: account(HMAC), work });
    let said = engine.say(messageOf(one), proof(mac(nonce('first'))));
    expect(said.asks).toEqual(['Get ./A']);
    const seen = new Set<string>();
    for (let n = 0; n < 3; n++) {
      expect(said.statuses[0]).toBe('SyncHdr 200');
      const next = challengeOf(said);
      expect(said.effects.clientNonce).toBe(encodeBase64(next ?? nonce('')));
      seen.add(said.effects.clientNonce ?? '');
      said = engine.say(messageOf([headerStatus()]), proof(mac(next)));
    }
    expect(seen.size).toBe(3);
  });

  it.each<[string, string | undefined, number]>([
    ['no header', undefined, 407],
    ['no user name', `algorithm=MD5, mac=${messageMac(secretDigest(device), nonce('first'), body)}`, 401],
    ['another password', mac(nonce('first'), { ...device, password: 'guess' }), 401],
    ['another nonce', mac(nonce('older')), 401],
  ])('is not believed with %s, and asked for a MAC once more', (_, value, code) => {
    const engine = new Engine({ account: account(HMAC), work });
    const said = engine.say(messageOf(one), proof(value));
    expect(said.statuses).toEqual([`SyncHdr ${code}`, `Alert ${code}`, `Replace ${code}`]);
    expect(said.effects).toMatchObject({ authenticated: false, devInfo: {}, wrongCredentials: code === 401 });
    expect(JSON.stringify(said.answer)).toContain('syncml:auth-MAC');
    const again = engine.say(messageOf(one), proof(mac(challengeOf(said))));
    expect(again.statuses[0]).toBe('SyncHdr 200');
  });

  it.each([undefined, mac(nonce('first'))])(
    'loses its session by a message without the right one',
    (value) => {
      const engine = new Engine({ account: account(HMAC), work });
      const { commands } = engine.say(messageOf(one), proof(mac(nonce('first'))));
      const forged = engine.say(
        messageOf([headerStatus(), status('Get', commands[0]?.cmdID, 404)]),
        proof(value),
      );
      expect(forged.effects.ended?.outcome).toBe('refused');
      expect(forged.effects.gone).toEqual([]);
      expect(challengeOf(forged)).toBeUndefined();
    },
  );

  it('is not believed by a Cred', () => {
    const engine = new Engine({ account: account(HMAC), work });
    expect(engine.say(messageOf(one, { cred: makeMd5Cred(device, nonce('first')) })).statuses[0]).toBe(
      'SyncHdr 401',
    );
  });
});

describe('a device with a certificate', () => {
  const bytes = new Uint8Array();
  const fingerprint = 'ab'.repeat(32);
  const named: Account['client'] = { auth: 'certificate', name: 'IMEI:1' };
  const pinned: Account['client'] = { ...named, fingerprint };

  it.each<[string, Account['client'], PeerCertificate | undefined, boolean]>([
    ['of its name', named, { name: 'IMEI:1', fingerprint: 'x' }, true],
    ['of another name', named, { name: 'IMEI:2', fingerprint: 'x' }, false],
    ['without a name', named, { name: '', fingerprint: 'x' }, false],
    ['that is the one', pinned, { name: 'IMEI:2', fingerprint }, true],
    ['that is another', pinned, { name: 'IMEI:1', fingerprint: 'cd'.repeat(32) }, false],
    ['that it does not show', named, undefined, false],
  ])('%s', (_, client, certificate, believed) => {
    const engine = new Engine({ account: { ...account(NONE), client }, work });
    const { statuses, asks, effects } = engine.say(messageOf(one), { proof: { bytes, certificate } });
    expect(statuses[0]).toBe(believed ? 'SyncHdr 212' : 'SyncHdr 407');
    expect(asks).toEqual(believed ? ['Get ./A'] : []);
    expect(effects.wrongCredentials).toBe(false);
    const next = engine.say(messageOf([headerStatus()]), { proof: { bytes } });
    expect(next.asks).toEqual([]);
  });
});
