import { describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64 } from '../octets/index.ts';
import { formatMacHeader, messageMac, parseMacHeader, secretDigest, verifyMac } from './index.ts';

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
});
