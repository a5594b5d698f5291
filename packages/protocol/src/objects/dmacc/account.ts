import { readToConRef, toConRefNodes } from '../connectivity.ts';
import { count, type Fields, fieldNodes, readFields, text, word } from '../fields.ts';
import { childUri, instanceNode, type NodeValue, ObjectError, type TreeReader } from '../object.ts';
import { DMACC_OBJECT } from './ddf.ts';

/** Whose credentials: the client's, the server's, or those of a layer below. */
export const DM_AUTH_LEVELS = ['CLCRED', 'SRVCRED', 'OBEX', 'HTTP'] as const;
export type DmAuthLevel = (typeof DM_AUTH_LEVELS)[number];

/** Schemes (AAuthType). DIGEST is syncml:auth-md5, HMAC is syncml:auth-MAC. */
export const DM_AUTH_TYPES = [
  'BASIC',
  'DIGEST',
  'HMAC',
  'HTTP-BASIC',
  'HTTP-DIGEST',
  'X509',
  'SECURID',
  'SAFEWORD',
  'DIGIPASS',
  'TRANSPORT',
] as const;
export type DmAuthType = (typeof DM_AUTH_TYPES)[number];

const ADDRESS_TYPES = ['URI', 'IPv4', 'IPv6'] as const;

/** One address of a server. */
export interface DmAddress {
  /** Name of its node below AppAddr; absent on writing = its number, from 1. */
  readonly node?: string | undefined;
  readonly addr: string;
  /** Absent = URI. */
  readonly addrType?: (typeof ADDRESS_TYPES)[number] | undefined;
  readonly ports?: readonly number[] | undefined;
}

/** Credentials of one side for one scheme. */
export interface DmAuth {
  /** Name of its node below AppAuth; absent on writing = its number, from 1. */
  readonly node?: string | undefined;
  readonly level: DmAuthLevel;
  readonly type: DmAuthType;
  readonly name?: string | undefined;
  readonly secret?: string | undefined;
  /** The nonce of DIGEST and HMAC, raw. */
  readonly data?: Uint8Array | undefined;
}

/** An account of a device with a DM server. */
export interface DmAcc {
  /** Who the server is in access control lists. */
  readonly serverId: string;
  /** Name to show. */
  readonly name?: string | undefined;
  /** URI of the preferred connectivity object. */
  readonly prefConRef?: string | undefined;
  /** URIs of connectivity objects that may be used. */
  readonly toConRef?: readonly string[] | undefined;
  /** At least one, in order of preference. */
  readonly addresses: readonly DmAddress[];
  /** Scheme of the first message of a session. */
  readonly authPref?: DmAuthType | undefined;
  readonly auth: readonly DmAuth[];
}

/** The application identifier of DM. */
const APP_ID = 'w7';

const HEAD: Fields<Pick<DmAcc, 'name' | 'prefConRef'> & { appId: string; serverId: string }> = {
  appId: text('AppID'),
  serverId: text('ServerID'),
  name: text('Name'),
  prefConRef: text('PrefConRef'),
};
const PREFERENCE: Fields<Pick<DmAcc, 'authPref'>> = { authPref: word('AAuthPref', DM_AUTH_TYPES) };
const ADDRESS: Fields<Pick<DmAddress, 'addr' | 'addrType'>> = {
  addr: text('Addr'),
  addrType: word('AddrType', ADDRESS_TYPES),
};
const PORT: Fields<{ port: number }> = { port: count('PortNbr') };
const AUTH: Fields<Pick<DmAuth, 'level' | 'type' | 'name' | 'secret'>> = {
  level: word('AAuthLevel', DM_AUTH_LEVELS),
  type: word('AAuthType', DM_AUTH_TYPES),
  name: text('AAuthName'),
  secret: text('AAuthSecret'),
};

/** Where the nonce of some credentials is kept, for an account and credentials that were read. */
export function nonceUri(root: string, auth: DmAuth & { readonly node: string }): string {
  return `${root}/AppAuth/${auth.node}/AAuthData`;
}

/**
 * The nodes of an account.
 *
 * @param root URI of the account, `./DMAcc/Operator`.
 */
