import { type Cred, encodeBase64, makeBasicCred, makeChal, makeMac, makeMd5Cred } from '@grove/protocol';
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
import { type Account, type Credentials, serverMac } from './index.ts';

const nonce = (text: string): Uint8Array => new TextEncoder().encode(text);
const device = { user: 'device', password: 'secret' };
const grove = { user: 'grove', password: 'mine' };
const BASIC: Credentials = { auth: 'basic', ...device };
const NONE: Credentials = { auth: 'none' };

function account(client: Credentials, server: Credentials): Account {
  return { serverID: 'grove', client, server };
}
const one = [alert(), replace([{ source: { locURI: './DevInfo/Man' }, data: 'Acme' }])];
const work = [task(1, { kind: 'get', uri: './A' })];

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

  it('makes no digest over a nonce by which it would be a notification or a MAC of others', () => {
    const engine = new Engine({ account: account(NONE, proving), work });
    const chal = makeChal('md5', nonce(`\0\0\0\0:${encodeBase64(new Uint8Array(16))}`));
    const said = engine.say(messageOf([headerStatus(407, { chal }), ...one]));
    expect(data(said.answer.header.cred)).toBe(makeMd5Cred(grove, nonce('a')).data);
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
    const engine = new Engine({ account: account(NONE, NONE), work });
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

describe('the server with MACs', () => {
  const proving: Credentials = { auth: 'hmac', ...grove, nonce: encodeBase64(nonce('a')) };
  const made = (engine: Engine, { bytes }: Exchange) => serverMac(stateOf(engine), engine.account, bytes);
  const stateOf = ({ state }: Engine) => {
    if (state === undefined) throw new Error('no session has begun');
    return state;
  };

  it('makes one of each message, with the nonce that came last', () => {
    const engine = new Engine({ account: account(NONE, proving), work });
    const first = engine.say(messageOf(one));
    expect(made(engine, first)).toBe(makeMac(grove, nonce('a'), first.bytes));
    expect(first.answer.header).toMatchObject({ source: { locName: 'grove' } });
    expect(first.answer.header.cred).toBeUndefined();
    const second = engine.say(messageOf([headerStatus(200, { chal: makeChal('hmac', nonce('b')) })]));
    expect(second.effects.serverNonce).toBe(encodeBase64(nonce('b')));
    expect(made(engine, second)).toBe(makeMac(grove, nonce('b'), second.bytes));
    const third = engine.say(messageOf([headerStatus(212, { msgRef: '2' })]));
    expect(third.effects.ended?.reason).toContain('NextNonce');
    expect(made(engine, third)).toBeUndefined();
  });

  it.each<[string, Credentials]>([
    ['a MAC', proving],
    ['its password', { auth: 'basic', ...grove }],
  ])('does not give %s to one who only claims to be a device', (_, own) => {
    const engine = new Engine({ account: account(BASIC, own), work });
    const claimed = engine.say(messageOf(one));
    expect(made(engine, claimed)).toBeUndefined();
    expect(claimed.answer.header.cred).toBeUndefined();
    expect(claimed.answer.header.source.locName).toBeUndefined();
    const proven = engine.say(messageOf(one, { cred: makeBasicCred(device) }));
    expect(proven.answer.header.source.locName).toBe('grove');
    expect([made(engine, proven), proven.answer.header.cred].filter(Boolean)).toHaveLength(1);
  });
});
