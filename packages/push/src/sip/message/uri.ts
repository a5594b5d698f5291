import { SipSyntaxError } from './error.ts';
import { type Parameter, writeParameters } from './parameters.ts';

/** A `sip:` or `sips:` URI (RFC 3261, 19.1). */
export interface SipUri {
  readonly scheme: 'sip' | 'sips';
  /** As it stands, escapes and a password included. */
  readonly user?: string;
  /** Name or address in lower case, IPv6 without brackets. */
  readonly host: string;
  readonly port?: number;
  readonly parameters: readonly Parameter[];
  /** What follows `?`, as it stands. */
  readonly headers?: string;
}

const LONGEST = 2048;
const USER = /^(?:[A-Za-z0-9\-_.!~*'()&=+$,;?/:]|%[0-9A-Fa-f]{2})+$/;
const PARAMETER =
  /^((?:[A-Za-z0-9\-_.!~*'()[\]/:&+$]|%[0-9A-Fa-f]{2})+)(?:=((?:[A-Za-z0-9\-_.!~*'()[\]/:&+$]|%[0-9A-Fa-f]{2})+))?$/;
const HEADERS = /^(?:[A-Za-z0-9\-_.!~*'()[\]/?:+$=&]|%[0-9A-Fa-f]{2})*$/;
const HOST_AND_PORT = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+))(?::([0-9]{1,5}))?$/;

/**
 * Reads a SIP URI.
 *
 * @param where what errors name
 * @throws {SipSyntaxError} with status 416 for another scheme, 400 for what is malformed
 */
export function parseUri(text: string, where = 'URI'): SipUri {
  if (text.length > LONGEST) throw new SipSyntaxError(where, `longer than ${LONGEST} characters`, 414);
  const colon = text.indexOf(':');
  const scheme = text.slice(0, colon).toLowerCase();
  if (scheme !== 'sip' && scheme !== 'sips')
    throw new SipSyntaxError(where, `"${text.slice(0, 40)}" is not a sip or sips URI`, 416);

  const rest = text.slice(colon + 1);
  const at = rest.indexOf('@');
  const user = at === -1 ? undefined : rest.slice(0, at);
  if (user !== undefined && !USER.test(user)) throw new SipSyntaxError(where, 'the user is malformed');

  const question = rest.indexOf('?', at + 1);
  const headers = question === -1 ? undefined : rest.slice(question + 1);
  if (headers !== undefined && !HEADERS.test(headers))
    throw new SipSyntaxError(where, 'the headers are malformed');

  const [hostAndPort = '', ...pairs] = rest.slice(at + 1, question === -1 ? undefined : question).split(';');
  const { host, port } = parseHostAndPort(hostAndPort, where);
  const parameters = pairs.map((pair): Parameter => {
    const found = PARAMETER.exec(pair);
    if (!found?.[1]) throw new SipSyntaxError(where, `the parameter "${pair.slice(0, 40)}" is malformed`);
    return [found[1].toLowerCase(), found[2]];
  });
  return {
    scheme,
    ...(user !== undefined && { user }),
    host,
    ...(port !== undefined && { port }),
    parameters,
    ...(headers !== undefined && { headers }),
  };
}

/** Reads `host`, `host:port` or `[IPv6]:port`; the host comes back in lower case and without brackets. */
export function parseHostAndPort(text: string, where: string): { host: string; port?: number } {
  const found = HOST_AND_PORT.exec(text);
  const host = found?.[1] ?? found?.[2];
  const port = found?.[3] === undefined ? undefined : Number(found[3]);
  if (host === undefined || (port !== undefined && port > 65_535))
    throw new SipSyntaxError(where, `"${text.slice(0, 40)}" is not a host with a port`);
  return { host: host.toLowerCase(), ...(port !== undefined && { port }) };
}

export function writeUri({ scheme, user, host, port, parameters, headers }: SipUri): string {
  return [
    `${scheme}:`,
    user === undefined ? '' : `${user}@`,
    writeHostAndPort(host, port),
    writeParameters(parameters),
    headers === undefined ? '' : `?${headers}`,
  ].join('');
}

export function writeHostAndPort(host: string, port?: number): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === undefined ? name : `${name}:${port}`;
}

/** A name as it may stand as the user of a URI, what has another meaning there escaped. */
export function escapeUser(name: string): string {
  return encodeURIComponent(name).replace(/%2B/g, '+');
}
