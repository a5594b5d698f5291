import { type DmAcc, type DmAuth, type DmAuthLevel, decodeBase64 } from '@grove/protocol';
import type { AccountInput, ClientCredentials } from '@grove/server';

/** A DM account as both sides must have it, with nothing left to be made up by either. */
export type SharedAccount = Required<AccountInput>;

const BYTES = 16;

function random(encoding: 'base64' | 'base64url'): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(BYTES))).toString(encoding);
}

/** What of some credentials is given; the rest is made up. */
export interface GivenCredentials {
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** Base64. */
  readonly nonce?: string | undefined;
}

/** Credentials for a scheme: the user's name as given or `name`, a random password and nonce. */
export function makeCredentials<Auth extends ClientCredentials['auth']>(
  auth: Auth,
  name: string,
  given?: GivenCredentials,
): Extract<ClientCredentials, { auth: Auth }>;
export function makeCredentials(
  auth: ClientCredentials['auth'],
  name: string,
  given: GivenCredentials = {},
): ClientCredentials {
  if (auth === 'none' || auth === 'certificate') return { auth };
  const user = given.user ?? name;
  const password = given.password ?? random('base64url');
  return auth === 'basic'
    ? { auth, user, password }
    : { auth, user, password, nonce: given.nonce ?? random('base64') };
}

/** The name in a DevId: without its scheme, since a user's name has no colon. */
export function userOf(devId: string): string {
  return devId.slice(devId.lastIndexOf(':') + 1);
}

/** The account as the device has it (DMAcc). */
export function dmAccOf(dmUrl: string, { serverId = '', client, server }: SharedAccount): DmAcc {
  const auth =
    client.auth === 'certificate' && server.auth === 'none'
      ? [...dmAuth('client', 'CLCRED', client), ...dmAuth('server', 'SRVCRED', client)]
      : [...dmAuth('client', 'CLCRED', client), ...dmAuth('server', 'SRVCRED', server)];
  return {
    serverId,
    addresses: [{ node: 'dm', addr: dmUrl, addrType: 'URI' }],
    ...(auth[0] === undefined || client.auth === 'none' ? {} : { authPref: auth[0].type }),
    auth,
  };
}

/** With certificates the two sides know each other by TLS. */
function dmAuth(node: string, level: DmAuthLevel, credentials: ClientCredentials): DmAuth[] {
  if (credentials.auth === 'none') return [];
  if (credentials.auth === 'certificate') return [{ node, level, type: 'TRANSPORT' }];
  const { user: name, password: secret } = credentials;
  if (credentials.auth === 'basic') return [{ node, level, type: 'BASIC', name, secret }];
  const data = credentials.nonce === undefined ? undefined : decodeBase64(credentials.nonce);
  const type = credentials.auth === 'hmac' ? 'HMAC' : 'DIGEST';
  return [{ node, level, type, name, secret, ...(data === undefined ? {} : { data }) }];
}
