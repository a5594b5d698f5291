/** How the server proves itself to a device: OMA DM Security 1.2.1. */
import {
  type Cred,
  encodeBase64,
  makeBasicCred,
  makeMac,
  makeMd5Cred,
  nextNonceOf,
  RESYNC_NONCE,
  STATUS,
  type Status,
} from '@grove/protocol';
import { nonceBytes } from './authenticate.ts';
import type { Account, Effects, SessionState } from './state.ts';

/** Times that a device does not believe the server before the session is given up. */
const MAX_FAILURES = 3;

/**
 * Whether the server says who it is. A password, and a MAC, whose nonce serves but once, are not for one
 * who only claims a DevId; a digest is, since there are devices that trust no server without it.
 */
function presentsItself(state: SessionState, { server }: Account): boolean {
  return server.auth === 'md5' || (server.auth !== 'none' && state.client.authenticated);
}

/** The name that goes into the LocName of the server's Source. */
export function serverName(state: SessionState, account: Account): string | undefined {
  const { server } = account;
  return server.auth === 'none' || !presentsItself(state, account) ? undefined : server.user;
}

/** The server's Cred for its next message; none when the device asks for none or has accepted it. */
export function serverCred(state: SessionState, account: Account): Cred | undefined {
  const own = account.server;
  if (state.server.accepted || !presentsItself(state, account)) return undefined;
  if (own.auth === 'basic') return makeBasicCred(own);
  return own.auth === 'md5' ? makeMd5Cred(own, ownNonce(state, own)) : undefined;
}

/** The nonce that the device has given last, be it in the session or before, or has agreed to fall back to. */
function ownNonce({ server }: SessionState, own: { readonly nonce: string }): Uint8Array {
  if (server.nonce !== undefined) return nonceBytes(server.nonce);
  return server.resync ? RESYNC_NONCE : nonceBytes(own.nonce);
}

/**
 * The value of the header `x-syncml-hmac` for the server's message, where it is to have one. Its nonce is
 * spent then.
 */
export function serverMac(state: SessionState, account: Account, message: Uint8Array): string | undefined {
  const own = account.server;
  if (own.auth !== 'hmac' || state.server.spent || !presentsItself(state, account)) return undefined;
  state.server.spent = true;
  return makeMac(own, ownNonce(state, own), message);
}

/** Takes the device's Status on the server's SyncHdr: the nonce for the next Cred, and whether it wants one. */
export function takeServerVerdict(state: SessionState, { code, chal }: Status): void {
  const nonce = nextNonceOf(chal);
  if (nonce !== undefined) {
    state.server.nonce = encodeBase64(nonce);
    state.server.spent = false;
  }
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

/** With MACs the device has to give a nonce for each message of the server; without one the session ends. */
export function demandNonce(state: SessionState, { server }: Account, effects: Effects): void {
  if (server.auth !== 'hmac' || !state.server.spent) return;
  effects.ended ??= {
    outcome: 'refused',
    reason: "the device gave no nonce (NextNonce) for the MAC of the server's next message",
  };
}
