import { type Cred, encodeBase64, makeBasicCred, makeChal, makeMd5Cred, nextNonceOf } from '@grove/protocol';
import { describe, expect, it } from 'vitest';
import { alert, Engine, headerStatus, messageOf, replace, status, task } from './engine.testing.ts';
import type { Account, Credentials } from './index.ts';

const nonce = (text: string): Uint8Array => new TextEncoder().encode(text);
const device = { user: 'device', password: 'secret' };
const grove = { user: 'grove', password: 'mine' };
const BASIC: Credentials = { auth: 'basic', ...device };
const MD5: Credentials = { auth: 'md5', ...device, nonce: encodeBase64(nonce('first')) };
const NONE: Credentials = { auth: 'none' };

function account(client: Credentials, server: Credentials = NONE): Account {
  return { serverID: 'grove', client, server };
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

  it('is challenged anew each time, and gives up its place after the third wrong Cred', () => {
    const engine = new Engine({ account: account(MD5), work });
    const nonces = new Set<string>();
    const wrong = () => engine.say(messageOf(one, { cred: makeMd5Cred(device, nonce('no')) }));
    for (let n = 1; n < 3; n++) {
      const said = wrong();
      expect(said.statuses[0]).toBe('SyncHdr 401');
      const [first] = said.answer.body.commands;
      const next = first?.name === 'Status' ? nextNonceOf(first.chal) : undefined;
      nonces.add(encodeBase64(next ?? nonce('')));
    }
    expect(nonces.size).toBe(2);
    const last = wrong();
    expect(last.statuses).toEqual(['SyncHdr 401', 'Alert 401', 'Replace 401']);
    expect(JSON.stringify(last.answer)).not.toContain('chal');
    expect(last.effects.ended).toEqual({ outcome: 'refused', reason: 'wrong credentials, 3 times' });
  });

  it('proves itself with the nonce of the challenge, which is forgotten then', () => {
    const engine = new Engine({ account: account(MD5), work });
    const [first] = engine.say(messageOf(one)).answer.body.commands;
    const next = first?.name === 'Status' ? nextNonceOf(first.chal) : undefined;
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

describe('the server', () => {
  const proving: Credentials = { auth: 'md5', ...grove, nonce: encodeBase64(nonce('a')) };
  const data = (cred: Cred | undefined) => cred?.data;

  it('sends its Cred until the device has accepted it for the session', () => {
    const engine = new Engine({ account: account(NONE, proving), work });
    const first = engine.say(messageOf(one));
    expect(data(first.answer.header.cred)).toBe(makeMd5Cred(grove, nonce('a')).data);
    const chal = makeChal('md5', nonce('b'));
    const second = engine.say(messageOf([headerStatus(200, { chal })]));
    expect(data(second.answer.header.cred)).toBe(makeMd5Cred(grove, nonce('b')).data);
    expect(second.effects.serverNonce).toBe(encodeBase64(nonce('b')));
    const third = engine.say(messageOf([headerStatus(212, { msgRef: '2' })]));
    expect(third.answer.header.cred).toBeUndefined();
  });

  it('proves itself again to a device that has forgotten it', () => {
    const engine = new Engine({ account: account(NONE, proving), work });
    engine.say(messageOf(one));
    expect(engine.say(messageOf([headerStatus(212)])).answer.header.cred).toBeUndefined();
    const chal = makeChal('md5', nonce('c'));
    const asked = engine.say(messageOf([headerStatus(407, { msgRef: '2', chal })]));
    expect(data(asked.answer.header.cred)).toBe(makeMd5Cred(grove, nonce('c')).data);
    expect(asked.asks).toEqual(['Get ./A']);
  });

  it.each([401, 407, 0])('sends its commands again after %i, three times at the most', (code) => {
    const engine = new Engine({ account: account(NONE, proving), work });
    let said = engine.say(messageOf(one));
    for (let n = 1; n < 3; n++) {
      expect(said.asks).toEqual(['Get ./A']);
      const refusal = [headerStatus(code), status('Get', said.commands[0]?.cmdID, code)];
      said = engine.say(messageOf(refusal));
      expect(said.effects.finished).toEqual([]);
    }
    said = engine.say(messageOf([headerStatus(code)]));
    expect(said.asks).toEqual([]);
    expect(said.effects.ended?.outcome).toBe('refused');
    expect(said.effects.ended?.reason).toContain('3 times');
    expect(engine.state?.work).toBeDefined();
  });

  it('takes Status 0 for its commands alone as not believed, too, and says what is missing', () => {
    const engine = new Engine({ account: account(NONE), work });
    const { commands } = engine.say(messageOf(one));
    const said = engine.say(messageOf([headerStatus(200), status('Get', commands[0]?.cmdID, 0)]));
    expect(said.effects.ended?.reason).toContain('its account has no server credentials');
    expect(said.effects.finished).toEqual([]);
  });

  it('never sends an Exec again that the device says it has done, whatever it thinks of the server', () => {
    const engine = new Engine({
      account: account(NONE, proving),
      work: [task(1, { kind: 'exec', uri: './X' })],
    });
    const { commands } = engine.say(messageOf(one));
    const said = engine.say(messageOf([headerStatus(401), status('Exec', commands[0]?.cmdID, 200)]));
    expect(said.asks).toEqual([]);
    expect(said.effects.finished[0]?.result.state).toBe('succeeded');
  });

  it('keeps a nonce that came before the device had proved itself, once it has', () => {
    const engine = new Engine({ account: account(BASIC, proving), work });
    engine.say(messageOf(one));
    const chal = makeChal('md5', nonce('d'));
    const unproven = engine.say(messageOf([headerStatus(212, { chal })]));
    expect(unproven.effects.serverNonce).toBeUndefined();
    const proven = engine.say(messageOf(one, { cred: makeBasicCred(device) }));
    expect(proven.effects.serverNonce).toBe(encodeBase64(nonce('d')));
  });
});
