import {
  type AuthType,
  type DmAuth,
  type DmAuthType,
  nonceUri,
  ObjectError,
  readDmAcc,
  type Secret,
  type StoredDmAcc,
  type TreeReader,
} from '@grove/protocol';

/** What one side proves itself with. JSON. */
export interface Credentials extends Secret {
  readonly type: AuthType;
  /** Base64; what the next md5 Cred or MAC is made with. Absent = none was ever given. */
  readonly nonce?: string | undefined;
  /** The AAuthData node in which the nonce is kept. */
  readonly nonceUri: string;
}

/**
 * A DM account as a session uses it. JSON, and a copy: what is changed in the tree during a session holds
 * for the next one.
 */
export interface Account {
  /** The DMAcc instance, `./DMAcc/Operator`. */
  readonly uri: string;
  /** Who the server is in the tree's ACLs. */
  readonly serverID: string;
  /** Absolute URI of the server. */
  readonly address: string;
  /** What the device presents (CLCRED), the preferred first; none = the device has nothing to present. */
  readonly client: readonly Credentials[];
  /** What the server has to present (SRVCRED); none = any server is believed that TLS, if any, lets through. */
  readonly server: readonly Credentials[];
}

/** The types of AAuthType that go with messages and that the device knows. */
const TYPES: ReadonlyMap<DmAuthType, AuthType> = new Map([
  ['DIGEST', 'md5'],
  ['BASIC', 'basic'],
  ['HMAC', 'hmac'],
]);

/**
 * The account below a DMAcc node.
 *
 * @throws {ObjectError} when it has no usable address, or asks the server for a proof that the device
 *   cannot check: rather no session than one with anybody.
 */
export function accountOf(uri: string, tree: TreeReader): Account {
  const stored = readDmAcc(uri, tree);
  const { authPref } = stored;
  const preference = ({ type }: DmAuth) => (type === authPref ? 0 : 1);
  const ofClient = stored.auth
    .filter(({ level }) => level === 'CLCRED')
    .sort((a, b) => preference(a) - preference(b));
  const address = addressOf(uri, stored);
  const ofServer = stored.auth.filter(({ level }) => level === 'SRVCRED');
  const server = ofServer.flatMap((auth) => credentialsOf(uri, auth));
  const byTransport = ofServer.some(({ type }) => type === 'TRANSPORT');
  const isProtected = new URL(address).protocol === 'https:';
  if (ofServer.length > 0 && server.length === 0 && !(byTransport && isProtected)) {
    const types = ofServer.map(({ type }) => type).join(', ');
    const expected = byTransport
      ? 'an https address of the server'
      : 'DIGEST, BASIC or HMAC with AAuthName and AAuthSecret';
    throw new ObjectError(
      `${uri}/AppAuth`,
      `the server is to prove itself by ${types}: expected ${expected}`,
    );
  }
  return {
    uri,
    serverID: stored.serverId,
    address,
    client: ofClient.flatMap((auth) => credentialsOf(uri, auth)),
    server,
  };
}

/**
 * The account for a session in which both sides begin with the resynchronisation nonce, as a notification
 * has told (OMA DM Notification 1.2.1).
 */
export function resynced(account: Account, nonce: Uint8Array): Account {
  const withNonce = (credentials: Credentials): Credentials =>
    credentials.type === 'basic' ? credentials : { ...credentials, nonce: nonce.toBase64() };
  return { ...account, client: account.client.map(withNonce), server: account.server.map(withNonce) };
}

function credentialsOf(uri: string, auth: StoredDmAcc['auth'][number]): Credentials[] {
  const type = TYPES.get(auth.type);
  if (type === undefined || auth.name === undefined || auth.secret === undefined) return [];
  return [
    {
      type,
      user: auth.name,
      password: auth.secret,
      ...(auth.data === undefined || auth.data.length === 0 ? {} : { nonce: auth.data.toBase64() }),
      nonceUri: nonceUri(uri, auth),
    },
  ];
}

/** The first address that is a URL, with the port that stands beside it if it names none itself. */
function addressOf(uri: string, { addresses }: StoredDmAcc): string {
  for (const { addr, ports } of addresses) {
    const given = addr.trim();
    if (!URL.canParse(given)) continue;
    const url = new URL(given);
    const port = ports?.[0];
    if (port === undefined || url.port !== '') return given;
    url.port = String(port);
    return url.href;
  }
  const found = addresses.map(({ addr }) => JSON.stringify(addr)).join(', ');
  throw new ObjectError(`${uri}/AppAddr`, `address of the server is ${found}: expected an absolute URL`);
}
