import {
  authorizationOf,
  type Challenge,
  type Credentials,
  challengesOf,
  digestParameters,
  isProvedBy,
  type Proof,
} from '../digest/index.ts';
import { type Header, headerOf, parameterOf, type SipResponse } from '../message/index.ts';

/** A challenge that is known, and how often it was answered. */
interface Known {
  challenge: Challenge;
  count: number;
}

const MOST_KNOWN = 8;

/** Answers challenges, and answers them beforehand once they are known, so that not each request is sent twice. */
export class Authentication {
  readonly #credentials: Credentials | undefined;
  readonly #nonce: () => string;
  readonly #known = new Map<string, Known>();

  /** @param nonce makes client nonces */
  constructor(credentials: Credentials | undefined, nonce: () => string) {
    this.#credentials = credentials;
    this.#nonce = nonce;
  }

  /** What is known to be asked of such a request. */
  proofsFor(method: string, uri: string): Proof[] {
    const credentials = this.#credentials;
    if (!credentials) return [];
    return [...this.#known]
      .filter(([key, { challenge }]) => key === keyOf(challenge, method))
      .map(([, known]) => {
        known.count++;
        return {
          challenge: known.challenge,
          credentials,
          method,
          uri,
          count: known.count,
          cnonce: this.#nonce(),
        };
      });
  }

  /**
   * Takes a 401 or 407.
   *
   * @returns the challenges that can be answered with these credentials
   */
  learn(response: SipResponse, method: string): Challenge[] {
    const credentials = this.#credentials;
    if (!credentials) return [];
    const realms = new Map<string, Challenge>();
    for (const challenge of challengesOf(response)) {
      const isOurs = credentials.realm === undefined || credentials.realm === challenge.realm;
      const key = keyOf(challenge, method);
      if (isOurs && !realms.has(key)) realms.set(key, challenge);
    }
    for (const [key, challenge] of realms) {
      this.#known.delete(key);
      this.#known.set(key, { challenge, count: 0 });
    }
    for (const key of [...this.#known.keys()].slice(0, -MOST_KNOWN)) this.#known.delete(key);
    return [...realms.values()];
  }

  /**
   * Takes what a server says of itself when it has accepted credentials.
   *
   * @returns whether it has proved that it knows the password, too
   */
  accept(response: SipResponse, proofs: readonly Proof[]): boolean {
    const info = headerOf(response, 'authentication-info');
    const proof = info === undefined ? undefined : proofs.find((sent) => isProvedBy(info, sent));
    if (info === undefined || !proof) return false;
    const next = parameterOf(digestParameters(info, false) ?? [], 'nextnonce');
    const known = this.#known.get(keyOf(proof.challenge, proof.method));
    if (next && known) {
      known.challenge = { ...known.challenge, nonce: next };
      known.count = 0;
    }
    return true;
  }
}

/** A proxy asks the same of all requests, a registrar of those to itself. */
function keyOf({ ofProxy, realm }: Challenge, method: string): string {
  return ofProxy ? `proxy ${realm}` : `${method} ${realm}`;
}

export function headersFor(proofs: readonly Proof[]): Header[] {
  return proofs.map(authorizationOf);
}
