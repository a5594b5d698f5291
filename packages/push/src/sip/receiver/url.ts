import { ReceiverError } from '../../bearer/index.ts';
import type { Tls } from '../../tls-files/index.ts';
import { coreOf } from '../agent/index.ts';
import type { Credentials } from '../digest/index.ts';
import { escapeUser, parseUri, SipSyntaxError, writeHostAndPort } from '../message/index.ts';
import type { CoreAddress, Endpoint } from '../transport/index.ts';

export const FORM =
  'sip[s]://USER:PASSWORD@DOMAIN[:PORT][?proxy=HOST:PORT][&transport=udp|tcp][&expires=SECONDS][&application=ID]…';

/** What the URL of a terminal says. */
export interface TerminalSettings {
  /** `sip:USER@DOMAIN` */
  readonly identity: string;
  readonly core: CoreAddress;
  readonly credentials: Credentials | undefined;
  /** Seconds. */
  readonly expires: number | undefined;
  /** Push applications that the terminal has, as in the feature tag: `syncml.dm`. */
  readonly applications: readonly string[];
  /** What names the terminal in `+sip.instance`, a URN; undefined: a random one. */
  readonly instance: string | undefined;
  readonly bind: Endpoint;
  /** Paths of files. */
  readonly tls: Tls;
  /** Whether the core has to prove that it knows the password. */
  readonly mutual: boolean;
  /** Whether requests are taken from elsewhere than the core. */
  readonly fromAnyone: boolean;
  readonly t1: number | undefined;
}

const NAMES = new Set([
  'proxy',
  'transport',
  'expires',
  'application',
  'instance',
  'listen',
  'login',
  'realm',
  'ca',
  'cert',
  'key',
  'server-name',
  'mutual',
  'from',
  't1',
]);

/** @throws {ReceiverError} */
export function parseTerminalUrl(text: string): TerminalSettings {
  const url = URL.parse(text);
  const isSecure = url?.protocol === 'sips:';
  if (
    !url?.hostname ||
    !url.username ||
    (url.protocol !== 'sip:' && !isSecure) ||
    !/^\/?$/.test(url.pathname)
  )
    throw new ReceiverError(`a terminal of SIP is written ${FORM}`);
  const query = url.searchParams;
  const find = (name: string): string | undefined => query.get(name) ?? undefined;
  for (const name of query.keys())
    if (!NAMES.has(name)) throw new ReceiverError(`"${name}" is none of ${[...NAMES].join(', ')}`);

  const user = decode(url.username);
  const password = url.password && decode(url.password);
  const domain = url.hostname.replace(/^\[|\]$/g, '');
  const realm = find('realm');
  const scheme = isSecure ? 'sips' : 'sip';
  const transport = chosen(find('transport'), 'transport', isSecure ? ['tls'] : ['udp', 'tcp', 'tls']);
  const port = url.port === '' ? undefined : Number(url.port);
  const proxy = find('proxy') ?? writeHostAndPort(domain, port);
  try {
    return {
      identity: `sip:${escapeUser(user)}@${writeHostAndPort(domain)}`,
      core: coreOf(`${scheme}:${proxy}${transport ? `;transport=${transport}` : ''}`, 'proxy'),
      credentials: password
        ? { user: find('login') ?? user, password, ...(realm !== undefined && { realm }) }
        : undefined,
      expires: number(find('expires'), 'expires', 1, 2 ** 31 - 1),
      applications: query.has('application') ? query.getAll('application') : ['syncml.dm'],
      instance: find('instance'),
      bind: listen(find('listen')),
      tls: files(find),
      mutual: chosen(find('mutual'), 'mutual', ['yes', 'no']) === 'yes',
      fromAnyone: chosen(find('from'), 'from', ['core', 'anyone']) === 'anyone',
      t1: number(find('t1'), 't1', 10, 10_000),
    };
  } catch (error) {
    if (error instanceof SipSyntaxError) throw new ReceiverError(error.message, { cause: error });
    throw error;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new ReceiverError('user or password is not percent-encoded UTF-8', { cause });
  }
}

function chosen(value: string | undefined, name: string, choices: readonly string[]): string | undefined {
  if (value !== undefined && !choices.includes(value))
    throw new ReceiverError(`${name} is "${value}"; expected ${choices.join(' or ')}`);
  return value;
}

function number(value: string | undefined, name: string, least: number, most: number): number | undefined {
  if (value === undefined) return undefined;
  const read = /^[0-9]{1,10}$/.test(value) ? Number(value) : Number.NaN;
  if (!(read >= least && read <= most))
    throw new ReceiverError(`${name} is "${value}"; expected a number from ${least} to ${most}`);
  return read;
}

function listen(value: string | undefined): Endpoint {
  if (value === undefined) return { host: '', port: 0 };
  const { host, port } = parseUri(`sip:${value}`, 'listen');
  return { host, port: port ?? 0 };
}

function files(find: (name: string) => string | undefined): Tls {
  const pairs = [
    ['ca', find('ca')],
    ['cert', find('cert')],
    ['key', find('key')],
    ['serverName', find('server-name')],
  ].filter(([, value]) => value !== undefined);
  return Object.fromEntries(pairs);
}
