/** How a device proves itself to the server: OMA DM Security 1.2.1, as gathered in the facts on authentication. */
import {
  type AuthType,
  authTypeOf,
  type Chal,
  type Cred,
  decodeBase64,
  encodeBase64,
  isEqual,
  makeChal,
  nonceForms,
  RESYNC_NONCE,
  STATUS,
  verifyCred,
  verifyMacHeader,
} from '@grove/protocol';
import type { Account, ClientCredentials, Effects, Proof, SessionState } from './state.ts';

/** Nonces are as long as the MD5 digest that they guard. */
export const NONCE_BYTES = 16;
/** Wrong credentials in one session before it is given up: the nonce may be stale once. */
const MAX_FAILURES = 2;

/** Messages in one session that prove nothing before it is given up. */
const MAX_UNPROVEN = 10;

/** What the Status of the SyncHdr says: about the device's credentials, or about the version it speaks. */
export interface Verdict {
  readonly code: 200 | 212 | 401 | 407 | 505 | 513;
  readonly chal?: Chal | undefined;
}

/** Whether the device is who it says it is. */
export function isTrusted({ code }: Verdict): boolean {
  return code === STATUS.OK || code === STATUS.AUTHENTICATED;
}

/** What a message is judged by. */
export interface Presented extends Proof {
  readonly cred: Cred | undefined;
}

/** Whether a message is right outside any session: made with the nonce that the account has for the next one. */
export function provesItself({ client }: Account, presented: Presented): boolean {
  return isProof(client, presented, nonceOf(client));
}

/** Whether a message would have been right once: made with the nonce that the account had before. */
function isStale({ client }: Account, presented: Presented): boolean {
  const nonce = client.auth === 'md5' || client.auth === 'hmac' ? client.staleNonce : undefined;
  return nonce !== undefined && isSecretNonce(nonce) && isProof(client, presented, nonce);
}

/** Whether a nonce is one that was given to the device alone. */
function isSecretNonce(nonce: string): boolean {
  const bytes = nonceBytes(nonce);
  return bytes.length > 0 && nonceForms(bytes).length === 1;
}

/**
 * As {@link provesItself}, by something that nobody can find by trying: a certificate, or a digest over a
 * nonce that was given to the device alone, be it the one before.
 */
export function provesWithoutGuessing(account: Account, presented: Presented): boolean {
  const { auth } = account.client;
  if (auth === 'basic') return false;
  const byNonce = auth === 'md5' || auth === 'hmac';
  if (byNonce && !isSecretNonce(nonceOf(account.client))) return false;
  return provesItself(account, presented) || isStale(account, presented);
}

function nonceOf(client: ClientCredentials): string {
  return client.auth === 'md5' || client.auth === 'hmac' ? client.nonce : '';
}

function isProof(client: ClientCredentials, presented: Presented, nonce: string): boolean {
  const { cred, mac, bytes, certificate } = presented;
  switch (client.auth) {
    case 'none':
      return true;
    case 'certificate':
      if (certificate === undefined) return false;
      return client.fingerprint === undefined
        ? isEqual(certificate.name, client.name)
        : isEqual(certificate.fingerprint, client.fingerprint);
    case 'hmac':
      return verifyMacHeader(mac, client, nonceBytes(nonce), bytes);
    default:
      return cred !== undefined && verifyCred(cred, client.auth, client, nonceBytes(nonce));
  }
}

/** What credentials are judged with. */
export interface Judging {
  /** Unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array;
  /** Whether the resynchronisation nonce is as good as the account's. */
  readonly resync: boolean;
}

const RESYNC = encodeBase64(RESYNC_NONCE);

/**
 * Answers what the device proves itself with. One that has proved itself by a Cred is believed for the
 * rest of the session; a MAC or a certificate has to come with each message.
 */
export function authenticateClient(
  state: SessionState,
  account: Account,
  presented: Presented,
  { random, resync }: Judging,
  effects: Effects,
): Verdict {
  const { client } = account;
  const byCred = client.auth === 'basic' || client.auth === 'md5';
  const wasTrusted = state.client.authenticated;
  if (wasTrusted && byCred) return { code: 212 };
  const nonce = encodeBase64(random(NONCE_BYTES));
  // Whoever knows the DevId can have it challenged: that must not make the device's own nonce worthless.
  const nonces =
    wasTrusted && client.auth === 'hmac' ? [state.client.nonce] : [state.client.nonce, nonceOf(client)];
  const isRight = nonces.some((each) => each !== undefined && isProof(client, presented, each));
  effects.showedResync = !wasTrusted && usesNonce(client) && isProof(client, presented, RESYNC);
  if (isRight) return accept(state, client, nonce, effects);
  if (resync && effects.showedResync) {
    // The device expects the server's first credentials to be made with it as well.
    state.server.resync = true;
    return accept(state, client, nonce, effects);
  }
  return refuse(state, account, presented, nonce, effects);
}

