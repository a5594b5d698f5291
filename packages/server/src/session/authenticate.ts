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
  type Status,
  verifyCred,
} from '@grove/protocol';
import type { Account, Effects, SessionState } from './state.ts';

/** Nonces are as long as the MD5 digest that they guard. */
export const NONCE_BYTES = 16;
/** Wrong credentials in one session before it is given up. */
const MAX_FAILURES = 3;

/** What the Status of the SyncHdr says about the device's credentials. */
export interface Verdict {
  readonly code: 200 | 212 | 401 | 407;
  readonly chal?: Chal | undefined;
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

/**
 * Takes the device's Status on the server's last SyncHdr.
 *
 * @returns false when the device has not accepted the server, so that it has carried out nothing.
 */
export function takeServerVerdict(
  state: SessionState,
  account: Account,
  status: Status,
  effects: Effects,
): boolean {
  const nonce = nextNonceOf(status.chal);
  if (nonce !== undefined) state.server.nonce = encodeBase64(nonce);
  if (status.code === 212) state.server.accepted = true;
  const refused = status.code === 401 || status.code === 407;
  if (refused && account.server.auth === 'none') {
    effects.ended = {
      outcome: 'refused',
      reason: `the device wants the server to authenticate itself (${status.code}), and its account has no server credentials`,
    };
  } else if (refused) {
    state.server.failures += 1;
    if (state.server.failures >= MAX_FAILURES) {
      effects.ended = {
        outcome: 'refused',
        reason: `the device answered the server's credentials with ${status.code}, ${state.server.failures} times`,
      };
    }
  }
  return !refused;
}

/** An account without a nonce yet has the empty one. */
function nonceBytes(base64: string): Uint8Array {
  return decodeBase64(base64) ?? new Uint8Array();
}
