import {
  headersOf,
  type Parameter,
  parameterOf,
  Scanner,
  type SipResponse,
  SipSyntaxError,
} from '../message/index.ts';

/** The algorithms that are answered, the strongest first (RFC 8760, 2.1), with Node's names of their digests. */
export const ALGORITHMS = { 'SHA-512-256': 'sha512-256', 'SHA-256': 'sha256', MD5: 'md5' } as const;
export type Algorithm = keyof typeof ALGORITHMS;

/** What a server wants to be proved (RFC 7616, 3.3; RFC 3261, 22.4). */
export interface Challenge {
  /** Whether it came in a 407: the answer goes into Proxy-Authorization. */
  readonly ofProxy: boolean;
  readonly realm: string;
  readonly nonce: string;
  readonly algorithm: Algorithm;
  /** As the challenge spells it; undefined if it leaves MD5 unsaid. */
  readonly spelledAlgorithm: string | undefined;
  /** Whether qop=auth is offered; without any qop the digest is that of RFC 2069. */
  readonly qop: boolean;
  readonly opaque: string | undefined;
  /** The answer was right, but its nonce too old. */
  readonly stale: boolean;
}

/** The challenges of a 401 or 407 that can be answered, the strongest first. What is malformed is passed over. */
export function challengesOf(response: SipResponse): Challenge[] {
  const names = Object.keys(ALGORITHMS);
  return [
    ...headersOf(response, 'www-authenticate').map((value) => challengeOf(value, false)),
    ...headersOf(response, 'proxy-authenticate').map((value) => challengeOf(value, true)),
  ]
    .filter((challenge) => challenge !== undefined)
    .sort((a, b) => names.indexOf(a.algorithm) - names.indexOf(b.algorithm));
}

function challengeOf(value: string, ofProxy: boolean): Challenge | undefined {
  const parameters = digestParameters(value, true);
  if (!parameters) return undefined;
  const find = (name: string): string | undefined => parameterOf(parameters, name);
  const realm = find('realm');
  const nonce = find('nonce');
  const spelledAlgorithm = find('algorithm');
  const algorithm = algorithmOf(spelledAlgorithm ?? 'MD5');
  const offered = find('qop')
    ?.toLowerCase()
    .split(',')
    .map((qop) => qop.trim());
  if (realm === undefined || nonce === undefined || !algorithm) return undefined;
  if (offered && !offered.includes('auth')) return undefined;
  return {
    ofProxy,
    realm,
    nonce,
    algorithm,
    spelledAlgorithm,
    qop: offered !== undefined,
    opaque: find('opaque'),
    stale: find('stale')?.toLowerCase() === 'true',
  };
}

function algorithmOf(spelled: string): Algorithm | undefined {
  const wanted = spelled.toUpperCase();
  return wanted in ALGORITHMS ? (wanted as Algorithm) : undefined;
}

const VALUE = /[^\s",]+/y;

/** `name=value, name="value"`, behind `Digest` where a scheme is expected; undefined if it is anything else. */
export function digestParameters(value: string, withScheme: boolean): Parameter[] | undefined {
  const scanner = new Scanner(value, 'digest');
  try {
    scanner.blanks();
    if (withScheme && scanner.token('a scheme').toLowerCase() !== 'digest') return undefined;
    const parameters: Parameter[] = [];
    do {
      scanner.blanks();
      const name = scanner.token("a parameter's name").toLowerCase();
      scanner.expect('=');
      parameters.push([
        name,
        scanner.quoted() ?? scanner.match(VALUE) ?? scanner.fail('a value is expected'),
      ]);
    } while (scanner.sign(','));
    scanner.end();
    return parameters;
  } catch (error) {
    if (error instanceof SipSyntaxError) return undefined;
    throw error;
  }
}