function usesNonce({ auth }: ClientCredentials): boolean {
  return auth === 'md5' || auth === 'hmac';
}

function accept(state: SessionState, { auth }: ClientCredentials, nonce: string, effects: Effects): Verdict {
  if (!state.client.authenticated) effects.authenticated = true;
  state.client.authenticated = true;
  delete state.client.nonce;
  switch (auth) {
    case 'none':
      return { code: 200 };
    case 'basic':
    case 'certificate':
      return { code: 212 };
    case 'md5':
      effects.clientNonce = nonce;
      return { code: 212, chal: makeChal(auth, nonceBytes(nonce)) };
    case 'hmac':
      effects.clientNonce = nonce;
      state.client.nonce = nonce;
      return { code: 200, chal: makeChal(auth, nonceBytes(nonce)) };
  }
}

function refuse(
  state: SessionState,
  account: Account,
  presented: Presented,
  nonce: string,
  effects: Effects,
): Verdict {
  const { client } = account;
  const wasTrusted = state.client.authenticated;
  const type = typeOf(client, presented);
  const code = type === undefined ? STATUS.CREDENTIALS_MISSING : STATUS.INVALID_CREDENTIALS;
  const end = (reason: string): Verdict => {
    effects.ended = { outcome: 'refused', reason };
    return { code };
  };
  state.client.authenticated = false;
  if (client.auth === 'certificate') {
    state.client.failures += 1;
    const problem = certificateProblem(client, presented);
    effects.deviations.push(problem);
    if (state.client.failures >= MAX_FAILURES) return end(problem);
    // As a DevId that is not registered is answered. Nothing proves it.
    return { code, chal: makeChal('md5', nonceBytes(nonce)) };
  }
  if (type !== undefined) {
    if (isStale(account, presented)) state.client.stale = true;
    else effects.wrongCredentials = true;
    state.client.failures += 1;
  }
  if (wasTrusted) return end('a message of the session was without a right MAC');
  if (state.client.failures >= MAX_FAILURES) return end(`wrong credentials, ${state.client.failures} times`);
  if (state.msgID >= MAX_UNPROVEN) return end(`${MAX_UNPROVEN} messages, and none of them proved anything`);
  const expected = client.auth === 'none' ? 'md5' : client.auth;
  if (state.client.challenged && type !== undefined && type !== expected) {
    return end(`challenged to prove itself by ${expected}, the device did so by ${type}`);
  }
  state.client.challenged = true;
  // One who says nothing does not take the nonce away from the one who has been asked to use it.
  if (type !== undefined || state.client.nonce === undefined) state.client.nonce = nonce;
  return { code, chal: makeChal(expected, nonceBytes(state.client.nonce)) };
}

/** The scheme of what was presented, where it is not right; undefined for nothing. */
function typeOf(
  { auth }: ClientCredentials,
  { cred, mac }: Presented,
): AuthType | 'another scheme' | undefined {
  if (auth === 'hmac' && mac !== undefined) return 'hmac';
  if (cred === undefined) return mac === undefined ? undefined : 'hmac';
  const type = authTypeOf(cred);
  if (type !== undefined) return type;
  // Some leave out the type, and mean the one that they were asked for.
  const isUntyped = cred.meta?.type === undefined && (auth === 'basic' || auth === 'md5');
  return isUntyped ? auth : 'another scheme';
}

function certificateProblem(
  client: ClientCredentials & { auth: 'certificate' },
  { certificate }: Presented,
): string {
  if (certificate === undefined) {
    return 'the device is to prove itself by a certificate in TLS, and came without one that is trusted';
  }
  const { name, fingerprint } = certificate;
  return client.fingerprint === undefined
    ? `the common name of the certificate is ${JSON.stringify(name)}; expected ${JSON.stringify(client.name)}`
    : `the fingerprint of the certificate is ${fingerprint}; expected ${client.fingerprint}`;
}

/** An account without a nonce yet has the empty one. */
export function nonceBytes(base64: string): Uint8Array {
  return decodeBase64(base64) ?? new Uint8Array();
}
