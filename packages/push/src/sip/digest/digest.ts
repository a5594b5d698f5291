import { createHash } from 'node:crypto';
import { parameterOf, quoted } from '../message/index.ts';
import { ALGORITHMS, type Challenge, digestParameters } from './challenge.ts';

export interface Credentials {
  readonly user: string;
  readonly password: string;
  /** The only realm that they are shown to; undefined: any. */
  readonly realm?: string;
}

/** What a digest is made over, besides the credentials. */
export interface Proof {
  readonly challenge: Challenge;
  readonly credentials: Credentials;
  readonly method: string;
  /** Request-URI. */
  readonly uri: string;
  /** How often the nonce has been used, this time included. */
  readonly count: number;
  readonly cnonce: string;
}

/** The header that answers a challenge: `Authorization` or `Proxy-Authorization` (RFC 7616, 3.4). */
export function authorizationOf(proof: Proof): readonly [name: string, value: string] {
  const { challenge, credentials, uri, cnonce } = proof;
  const parts = [
    `username=${quoted(credentials.user)}`,
    `realm=${quoted(challenge.realm)}`,
    `nonce=${quoted(challenge.nonce)}`,
    `uri=${quoted(uri)}`,
    `response="${digestOf(proof, proof.method)}"`,
    ...(challenge.spelledAlgorithm === undefined ? [] : [`algorithm=${challenge.algorithm}`]),
    ...(challenge.opaque === undefined ? [] : [`opaque=${quoted(challenge.opaque)}`]),
    ...(challenge.qop ? ['qop=auth', `nc=${hex(proof.count)}`, `cnonce=${quoted(cnonce)}`] : []),
  ];
  return [challenge.ofProxy ? 'proxy-authorization' : 'authorization', `Digest ${parts.join(', ')}`];
}

/**
 * Whether a server proves by Authentication-Info that it knows the password as well (RFC 7616, 3.5).
 *
 * @param proof what the request was sent with
 */
export function isProvedBy(info: string, proof: Proof): boolean {
  const parameters = digestParameters(info, false) ?? [];
  const find = (name: string): string | undefined => parameterOf(parameters, name);
  return (
    proof.challenge.qop &&
    find('rspauth') === digestOf(proof, '') &&
    find('cnonce') === proof.cnonce &&
    find('nc') === hex(proof.count)
  );
}

function digestOf({ challenge, credentials, uri, count, cnonce }: Proof, method: string): string {
  const hash = (text: string): string =>
    createHash(ALGORITHMS[challenge.algorithm]).update(text).digest('hex');
  const secret = hash(`${credentials.user}:${challenge.realm}:${credentials.password}`);
  const request = hash(`${method}:${uri}`);
  const middle = challenge.qop ? `${hex(count)}:${cnonce}:auth:` : '';
  return hash(`${secret}:${challenge.nonce}:${middle}${request}`);
}

function hex(count: number): string {
  return count.toString(16).padStart(8, '0');
}
