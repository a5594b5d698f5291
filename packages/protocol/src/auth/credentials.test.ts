import { md5 } from '@noble/hashes/legacy.js';
import { describe, expect, it } from 'vitest';
import { encodeBase64 } from '../octets/index.ts';
import {
  makeBasicCred,
  makeChal,
  makeMd5Cred,
  messageMac,
  nextNonceOf,
  nonceDigest,
  secretDigest,
  verifyCred,
} from './index.ts';

const bruce = { user: 'Bruce2', password: 'OhBehave' };
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const nonce = ascii('Nonce');

describe('credentials of OMA DM Security', () => {
  it('are those of the published vectors', () => {
    expect(makeBasicCred(bruce).data).toBe('QnJ1Y2UyOk9oQmVoYXZl');
    expect(secretDigest(bruce)).toBe('PtEdr8lBQ45IbT1bZIkrOQ==');
    expect(makeMd5Cred(bruce, nonce).data).toBe('Zz6EivR3yeaaENcRN6lpAQ==');
    expect(makeMd5Cred(bruce, new Uint8Array(4)).data).toBe('cnPI6nO9RgujiHU0y58kNA==');
  });

  it('are believed as base64, as bytes, with a type of any case and without one', () => {
    const digest = nonceDigest(secretDigest(bruce), nonce);
    for (const type of ['syncml:auth-md5', 'SyncML:Auth-MD5 ', undefined]) {
      for (const data of [encodeBase64(digest), ` ${encodeBase64(digest)}\n`, digest]) {
        expect(verifyCred({ meta: { type, emi: [] }, data }, 'md5', bruce, nonce)).toBe(true);
      }
    }
  });

  it('are refused with another nonce, password, user or type', () => {
    const cred = makeMd5Cred(bruce, nonce);
    expect(verifyCred(cred, 'md5', bruce, ascii('nonce'))).toBe(false);
    expect(verifyCred(cred, 'md5', { ...bruce, password: 'ohbehave' }, nonce)).toBe(false);
    expect(verifyCred(cred, 'md5', { ...bruce, user: 'Bruce' }, nonce)).toBe(false);
    expect(verifyCred(cred, 'basic', bruce, nonce)).toBe(false);
    expect(verifyCred(makeBasicCred(bruce), 'md5', bruce, nonce)).toBe(false);
    expect(verifyCred({ data: '' }, 'md5', bruce, nonce)).toBe(false);
    expect(verifyCred({ data: '%%%' }, 'basic', bruce, nonce)).toBe(false);
  });

  it('take the nonce of a challenge raw, as base64 or as the text that it is', () => {
    expect(nextNonceOf(makeChal('md5', nonce))).toEqual(nonce);
    expect(nextNonceOf({ meta: { nextNonce: nonce, emi: [] } })).toEqual(nonce);
    expect(nextNonceOf({ meta: { nextNonce: '!no base64!', emi: [] } })).toEqual(ascii('!no base64!'));
    expect(nextNonceOf(makeChal('basic', nonce))).toBeUndefined();
  });

  it('never has a digest made that is a MAC, too', () => {
    const forged = ascii('<SyncML>forged</SyncML>');
    const tail = `:${encodeBase64(md5(forged))}`;
    for (const before of ['', 'Nonce', '\0\0\0\0']) {
      const chosen = ascii(before + tail);
      expect(makeMd5Cred(bruce, chosen).data).toBe(messageMac(secretDigest(bruce), ascii(before), forged));
      expect(nextNonceOf(makeChal('md5', chosen))).toBeUndefined();
      expect(nextNonceOf({ meta: { nextNonce: before + tail, emi: [] } })).toBeUndefined();
    }
    expect(nextNonceOf(makeChal('md5', ascii(tail.slice(1))))).toEqual(ascii(tail.slice(1)));
  });

  it('take the resynchronisation nonce for four zero bytes or for its text, and nothing else for it', () => {
    const [bytes, text] = [new Uint8Array(4), ascii('0x00000000')];
    for (const expected of [bytes, text]) {
      for (const used of [bytes, text]) {
        expect(verifyCred(makeMd5Cred(bruce, used), 'md5', bruce, expected)).toBe(true);
      }
      expect(verifyCred(makeMd5Cred(bruce, ascii('')), 'md5', bruce, expected)).toBe(false);
    }
    for (const used of [bytes, text])
      expect(verifyCred(makeMd5Cred(bruce, used), 'md5', bruce, nonce)).toBe(false);
  });
});
