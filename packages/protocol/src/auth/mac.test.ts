import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64 } from '../octets/index.ts';
import {
  formatMacHeader,
  makeMac,
  messageMac,
  parseMacHeader,
  secretDigest,
  verifyMac,
  verifyMacHeader,
} from './index.ts';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const digest = secretDigest({ user: 'Bruce2', password: 'OhBehave' });
const nonce = ascii('Nonce');
const body = ascii('<SyncML/>');
const mac = 'urdCeS3JUmjFgi8SX3webw==';

describe('a message authentication code', () => {
  it('is the nested MD5 of the standard', () => {
    expect(messageMac(digest, nonce, body)).toBe(mac);
  });

  it('is believed as base64 of its bytes or of their hexadecimal text', () => {
    const hex = Array.from(decodeBase64(mac) ?? [], (byte) => byte.toString(16).padStart(2, '0')).join('');
    expect(verifyMac(mac, digest, nonce, body)).toBe(true);
    expect(verifyMac(encodeBase64(ascii(hex.toUpperCase())), digest, nonce, body)).toBe(true);
  });

  it('is refused for another message, nonce or secret, and when it is none', () => {
    expect(verifyMac(mac, digest, nonce, ascii('<SyncML />'))).toBe(false);
    expect(verifyMac(mac, digest, ascii('nonce'), body)).toBe(false);
    expect(verifyMac(mac, secretDigest({ user: 'Bruce2', password: '' }), nonce, body)).toBe(false);
    for (const none of ['', '%', 'AAAA']) expect(verifyMac(none, digest, nonce, body)).toBe(false);
  });

  it('travels in a header, whose parts may stand in any order', () => {
    const header = { username: 'Robert Jordan', mac };
    expect(formatMacHeader(header)).toBe(`algorithm=MD5, username="Robert Jordan", mac=${mac}`);
    for (const value of [formatMacHeader(header), `MAC=${mac},username = "Robert Jordan"`])
      expect(parseMacHeader(value)).toEqual(header);
    for (const value of ['', `mac=${mac}`, 'username="a"', `algorithm=SHA1,username="a",mac=${mac}`])
      expect(parseMacHeader(value)).toBeUndefined();
  });

  it('is not read from a header with a part that is there twice', () => {
    expect(parseMacHeader(`username="a", mac=${mac}, mac=AAAA`)).toBeUndefined();
    expect(parseMacHeader(`username="a", mac=${mac}, algorithm=MD5, USERNAME=b`)).toBeUndefined();
  });

  it('is looked for once, however long the header is', () => {
    expect(parseMacHeader('a'.repeat(1 << 20))).toBeUndefined();
  });

  it.each(['Bruce2', 'Jörg 東京', 'a"b\r\nc'])('is made and believed for the user %j', (user) => {
    const secret = { user, password: 'OhBehave' };
    const header = makeMac(secret, nonce, body);
    expect(header).toMatch(/^[ -~\x80-\xff]*$/);
    expect(verifyMacHeader(header, secret, nonce, body)).toBe(true);
    expect(verifyMacHeader(header, { ...secret, user: 'other' }, nonce, body)).toBe(false);
    expect(verifyMacHeader(undefined, secret, nonce, body)).toBe(false);
  });

  it('is that of no other message', () => {
    const secret = { user: 'Bruce2', password: 'OhBehave' };
    const octets = fc.uint8Array({ minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(octets, fc.nat(), fc.integer({ min: 1, max: 255 }), (message, place, change) => {
        const header = makeMac(secret, nonce, message);
        const forged = message.slice();
        const at = place % forged.length;
        forged[at] = (forged[at] ?? 0) ^ change;
        expect(verifyMacHeader(header, secret, nonce, message)).toBe(true);
        expect(verifyMacHeader(header, secret, nonce, forged)).toBe(false);
        expect(verifyMacHeader(header, secret, nonce, message.subarray(1))).toBe(false);
      }),
    );
  });

  it('is read from whatever a header holds, without harm', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string({ unit: fc.constantFrom(...'mac=userna",MD5 \\') }),
        ),
        (value) => {
          expect(verifyMacHeader(value, { user: 'a', password: 'b' }, nonce, body)).toBe(false);
        },
      ),
    );
  });

  it('is not believed with the name of another user, whatever its password', () => {
    const named = makeMac({ user: 'Bruce2', password: 'OhBehave' }, nonce, body).replace('Bruce2', 'Bruce3');
    expect(verifyMacHeader(named, { user: 'Bruce2', password: 'OhBehave' }, nonce, body)).toBe(false);
  });
});
