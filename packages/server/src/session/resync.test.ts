import {
  type Cred,
  encodeBase64,
  makeBasicCred,
  makeChal,
  makeMac,
  makeMd5Cred,
  nonceForms,
  RESYNC_NONCE,
} from '@grove/protocol';
import { describe, expect, it } from 'vitest';
import { alert, Engine, headerStatus, messageOf, task } from './engine.testing.ts';
import { type Account, type Credentials, serverMac } from './index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const device = { user: 'device', password: 'secret' };
const grove = { user: 'grove', password: 'mine' };
const MD5: Credentials = { auth: 'md5', ...device, nonce: encodeBase64(bytes('first')) };
const OWN: Credentials = { auth: 'md5', ...grove, nonce: encodeBase64(bytes('own')) };
const account: Account = { serverID: 'grove', client: MD5, server: OWN };
const work = [task(1, { kind: 'get', uri: './A' })];
const asked = [alert(1200)];

function data(cred: Cred | undefined) {
  return cred?.data;
}

describe('the resynchronisation nonce', () => {
  it.each(nonceForms(RESYNC_NONCE).map((form) => [form]))('proves the device in the form %s', (form) => {
    const engine = new Engine({ account, work });
    const first = engine.say(messageOf(asked, { cred: makeMd5Cred(device, form) }), { resync: true });
    expect(first.statuses).toEqual(['SyncHdr 212', 'Alert 200']);
    expect(first.asks).toEqual(['Get ./A']);
    expect(first.effects).toMatchObject({ authenticated: true, showedResync: true, serverInitiated: true });
  });

  it('proves nothing where no notification has asked for the session', () => {
    const engine = new Engine({ account, work });
    const said = engine.say(messageOf(asked, { cred: makeMd5Cred(device, RESYNC_NONCE) }));
    expect(said.statuses).toEqual(['SyncHdr 401', 'Alert 401']);
    expect(said.effects).toMatchObject({ authenticated: false, showedResync: true, wrongCredentials: true });
    expect(data(said.answer.header.cred)).toBe(makeMd5Cred(grove, bytes('own')).data);
  });

  it('proves no one with another password', () => {
    const engine = new Engine({ account, work });
    const cred = makeMd5Cred({ ...device, password: 'guess' }, RESYNC_NONCE);
    const said = engine.say(messageOf(asked, { cred }), { resync: true });
    expect(said.effects).toMatchObject({ authenticated: false, showedResync: false, wrongCredentials: true });
    expect(data(said.answer.header.cred)).toBe(makeMd5Cred(grove, bytes('own')).data);
  });

  it('is not used by the server towards one who has proved himself otherwise, or not at all', () => {
    const usual = makeMd5Cred(device, bytes('first'));
    const byUsual = new Engine({ account, work }).say(messageOf(asked, { cred: usual }), { resync: true });
    expect(byUsual.effects).toMatchObject({ authenticated: true, showedResync: false });
    expect(data(byUsual.answer.header.cred)).toBe(makeMd5Cred(grove, bytes('own')).data);
    const silent = new Engine({ account, work }).say(messageOf(asked), { resync: true });
    expect(data(silent.answer.header.cred)).toBe(makeMd5Cred(grove, bytes('own')).data);
    const basic: Account = { ...account, client: { auth: 'basic', ...device } };
    const byPassword = new Engine({ account: basic, work });
    const said = byPassword.say(messageOf(asked, { cred: makeBasicCred(device) }), { resync: true });
    expect(data(said.answer.header.cred)).toBe(makeMd5Cred(grove, bytes('own')).data);
  });

  it('makes place for fresh nonces of both sides, and is never kept as one', () => {
    const engine = new Engine({ account, work });
    const cred = makeMd5Cred(device, RESYNC_NONCE);
    const first = engine.say(messageOf(asked, { cred }), { resync: true });
    expect(data(first.answer.header.cred)).toBe(makeMd5Cred(grove, RESYNC_NONCE).data);
    expect(first.effects.clientNonce).toHaveLength(24);
    expect(first.effects.serverNonce).toBeUndefined();
    const chal = makeChal('md5', bytes('fresh'));
    const second = engine.say(messageOf([headerStatus(200, { chal })]), { resync: true });
    expect(data(second.answer.header.cred)).toBe(makeMd5Cred(grove, bytes('fresh')).data);
    expect(second.effects.serverNonce).toBe(encodeBase64(bytes('fresh')));
  });

  it('serves for the first MAC of either side and for no other', () => {
    const client: Credentials = { ...MD5, auth: 'hmac' };
    const server: Credentials = { ...OWN, auth: 'hmac' };
    const hmac: Account = { serverID: 'grove', client, server };
    const engine = new Engine({ account: hmac, work });
    const body = bytes('<SyncML/>');
    const proof = { bytes: body, mac: makeMac(device, RESYNC_NONCE, body) };
    const first = engine.say(messageOf(asked), { proof, resync: true });
    expect(first.effects).toMatchObject({ authenticated: true, showedResync: true });
    if (engine.state === undefined) throw new Error('there is no session');
    expect(serverMac(engine.state, hmac, first.bytes)).toBe(makeMac(grove, RESYNC_NONCE, first.bytes));
    const second = engine.say(messageOf([headerStatus(200)]), { proof, resync: true });
    expect(second.effects).toMatchObject({ ended: { outcome: 'refused' } });
  });
});
