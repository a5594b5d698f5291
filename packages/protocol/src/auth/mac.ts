/**
 * Message integrity by `syncml:auth-MAC`, OMA DM Security 1.2.1: a digest over the whole message that
 * travels beside it, in the transport header `x-syncml-hmac`.
 *
 * It is called HMAC and is a nested MD5, not RFC 2104:
 * `B64(MD5(B64(MD5(user ":" password)) ":" nonce ":" B64(MD5(body))))`.
 */
import { md5 } from '@noble/hashes/legacy.js';
import { decodeBase64, encodeBase64 } from '../octets/index.ts';
import { nonceDigest, type Secret, secretDigest } from './credentials.ts';
import { isEqual } from './equal.ts';
import { nonceForms } from './nonce.ts';

/** Name of the transport header, in lower case. */
export const MAC_HEADER = 'x-syncml-hmac';

/** What the header says. */
export interface MacHeader {
  /** Also the LocName of the message's Source, so that the MAC is checked before the body is read. */
  readonly username: string;
  /** Base64. */
  readonly mac: string;
}

/**
 * The MAC of a message.
 *
 * @param digest `secretDigest` of user and password.
 * @param nonce in its raw form.
 * @param body the message as it travels, before any content coding of the transport.
 */
export function messageMac(digest: string, nonce: Uint8Array, body: Uint8Array): string {
  return encodeBase64(macBytes(digest, nonce, body));
}

function macBytes(digest: string, nonce: Uint8Array, body: Uint8Array): Uint8Array {
  const tail = new TextEncoder().encode(`:${encodeBase64(md5(body))}`);
  const salted = new Uint8Array(nonce.length + tail.length);
  salted.set(nonce);
  salted.set(tail, nonce.length);
  return nonceDigest(digest, salted);
}

/** Whether a MAC is that of a message. Base64 of the digest in hexadecimal is taken as well. */
export function verifyMac(mac: string, digest: string, nonce: Uint8Array, body: Uint8Array): boolean {
  const given = decodeBase64(mac);
  if (given === undefined) return false;
  const expected = macBytes(digest, nonce, body);
  if (given.length === expected.length) return isEqual(given, expected);
  const hex = Array.from(expected, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return isEqual(new TextDecoder().decode(given).toLowerCase(), hex);
}

/** The header's value for a message. */
export function makeMac(secret: Secret, nonce: Uint8Array, body: Uint8Array): string {
  return formatMacHeader({ username: secret.user, mac: messageMac(secretDigest(secret), nonce, body) });
}

/**
 * Whether the header's value is what the secret gives for a message. One that is missing or of another
 * user is not.
 *
 * @param nonce in its raw form, the resynchronisation nonce in either
 */
export function verifyMacHeader(
  value: string | undefined,
  secret: Secret,
  nonce: Uint8Array,
  body: Uint8Array,
): boolean {
  const header = value === undefined ? undefined : parseMacHeader(value);
  if (header === undefined || !isEqual(header.username, sendable(secret.user))) return false;
  const digest = secretDigest(secret);
  return nonceForms(nonce).some((form) => verifyMac(header.mac, digest, form, body));
}

/** What of a user name the header can hold: neither quotation marks nor control characters. */
function sendable(username: string): string {
  return username.replaceAll(/["\p{Cc}]/gu, '');
}

/**
 * The value of the header, a name in UTF-8: one character for each byte, as HTTP libraries take header
 * values. What a name cannot have there is left out.
 */
export function formatMacHeader({ username, mac }: MacHeader): string {
  const name = String.fromCharCode(...new TextEncoder().encode(sendable(username)));
  return `algorithm=MD5, username="${name}", mac=${mac}`;
}

/** A name begins where no letter stands before it, so that a long one is looked at once. */
const PART = /(?<![a-z])([a-z]+)\s*=\s*(?:"([^"]*)"|([^",\s]*))/gi;

/**
 * Reads the value of the header: `algorithm=MD5, username="…", mac=…` in any order, the algorithm optional.
 *
 * @returns undefined when a part is missing or there twice, as where a message has two of these headers, or the
 *   algorithm is another: authentication has failed.
 */
export function parseMacHeader(value: string): MacHeader | undefined {
  const parts = new Map<string, string>();
  for (const found of value.matchAll(PART)) {
    const name = (found[1] ?? '').toLowerCase();
    if (parts.has(name)) return undefined;
    parts.set(name, found[2] ?? found[3] ?? '');
  }
  const username = parts.get('username');
  const mac = parts.get('mac');
  const algorithm = parts.get('algorithm') ?? 'MD5';
  if (!username || !mac || algorithm.toUpperCase() !== 'MD5') return undefined;
  return { username: fromBytes(username), mac };
}

/** A text whose characters are bytes of UTF-8; itself where they are not. */
function fromBytes(text: string): string {
  const bytes = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  if (bytes.some((byte) => byte > 0xff)) return text;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes));
  } catch {
    return text;
  }
}
