import { type Parameter, parameterOf, readParameters, writeParameters } from './parameters.ts';
import { Scanner } from './scanner.ts';
import { parseHostAndPort, writeHostAndPort } from './uri.ts';

/** A Via (RFC 3261, 20.42): who sent the request, and where its response goes. */
export interface Via {
  /** Upper case: `UDP`, `TCP`, `TLS`, … */
  readonly transport: string;
  readonly host: string;
  readonly port?: number;
  readonly parameters: readonly Parameter[];
}

const SENT_BY = /[^\s;,]+/y;

/** @throws {SipSyntaxError} */
export function parseVia(text: string): Via {
  const scanner = new Scanner(text, 'Via');
  scanner.blanks();
  const protocol = scanner.token('SIP');
  scanner.expect('/');
  const version = scanner.token('2.0');
  if (`${protocol}/${version}`.toUpperCase() !== 'SIP/2.0') scanner.fail('SIP/2.0 is expected');
  scanner.expect('/');
  const transport = scanner.token('a transport').toUpperCase();
  scanner.blanks();
  const sentBy = parseHostAndPort(
    `${scanner.match(SENT_BY) ?? scanner.fail('a host is expected')}${blankedPort(scanner)}`,
    'Via',
  );
  const parameters = readParameters(scanner);
  scanner.end();
  return { transport, ...sentBy, parameters };
}

const PORT = /[0-9]+/y;

/** Blanks may stand around the colon before the port. */
function blankedPort(scanner: Scanner): string {
  return scanner.sign(':') ? `:${scanner.match(PORT) ?? scanner.fail('a port is expected')}` : '';
}

export function writeVia({ transport, host, port, parameters }: Via): string {
  return `SIP/2.0/${transport} ${writeHostAndPort(host, port)}${writeParameters(parameters)}`;
}

/** What branches of RFC 3261 begin with; others are of RFC 2543 and name nothing (8.1.1.7). */
export const BRANCH_COOKIE = 'z9hG4bK';

/** The branch, where it names a transaction. */
export function branchOf(via: Via): string | undefined {
  const branch = parameterOf(via.parameters, 'branch');
  return branch?.toLowerCase().startsWith(BRANCH_COOKIE.toLowerCase()) ? branch : undefined;
}