export function dmAccNodes(root: string, account: DmAcc): NodeValue[] {
  const { addresses, auth } = account;
  return [
    instanceNode(root, DMACC_OBJECT),
    ...fieldNodes(HEAD, root, { ...account, appId: APP_ID }),
    ...toConRefNodes(root, account.toConRef),
    ...group(childUri(root, 'AppAddr'), addresses, (at, { addr, addrType = 'URI', ports = [] }) => [
      ...fieldNodes(ADDRESS, at, { addr, addrType }),
      ...group(
        childUri(at, 'Port'),
        ports.map((port) => ({ port })),
        (below, each) => fieldNodes(PORT, below, each),
      ),
    ]),
    ...fieldNodes(PREFERENCE, root, account),
    ...group(childUri(root, 'AppAuth'), auth, (at, each) => [
      ...fieldNodes(AUTH, at, each),
      ...nonceNodes(childUri(at, 'AAuthData'), each.data),
    ]),
  ];
}

function nonceNodes(path: string, data: Uint8Array | undefined): NodeValue[] {
  return data === undefined
    ? []
    : [{ path, value: { format: 'bin', type: 'application/octet-stream', data } }];
}

/**
 * An interior node with one child for each of some things, of their own name or numbered from 1; nothing
 * where there are none.
 */
function group<T>(
  uri: string,
  things: readonly (T & { readonly node?: string | undefined })[],
  nodes: (uri: string, thing: T) => NodeValue[],
): NodeValue[] {
  if (things.length === 0) return [];
  const below = things.flatMap((thing, index): NodeValue[] => {
    const at = childUri(uri, thing.node ?? String(index + 1));
    return [{ path: at, value: 'node' }, ...nodes(at, thing)];
  });
  return [{ path: uri, value: 'node' }, ...below];
}

/** An account as a tree has it: every address and all credentials with the names of their nodes. */
export interface StoredDmAcc extends DmAcc {
  readonly addresses: readonly (DmAddress & { readonly node: string })[];
  readonly auth: readonly (DmAuth & { readonly node: string })[];
}

/**
 * Reads an account. Credentials without a known AAuthLevel and AAuthType are left out, as are addresses
 * without Addr.
 *
 * @param root URI of the account.
 * @throws {ObjectError} when it has no ServerID or no address, or is an account of another application.
 */
export function readDmAcc(root: string, tree: TreeReader): StoredDmAcc {
  const { appId, serverId, ...head } = readFields(HEAD, root, tree);
  if (appId !== undefined && appId !== APP_ID)
    throw new ObjectError(childUri(root, 'AppID'), `"${appId}": expected ${APP_ID}`);
  if (serverId === undefined || serverId === '')
    throw new ObjectError(childUri(root, 'ServerID'), 'missing: expected the identifier of the server');
  const addresses = instances(tree, childUri(root, 'AppAddr'), (at, node) => {
    const { addr, addrType } = readFields(ADDRESS, at, tree);
    if (addr === undefined || addr === '') return undefined;
    const ports = instances(tree, childUri(at, 'Port'), (port) => readFields(PORT, port, tree).port);
    return { node, addr, addrType: addrType ?? ('URI' as const), ...(ports.length > 0 ? { ports } : {}) };
  });
  if (addresses.length === 0)
    throw new ObjectError(childUri(root, 'AppAddr'), 'no address of the server: expected an Addr');
  return {
    serverId,
    ...head,
    ...readToConRef(root, tree),
    addresses,
    ...readFields(PREFERENCE, root, tree),
    auth: instances(tree, childUri(root, 'AppAuth'), (at, node) => readAuth(at, node, tree)),
  };
}

function readAuth(at: string, node: string, tree: TreeReader): (DmAuth & { node: string }) | undefined {
  const { level, type, ...rest } = readFields(AUTH, at, tree);
  if (level === undefined || type === undefined) return undefined;
  const data = tree.read(childUri(at, 'AAuthData'));
  const nonce = typeof data === 'string' ? new TextEncoder().encode(data) : data;
  return { node, level, type, ...rest, ...(nonce === undefined ? {} : { data: nonce }) };
}

function instances<T>(
  tree: TreeReader,
  uri: string,
  read: (uri: string, node: string) => T | undefined,
): T[] {
  return tree
    .children(uri)
    .map((node) => read(childUri(uri, node), node))
    .filter((found) => found !== undefined);
}
