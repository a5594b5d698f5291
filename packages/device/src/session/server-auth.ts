/** The server proves itself to the device: OMA DM Security 1.2.1. */
import { type Chal, type Cred, makeChal, STATUS, verifyCred } from '@grove/protocol';
import type { Account, Credentials } from './account.ts';

/** Nonces are as long as the MD5 digest that they guard. */
const NONCE_BYTES = 16;
/** Challenges in one session before it is given up: one for want of a Cred, one for a stale nonce. */
export const MAX_CHALLENGES = 2;

/** How far the server has come in proving itself. JSON. */
export interface ServerAuth {
  readonly proven: boolean;
  /** Challenges sent. */
  readonly challenges: number;
  /** Base64; the nonce of the last challenge, not stored until the server has made a Cred with it. */
  readonly nonce?: string | undefined;
}

/** What the device says to the server's SyncHdr. */
export interface Verdict {
  readonly trusted: boolean;
  readonly code: 200 | 212 | 401 | 407;
  readonly chal?: Chal | undefined;
  readonly auth: ServerAuth;
  /** A nonce to keep from now on. */
  readonly store?: Nonce | undefined;
  /** The nonce that `chal` hands out, to keep only if the Chal is really sent. */
  readonly handedOut?: Nonce | undefined;
}

/** A nonce and the AAuthData node it belongs in. */
export interface Nonce {
  readonly uri: string;
  /** Base64. */
  readonly value: string;
}

/** Checks a message's Cred. A server that has proved itself is believed for the rest of the session. */
export function judgeServer(
  auth: ServerAuth,
  account: Account,
  cred: Cred | undefined,
  random: (bytes: number) => Uint8Array,
): Verdict {
  const [preferred] = account.server;
  if (preferred === undefined) return { trusted: true, code: STATUS.OK, auth };
  if (auth.proven) return { trusted: true, code: STATUS.AUTHENTICATED, auth };
  const fresh = random(NONCE_BYTES);
  const used = cred === undefined ? undefined : account.server.find((each) => isMadeWith(cred, each, auth));
  if (used === undefined) {
    return {
      trusted: false,
      code: cred === undefined ? STATUS.CREDENTIALS_MISSING : STATUS.INVALID_CREDENTIALS,
      chal: makeChal(preferred.type, fresh),
      auth: {
        proven: false,
        challenges: auth.challenges + 1,
        ...(preferred.type === 'md5' ? { nonce: fresh.toBase64() } : {}),
      },
    };
  }
  const accepted = { trusted: true, code: STATUS.AUTHENTICATED, auth: { ...auth, proven: true } } as const;
  if (used.type === 'basic') return accepted;
  return {
    ...accepted,
    chal: makeChal('md5', fresh),
    ...(auth.nonce === undefined ? {} : { store: { uri: used.nonceUri, value: auth.nonce } }),
    handedOut: { uri: used.nonceUri, value: fresh.toBase64() },
  };
}

/** Only a Cred over the last nonce counts: that of the challenge, or before one the account's. */
function isMadeWith(
  cred: Cred,
  credentials: Credentials,
  { nonce = credentials.nonce }: ServerAuth,
): boolean {
  const { type } = credentials;
  if (type === 'basic') return verifyCred(cred, type, credentials, new Uint8Array());
  return nonce !== undefined && verifyCred(cred, type, credentials, Uint8Array.fromBase64(nonce));
}
