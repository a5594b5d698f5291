/** The device proves itself to the server: OMA DM Security 1.2.1. */
import {
  type AuthType,
  authTypeOf,
  type Cred,
  makeBasicCred,
  makeMac,
  makeMd5Cred,
  nextNonceOf,
  STATUS,
  type Status,
} from '@grove/protocol';
import type { Account, Credentials } from './account.ts';

/** How far the device has come in proving itself. JSON. */
export interface ClientAuth {
  /** Type of the next proof. */
  readonly type: AuthType | 'none';
  /** Base64, for the next md5 Cred or MAC. */
  readonly nonce?: string | undefined;
  /** What the server has granted: nothing yet, one message, or the whole session. */
  readonly granted: 'nothing' | 'message' | 'session';
  /** Whether the last message carried a proof. */
  readonly presented: boolean;
  /** Which challenges were answered already: the one for want of a Cred, the one for a wrong Cred. */
  readonly answered: readonly ('missing' | 'wrong')[];
}

/** What the server's Status on the device's SyncHdr leads to. */
export type Reaction =
  /** The server goes along. */
  | { readonly kind: 'accepted'; readonly auth: ClientAuth; readonly nonce?: string | undefined }
  /** Package 1 is to be sent again, with other credentials. */
  | { readonly kind: 'again'; readonly auth: ClientAuth }
  | { readonly kind: 'refused'; readonly reason: string };

/** The type that AAuthPref names goes first; one that needs a nonce waits for a challenge when none is known. */
export function beginClientAuth(account: Account): ClientAuth {
  const [preferred] = account.client;
  return {
    type: preferred?.type ?? 'none',
    nonce: preferred?.nonce,
    granted: 'nothing',
    presented: false,
    answered: [],
  };
}

/** What the device proves itself with. */
export interface ClientProof {
  /** Its name, where that goes into LocName. */
  readonly locName?: string;
  readonly cred?: Cred;
  /** Makes the header `x-syncml-hmac` of a message. */
  readonly mac?: (message: Uint8Array) => string;
}

/** The proof of the next message; undefined where none is wanted or can be had. */
export function nextProof(auth: ClientAuth, account: Account): ClientProof | undefined {
  if (auth.granted === 'session' || auth.type === 'none') return undefined;
  const credentials = credentialsFor(account, auth.type);
  if (credentials === undefined) return undefined;
  if (auth.type === 'basic') return { cred: makeBasicCred(credentials) };
  if (auth.nonce === undefined) return undefined;
  const nonce = Uint8Array.fromBase64(auth.nonce);
  const locName = credentials.user;
  return auth.type === 'md5'
    ? { locName, cred: makeMd5Cred(credentials, nonce) }
    : { locName, mac: (message) => makeMac(credentials, nonce, message) };
}

/**
 * What may be used when the server asks for a type. A digest gives nothing away and may be made with any
 * password; a password is sent as it is only where the account says so.
 */
export function credentialsFor(account: Account, type: AuthType): Credentials | undefined {
  const exact = account.client.find((each) => each.type === type);
  return exact ?? (type === 'basic' ? undefined : account.client[0]);
}

/** Takes the server's Status on the last message's SyncHdr. */
export function reactToStatus(auth: ClientAuth, account: Account, status: Status): Reaction {
  const { code } = status;
  if (code === STATUS.INVALID_CREDENTIALS || code === STATUS.CREDENTIALS_MISSING) {
    return reactToChallenge(auth, account, status);
  }
  if (code >= 400) {
    return { kind: 'refused', reason: `the server answered the session with status ${code}` };
  }
  const given = nextNonceOf(status.chal)?.toBase64();
  if (auth.type === 'hmac' && auth.presented) {
    if (code === STATUS.OK && given !== undefined) {
      return {
        kind: 'accepted',
        auth: { ...auth, granted: 'message', nonce: given, answered: [] },
        nonce: given,
      };
    }
    const missing = given === undefined ? ' without a nonce for the next message' : '';
    return {
      kind: 'refused',
      reason: `the server answered a message with a MAC by ${code}${missing}; expected 200 with NextNonce`,
    };
  }
  const nonce = auth.type === 'md5' ? (given ?? auth.nonce) : undefined;
  const forSession = code === STATUS.AUTHENTICATED || auth.granted === 'session';
  const granted = forSession ? 'session' : 'message';
  return { kind: 'accepted', auth: { ...auth, granted, nonce, answered: [] }, nonce };
}

function reactToChallenge(auth: ClientAuth, account: Account, { code, chal }: Status): Reaction {
  const cause = auth.presented ? 'wrong' : 'missing';
  const refused = (reason: string): Reaction => ({ kind: 'refused', reason });
  if (auth.answered.includes(cause)) {
    return refused(
      cause === 'wrong'
        ? `the server does not accept the device's credentials (${code}, twice)`
        : `the server asks for credentials (${code}, twice) and the device has none to its liking`,
    );
  }
  if (chal === undefined)
    return refused(`the server answered ${code} without saying what it expects (no Chal)`);
  const type = authTypeOf(chal);
  if (type === undefined) {
    return refused(
      `the server asks for ${chal.meta?.type ?? 'credentials of no type'}; the device has basic, md5 and MAC`,
    );
  }
  if (auth.granted !== 'nothing' && type !== auth.type) {
    return refused(`the server asks for ${type} in a session that began with ${auth.type}`);
  }
  if (credentialsFor(account, type) === undefined) {
    return refused(`the server asks for ${type} credentials and account ${account.uri} has none`);
  }
  const nonce = nextNonceOf(chal)?.toBase64() ?? auth.nonce ?? '';
  return {
    kind: 'again',
    auth: { type, nonce, granted: 'nothing', presented: false, answered: [...auth.answered, cause] },
  };
}
