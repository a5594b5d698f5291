/** The server proves itself to the device: OMA DM Security 1.2.1. */
import {
  type AuthType,
  type Chal,
  type Cred,
  makeChal,
  STATUS,
  verifyCred,
  verifyMacHeader,
} from '@grove/protocol';
import type { Account, Credentials } from './account.ts';

/** Nonces are as long as the MD5 digest that they guard. */
const NONCE_BYTES = 16;
/** Challenges in one session before it is given up: one for want of a proof, one for a stale nonce. */
export const MAX_CHALLENGES = 2;

/** How far the server has come in proving itself. JSON. */
export interface ServerAuth {
  readonly proven: boolean;
  /** What it has proved itself by, which stays the same for the session. */
  readonly type?: AuthType | undefined;
  /** Challenges sent. */
  readonly challenges: number;
  /**
   * Base64; the nonce of the last challenge, not stored until the server has made a proof with it. With
   * MACs, that of the server's next message.
   */
  readonly nonce?: string | undefined;
}

/** What a message of the server, which is one of this session, proves itself with. */
export interface Presented {
  readonly cred: Cred | undefined;
  /** Value of the header `x-syncml-hmac`. */
  readonly mac: string | undefined;
  /** The message as it travelled. */
  readonly message: Uint8Array;
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

/**
 * Checks what a message proves itself with. A server that has proved itself by a Cred is believed for the
 * rest of the session; one that does so by MACs has to with each message.
 */
export function judgeServer(
  auth: ServerAuth,
  account: Account,
  presented: Presented,
  random: (bytes: number) => Uint8Array,
): Verdict {
  const [preferred] = account.server;
  if (preferred === undefined) return { trusted: true, code: STATUS.OK, auth };
  if (auth.proven && auth.type !== 'hmac') return { trusted: true, code: STATUS.AUTHENTICATED, auth };
  const fresh = random(NONCE_BYTES);
  const eligible = account.server.filter(({ type }) => auth.type === undefined || auth.type === type);
  const used = eligible.find((each) => isMadeWith(presented, each, auth));
  return used === undefined ? doubt(auth, preferred, presented, fresh) : believe(auth, used, fresh);
}

function believe(auth: ServerAuth, used: Credentials, fresh: Uint8Array): Verdict {
  const { type, nonceUri: uri } = used;
  const proven: ServerAuth = { ...auth, proven: true, type };
  if (type === 'basic') return { trusted: true, code: STATUS.AUTHENTICATED, auth: proven };
  const handedOut: Nonce = { uri, value: fresh.toBase64() };
  return {
    trusted: true,
    code: type === 'hmac' ? STATUS.OK : STATUS.AUTHENTICATED,
    chal: makeChal(type, fresh),
    auth: type === 'hmac' ? { ...proven, nonce: handedOut.value } : proven,
    ...(auth.nonce === undefined ? {} : { store: { uri, value: auth.nonce } }),
    handedOut,
  };
}

/** In a session that has begun with MACs there is no second chance: somebody else has spoken. */
function doubt(auth: ServerAuth, preferred: Credentials, presented: Presented, fresh: Uint8Array): Verdict {
  const isSilent = presented.cred === undefined && presented.mac === undefined;
  const code = isSilent ? STATUS.CREDENTIALS_MISSING : STATUS.INVALID_CREDENTIALS;
  if (auth.proven) return { trusted: false, code, auth };
  const { type } = preferred;
  return {
    trusted: false,
    code,
    chal: makeChal(type, fresh),
    auth: {
      proven: false,
      challenges: auth.challenges + 1,
      ...(type === 'basic' ? {} : { nonce: fresh.toBase64() }),
    },
  };
}

/** Only a proof over the last nonce counts: that of the challenge, or before one the account's. */
function isMadeWith(
  { cred, mac, message }: Presented,
  credentials: Credentials,
  { nonce = credentials.nonce }: ServerAuth,
): boolean {
  const { type } = credentials;
  if (type === 'basic') return cred !== undefined && verifyCred(cred, type, credentials, new Uint8Array());
  if (nonce === undefined) return false;
  const bytes = Uint8Array.fromBase64(nonce);
  return type === 'md5'
    ? cred !== undefined && verifyCred(cred, type, credentials, bytes)
    : verifyMacHeader(mac, credentials, bytes, message);
}
