/** Who is who: OMA DM Security 1.2.1, as gathered in the facts on authentication. */
import {
  type Chal,
  type Cred,
  decodeBase64,
  encodeBase64,
  makeBasicCred,
  makeChal,
  makeMd5Cred,
  nextNonceOf,
  STATUS,
  type Status,
  verifyCred,
} from '@grove/protocol';
import type { Account, Effects, SessionState } from './state.ts';

/** Nonces are as long as the MD5 digest that they guard. */
export const NONCE_BYTES = 16;
/** Wrong credentials in one session before it is given up. */
const MAX_FAILURES = 3;

/** What the Status of the SyncHdr says: about the device's credentials, or about the version it speaks. */
export interface Verdict {
  readonly code: 200 | 212 | 401 | 407 | 505 | 513;
  readonly chal?: Chal | undefined;
}

/** Whether the device is who it says it is. */
export function isTrusted({ code }: Verdict): boolean {
  return code === STATUS.OK || code === STATUS.AUTHENTICATED;
}

/** Whether a Cred is right outside any session: made with the nonce that the account has for the next one. */
export function provesItself(account: Account, cred: Cred | undefined): boolean {
  const { client } = account;
  if (client.auth === 'none') return true;
  const nonce = nonceBytes(client.auth === 'md5' ? client.nonce : '');
  return cred !== undefined && verifyCred(cred, client.auth, client, nonce);
}

/** Answers the device's Cred; a device that has proved itself is believed for the rest of the session. */
export function authenticateClient(
  state: SessionState,
  account: Account,
  cred: Cred | undefined,
  random: (bytes: number) => Uint8Array,
  effects: Effects,
): Verdict {
  const expected = account.client;
  if (expected.auth === 'none') {
    if (!state.client.authenticated) effects.authenticated = true;
    state.client.authenticated = true;
    return { code: 200 };
  }
  if (state.client.authenticated) return { code: 212 };
  const nonce = random(NONCE_BYTES);
  const current = nonceBytes(expected.auth === 'md5' ? (state.client.nonce ?? expected.nonce) : '');
  if (cred !== undefined && verifyCred(cred, expected.auth, expected, current)) {
    state.client.authenticated = true;
    effects.authenticated = true;
    delete state.client.nonce;
    if (expected.auth === 'basic') return { code: 212 };
    effects.clientNonce = encodeBase64(nonce);
    return { code: 212, chal: makeChal('md5', nonce) };
  }
  if (cred !== undefined) state.client.failures += 1;
  if (state.client.failures >= MAX_FAILURES) {
    effects.ended = { outcome: 'refused', reason: `wrong credentials, ${state.client.failures} times` };
    return { code: 401 };
  }
  if (expected.auth === 'md5') state.client.nonce = encodeBase64(nonce);
  return { code: cred === undefined ? 407 : 401, chal: makeChal(expected.auth, nonce) };
}

/** The server's Cred for its next message; none when the device asks for none or has accepted it. */
export function serverCred(state: SessionState, account: Account): Cred | undefined {
  const own = account.server;
  if (own.auth === 'none' || state.server.accepted) return undefined;
  if (own.auth === 'basic') return makeBasicCred(own);
  return makeMd5Cred(own, nonceBytes(state.server.nonce ?? own.nonce));
}

/** Takes the device's Status on the server's SyncHdr: the nonce for the next Cred, and whether it wants one. */
export function takeServerVerdict(state: SessionState, { code, chal }: Status): void {
  const nonce = nextNonceOf(chal);
  if (nonce !== undefined) state.server.nonce = encodeBase64(nonce);
  if (code === STATUS.AUTHENTICATED) state.server.accepted = true;
  // A device may ask again for what it had accepted for the whole session.
  else if (refusesServer(code)) state.server.accepted = false;
}

/**
 * Whether a Status says that the device does not believe the server and has done nothing. Some devices
 * say so by the code 0, or by a Status without any.
 */
export function refusesServer(code: number): boolean {
  return code === STATUS.INVALID_CREDENTIALS || code === STATUS.CREDENTIALS_MISSING || code === 0;
}

/** Counts that the device did not believe the server; the session ends where it is of no use to try again. */
export function countRefusal(state: SessionState, account: Account, code: number, effects: Effects): void {
  state.server.failures += 1;
  if (account.server.auth === 'none') {
    effects.ended = {
      outcome: 'refused',
      reason: `the device wants the server to authenticate itself (Status ${code}), and its account has no server credentials`,
    };
  } else if (state.server.failures >= MAX_FAILURES) {
    effects.ended = {
      outcome: 'refused',
      reason: `the device did not accept the server's credentials (Status ${code}), ${state.server.failures} times`,
    };
  }
}

/** An account without a nonce yet has the empty one. */
function nonceBytes(base64: string): Uint8Array {
  return decodeBase64(base64) ?? new Uint8Array();
}
