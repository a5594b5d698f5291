/** The proofs that travel between client and server, by the formulas of DM_Security 1.2.1 written out anew. */
import { createHash } from 'node:crypto';
import type { Credentials } from './subject.ts';
import { cred } from './xml.ts';

export const AUTH_TYPES = {
  basic: 'syncml:auth-basic',
  md5: 'syncml:auth-md5',
  hmac: 'syncml:auth-MAC',
} as const;

type Secret = Pick<Credentials, 'user' | 'password'>;
const base64 = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString('base64');

function md5(...parts: (string | Uint8Array)[]): Buffer {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** `B64(user ":" password)` */
export const basicProof = ({ user, password }: Secret): string => base64(`${user}:${password}`);

/**
 * `B64(MD5(B64(MD5(user ":" password)) ":" nonce))`
 *
 * @param nonce base64; hashed as the bytes that it stands for.
 */
export function md5Proof({ user, password }: Secret, nonce: string): string {
  return base64(md5(base64(md5(`${user}:${password}`)), ':', Buffer.from(nonce, 'base64')));
}

/** `B64(MD5(B64(MD5(user ":" password)) ":" nonce ":" B64(MD5(body))))` */
export function macProof({ user, password }: Secret, nonce: string, body: Uint8Array): string {
  return base64(
    md5(base64(md5(`${user}:${password}`)), ':', Buffer.from(nonce, 'base64'), ':', base64(md5(body))),
  );
}

/** `<Cred>…</Cred>` of these credentials; none where they do not travel in one. */
export function credOf(credentials: Credentials): string | undefined {
  const { scheme, nonce } = credentials;
  if (scheme === 'basic') return cred(AUTH_TYPES.basic, basicProof(credentials));
  return scheme === 'md5' ? cred(AUTH_TYPES.md5, md5Proof(credentials, nonce)) : undefined;
}

/** Value of `x-syncml-hmac` for a message; none where the credentials do not travel there. */
export function macOf(credentials: Credentials, body: Uint8Array): string | undefined {
  const { scheme, user, nonce } = credentials;
  if (scheme !== 'hmac') return undefined;
  return `algorithm=MD5, username="${user}", mac=${macProof(credentials, nonce, body)}`;
}

/** A nonce that was not there before, base64. */
export function freshNonce(): string {
  return base64(crypto.getRandomValues(new Uint8Array(16)));
}
