/**
 * The credentials of SyncHdr, OMA DM Security 1.2.1 §5.3: basic and MD5 digest access, and the challenges
 * that ask for them or for a message authentication code.
 *
 * The digest is `B64(MD5(B64(MD5(user ":" password)) ":" nonce))`, the nonce in its raw form.
 */
import { md5 } from '@noble/hashes/legacy.js';
import { decodeBase64, encodeBase64 } from '../octets/index.ts';
import { type Chal, type Content, type Cred, contentText } from '../syncml/index.ts';
import { isEqual } from './equal.ts';
import { isForgingNonce, nonceForms } from './nonce.ts';

/** How one side proves itself by a Cred. */
export type CredType = 'basic' | 'md5';

/** How one side proves itself: by a Cred, or by the MAC that goes beside each of its messages. */
export type AuthType = CredType | 'hmac';

/** What is agreed between the two sides. */
export interface Secret {
  readonly user: string;
  readonly password: string;
}

/** Media-type-like names in Meta Type. */
const TYPES: Readonly<Record<AuthType, string>> = {
  basic: 'syncml:auth-basic',
  md5: 'syncml:auth-md5',
  hmac: 'syncml:auth-MAC',
};

const BY_NAME = new Map<string | undefined, AuthType>(
  (Object.keys(TYPES) as AuthType[]).map((type) => [TYPES[type].toLowerCase(), type]),
);

const encoder = new TextEncoder();

/** `B64(MD5(user ":" password))`: what may be kept in place of a password. */
export function secretDigest({ user, password }: Secret): string {
  return encodeBase64(md5(encoder.encode(`${user}:${password}`)));
}

/** `MD5(digest ":" nonce)`, 16 bytes. */
export function nonceDigest(digest: string, nonce: Uint8Array): Uint8Array {
  const head = encoder.encode(`${digest}:`);
  const whole = new Uint8Array(head.length + nonce.length);
  whole.set(head);
  whole.set(nonce, head.length);
  return md5(whole);
}

/** A Cred with user and password as they are. */
export function makeBasicCred({ user, password }: Secret): Cred {
  return credOf('basic', encodeBase64(encoder.encode(`${user}:${password}`)));
}

/** A Cred with the digest over a nonce. */
export function makeMd5Cred(secret: Secret, nonce: Uint8Array): Cred {
  return credOf('md5', encodeBase64(nonceDigest(secretDigest(secret), nonce)));
}

function credOf(type: CredType, data: string): Cred {
  return { meta: { format: 'b64', type: TYPES[type], emi: [] }, data };
}

/** Asks the other side for credentials of a type, made with this nonce where the type has one. */
export function makeChal(type: AuthType, nonce: Uint8Array): Chal {
  const nextNonce = type === 'basic' ? undefined : encodeBase64(nonce);
  return { meta: { format: 'b64', type: TYPES[type], nextNonce, emi: [] } };
}

/** The type of a Cred or Chal; undefined for one that is none of {@link AuthType}. */
export function authTypeOf({ meta }: Cred | Chal): AuthType | undefined {
  return BY_NAME.get(meta?.type?.trim().toLowerCase());
}

/**
 * Whether a Cred is what the secret gives. Data is taken as base64 text or as the bytes themselves; a
 * Cred without a type is taken to be of the expected one.
 *
 * @param nonce what the digest has to be made with, the resynchronisation nonce in either form; of no
 *   meaning for basic
 */
export function verifyCred(cred: Cred, type: CredType, secret: Secret, nonce: Uint8Array): boolean {
  if (cred.meta?.type !== undefined && authTypeOf(cred) !== type) return false;
  const expected =
    type === 'basic'
      ? [encoder.encode(`${secret.user}:${secret.password}`)]
      : nonceForms(nonce).map((form) => nonceDigest(secretDigest(secret), form));
  return candidates(cred).some((given) => expected.some((each) => isEqual(given, each)));
}

/** What the Data of a Cred may stand for: base64 text, whatever its Format says, or bytes. */
function candidates({ data }: Cred): Uint8Array[] {
  const given = data instanceof Uint8Array ? [data] : [];
  const decoded = decodeBase64(contentText(data) ?? '');
  return decoded === undefined ? given : [...given, decoded];
}

/**
 * The nonce that a Chal asks to be used next; text that is no base64 is taken as the nonce itself. None where it
 * would make something else of a digest: see {@link isForgingNonce}.
 */
export function nextNonceOf(chal: Chal | undefined): Uint8Array | undefined {
  const nonce = chal?.meta?.nextNonce;
  const bytes = nonce === undefined ? undefined : nonceBytes(nonce);
  return bytes === undefined || isForgingNonce(bytes) ? undefined : bytes;
}

function nonceBytes(nonce: Content): Uint8Array {
  if (nonce instanceof Uint8Array) return nonce;
  const text = contentText(nonce)?.trim() ?? '';
  return decodeBase64(text) ?? encoder.encode(text);
}
