/** Who is who: OMA DM Security 1.2.1, as gathered in the facts on authentication. */
import {
  type Chal,
  type Cred,
  makeBasicCred,
  makeChal,
  makeMd5Cred,
  type Status,
  verifyCred,
} from '@grove/protocol';
import type { Account, Credentials, Effects, SessionState } from './state.ts';

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
  if (cred !== undefined && verifyCred(cred, withNonce(expected, state.client.nonce))) {
    state.client.authenticated = true;
    effects.authenticated = true;
    delete state.client.nonce;
    if (expected.auth === 'basic') return { code: 212 };
    effects.clientNonce = nonce.toBase64();
    return { code: 212, chal: makeChal('md5', nonce) };
  }
  if (cred !== undefined) state.client.failures += 1;
  if (state.client.failures >= MAX_FAILURES) {
    effects.ended = { outcome: 'refused', reason: `wrong credentials, ${state.client.failures} times` };
    return { code: 401 };
  }
  if (expected.auth === 'md5') state.client.nonce = nonce.toBase64();
  return { code: cred === undefined ? 407 : 401, chal: makeChal(expected.auth, nonce) };
}

/** The server's Cred for its next message; none when the device asks for none or has accepted it. */
export function serverCred(state: SessionState, account: Account): Cred | undefined {
  const own = withNonce(account.server, state.server.nonce);
  if (own.auth === 'none' || state.server.accepted) return undefined;
  return own.auth === 'basic' ? makeBasicCred(own) : makeMd5Cred(own);
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
  const nonce = nonceOf(status.chal);
  if (nonce !== undefined) state.server.nonce = nonce;
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

function withNonce(credentials: Credentials, nonce: string | undefined): Credentials {
  return credentials.auth === 'md5' && nonce !== undefined ? { ...credentials, nonce } : credentials;
}

/** NextNonce as base64, however it travelled; text that is no base64 is taken as the nonce itself. */
function nonceOf(chal: Chal | undefined): string | undefined {
  const next = chal?.meta?.nextNonce;
  if (next instanceof Uint8Array) return next.toBase64();
  if (typeof next !== 'string') return undefined;
  try {
    return Uint8Array.fromBase64(next.trim()).toBase64();
  } catch {
    return new TextEncoder().encode(next.trim()).toBase64();
  }
}
