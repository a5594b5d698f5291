import { createHash } from 'node:crypto';
import type { AuthType, DmAcc, DmAuth, DmAuthType, Secret } from '@grove/protocol';
import { imeiOf } from './imei.ts';

/** How the devices of a fleet and their server know each other. */
export interface FleetServer {
  /** ServerID: who the server is in the devices' ACLs. */
  readonly serverID: string;
  /** Absolute URL of the server's DM endpoint. */
  readonly address: string;
  /** How devices prove themselves; md5 unless told. `certificate`: by TLS, and the server likewise. */
  readonly clientAuth?: AuthType | 'none' | 'certificate';
  /** How the server proves itself; md5 unless told. */
  readonly serverAuth?: AuthType | 'none';
  /** Another one gives the same devices other passwords. */
  readonly seed?: string;
}

/** What one side proves itself with, and its first nonce in base64. */
export interface FleetCredentials<Auth = AuthType | 'none'> extends Secret {
  readonly auth: Auth;
  readonly nonce: string;
}

/** One simulated device as its server must know it: everything follows from its index. */
export interface FleetAccount {
  /** `IMEI:` and 15 digits. */
  readonly devId: string;
  readonly serverID: string;
  readonly client: FleetCredentials<AuthType | 'none' | 'certificate'>;
  readonly server: FleetCredentials;
}

const AAUTH_TYPES: Readonly<Record<AuthType, DmAuthType>> = {
  basic: 'BASIC',
  md5: 'DIGEST',
  hmac: 'HMAC',
};
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
  const credentials = <Auth>(side: string, user: string, auth: Auth): FleetCredentials<Auth> => ({
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
  const { auth: kind } = client;
  const auth: DmAuth[] =
    kind === 'certificate'
      ? [
          { level: 'CLCRED', type: 'TRANSPORT' },
          { level: 'SRVCRED', type: 'TRANSPORT' },
        ]
      : [...authOf('CLCRED', { ...client, auth: kind }), ...authOf('SRVCRED', server)];
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
  const data = auth === 'basic' ? {} : { data: Uint8Array.fromBase64(nonce) };
  return [{ level, type: AAUTH_TYPES[auth], name: user, secret: password, ...data }];
}
