import { encodeBase64 } from '@grove/protocol';
import type { Keyring } from '../../secrets/index.ts';
import type { Account, ClientCredentials, Credentials } from '../../session/index.ts';
import type { Caller } from './queries.ts';

/** The account of a device with its secrets opened. */
export function openAccount(caller: Caller, keyring: Keyring): Account {
  const open = (
    auth: ClientCredentials['auth'],
    user: string | null,
    secret: string | null,
    nonce: string | null,
    staleNonce: string | null = null,
  ): Credentials => {
    if (auth === 'none' || auth === 'certificate' || user === null || secret === null) {
      return { auth: 'none' };
    }
    // Most messages need no password, so that none is opened before it is asked for.
    const opened = {
      user,
      get password() {
        return keyring.open(secret);
      },
    };
    return auth === 'basic'
      ? Object.assign(opened, { auth })
      : Object.assign(opened, { auth, nonce: nonce ?? '', staleNonce: staleNonce ?? undefined });
  };
  const { client_auth, client_user, client_secret, client_nonce } = caller;
  const { server_auth, server_user, server_secret, server_nonce } = caller;
  return {
    serverID: caller.server_id,
    client:
      client_auth === 'certificate'
        ? { auth: client_auth, fingerprint: caller.client_fingerprint ?? undefined, name: caller.dev_id }
        : open(client_auth, client_user, client_secret, client_nonce, caller.client_nonce_before),
    server: open(server_auth, server_user, server_secret, server_nonce),
  };
}

/**
 * An account that nothing proves, and that asks for what a scheme asks for: who has it is challenged like any other and learns nothing about which
 * devices are registered, nor which are locked out.
 */
export function strangersAccount(
  random: (bytes: number) => Uint8Array,
  auth: ClientCredentials['auth'] = 'md5',
): Account {
  const password = encodeBase64(random(16));
  const nonce = encodeBase64(random(16));
  return {
    serverID: '',
    client:
      auth === 'basic'
        ? { auth, user: '', password }
        : { auth: auth === 'hmac' ? auth : 'md5', user: '', password, nonce },
    server: { auth: 'none' },
  };
}
