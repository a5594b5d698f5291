import { createHash } from 'node:crypto';
import type { AuthType, DmAcc, DmAuth, DmAuthType, Secret } from '@grove/protocol';
import { imeiOf } from './imei.ts';

/** How the devices of a fleet and their server know each other. */
export interface FleetServer {
  /** ServerID: who the server is in the devices' ACLs. */
  readonly serverID: string;
  /** Absolute URL of the server's DM endpoint. */
  readonly address: string;
  /** How devices prove themselves; md5 unless told. */
  readonly clientAuth?: AuthType | 'none';
  /** How the server proves itself; md5 unless told. */
  readonly serverAuth?: AuthType | 'none';
  /** Another one gives the same devices other passwords. */
  readonly seed?: string;
}

/** What one side proves itself with, and its first nonce in base64. */
export interface FleetCredentials extends Secret {
  readonly auth: AuthType | 'none';
  readonly nonce: string;
}

/** One simulated device as its server must know it: everything follows from its index. */
export interface FleetAccount {
  /** `IMEI:` and 15 digits. */
  readonly devId: string;
  readonly serverID: string;
  readonly client: FleetCredentials;
  readonly server: FleetCredentials;
}

const AAUTH_TYPES: Readonly<Record<AuthType, DmAuthType>> = { basic: 'BASIC', md5: 'DIGEST' };
const PASSWORD_BYTES = 16;

/**
 * The account of the device with this index. Server and simulator derive the same, so that a fleet can be
 * registered without a list going from one to the other. No two devices have a password in common.
 *
 * @param index 0…999 999 999
 */
export function fleetAccount(index: number, server: Omit<FleetServer, 'address'>): FleetAccount {
  const { serverID, clientAuth = 'md5', serverAuth = 'md5', seed = 'grove' } = server;
  const imei = imeiOf(index);
  const derive = (what: string): Buffer =>
    createHash('sha256').update(`${seed}\n${what}\n${imei}`).digest().subarray(0, PASSWORD_BYTES);
  const credentials = (side: string, user: string, auth: AuthType | 'none'): FleetCredentials => ({
    auth,
    user,
    password: derive(`${side} password`).toString('base64url'),
    nonce: derive(`${side} nonce`).toString('base64'),
  });
  return {
    devId: `IMEI:${imei}`,
    serverID,
    client: credentials('client', imei, clientAuth),
    server: credentials('server', serverID, serverAuth),
  };
}

/** The same account as the device keeps it in its tree. */
export function fleetDmAcc(account: FleetAccount, address: string): DmAcc {
  const { serverID, client, server } = account;
  const auth = [...authOf('CLCRED', client), ...authOf('SRVCRED', server)];
  const preferred = auth.find(({ level }) => level === 'CLCRED')?.type;
  return {
    serverId: serverID,
    name: 'Grove',
    addresses: [{ addr: address }],
    ...(preferred === undefined ? {} : { authPref: preferred }),
    auth,
  };
}

function authOf(level: DmAuth['level'], { auth, user, password, nonce }: FleetCredentials): DmAuth[] {
  if (auth === 'none') return [];
  const data = auth === 'md5' ? { data: Uint8Array.fromBase64(nonce) } : {};
  return [{ level, type: AAUTH_TYPES[auth], name: user, secret: password, ...data }];
}
