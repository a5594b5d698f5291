import { isIPv4, isIPv6 } from 'node:net';
import type { Address } from './address.ts';

/** Characters of an address, beyond which it is refused. */
const LONGEST = 512;

/** An address that cannot be understood. The message says which part, and what was expected. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
  /** The address as it came, cut where it is long. */
  readonly text: string;

  constructor(text: string, problem: string) {
    const shown = shorten(text);
    super(`address ${shown}: ${problem}`);
    this.text = shown;
  }
}

const FORMS = 'WAPPUSH=value/TYPE=type@gateway with type PLMN, USER, IPV4 or IPV6, or a sip: or sips: URI';

type Reader = (value: string, fail: (problem: string) => never) => Address;

const READERS: Readonly<Record<string, Reader>> = {
  PLMN: readNumber,
  USER: readUser,
  IPV4: (value, fail) => readHost('ipv4', value, fail),
  IPV6: (value, fail) => readHost('ipv6', value, fail),
};

/**
 * Reads an address as PAP writes it: `WAPPUSH=value/TYPE=type@gateway`, upper and lower case alike but in a user's name,
 * or a SIP URI. The gateway's name may be missing, and is not looked at.
 *
 * Source: WAP-249-PPGService, "client addressing"; the port of an IP address is Grove's own, and SIP URIs stand for
 * themselves as in Push over SIP.
 *
 * @throws {AddressError}
 */
export function parseAddress(text: string): Address {
  const fail = (problem: string): never => {
    throw new AddressError(text, problem);
  };
  if (text.length > LONGEST) return fail(`it has ${text.length} characters; at most ${LONGEST} are taken`);
  const bare = text.trim();
  if (/^sips?:/i.test(bare)) return readSip(bare, fail);
  if (!/^WAPPUSH=/i.test(bare)) return fail(`expected ${FORMS}`);
  const typeAt = bare.toUpperCase().lastIndexOf('/TYPE=');
  if (typeAt < 0) return fail('it has no /TYPE=; expected WAPPUSH=value/TYPE=type@gateway');
  const value = bare.slice('WAPPUSH='.length, typeAt);
  const [type = ''] = bare.slice(typeAt + '/TYPE='.length).split('@', 1);
  const read = READERS[type.toUpperCase()];
  if (!read) return fail(`type ${JSON.stringify(type)} is none of ${Object.keys(READERS).join(', ')}`);
  if (value === '') return fail('there is nothing between WAPPUSH= and /TYPE=');
  return read(value, fail);
}

/**
 * Writes an address as PAP wants it. Equal addresses are written equally, so that the result may serve as a key.
 *
 * @param gateway how the gateway calls itself, the part behind `@`
 */
export function formatAddress(address: Address, gateway?: string): string {
  const at = gateway === undefined ? '' : `@${gateway}`;
  switch (address.kind) {
    case 'plmn':
      return `WAPPUSH=${address.number}/TYPE=PLMN${at}`;
    case 'user':
      return `WAPPUSH=${encodeURIComponent(address.user)}/TYPE=USER${at}`;
    case 'ipv4':
    case 'ipv6':
      return `WAPPUSH=${formatHost(address)}/TYPE=${address.kind.toUpperCase()}${at}`;
    case 'sip':
      return address.uri;
  }
}

function formatHost({ kind, host, port }: { kind: 'ipv4' | 'ipv6'; host: string; port?: number }): string {
  if (port === undefined) return host;
  return kind === 'ipv6' ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The grammar lets a number be written with `-` and `.` between its digits. */
function readNumber(value: string, fail: (problem: string) => never): Address {
  const number = value.replace(/[-.]/g, '');
  if (!/^\+\d{3,15}$/.test(number)) {
    return fail(
      `a PLMN address is a number in international form, + and 3 to 15 digits, not ${quote(value)}`,
    );
  }
  return { kind: 'plmn', number };
}

function readUser(value: string, fail: (problem: string) => never): Address {
  let user: string;
  try {
    user = decodeURIComponent(value);
  } catch {
    return fail(`${quote(value)} has a % that no two hexadecimal digits of UTF-8 follow`);
  }
  if (/\p{Cc}/u.test(user)) return fail('a user has no control characters in its name');
  if (!user.isWellFormed()) return fail('the name of the user is no valid Unicode');
  return { kind: 'user', user };
}

function readHost(kind: 'ipv4' | 'ipv6', value: string, fail: (problem: string) => never): Address {
  const form = kind === 'ipv6' ? /^\[([^\]]*)\](?::(\d{1,5}))?$/ : /^([\d.]+)(?::(\d{1,5}))?$/;
  const [, host = value, digits] = form.exec(value) ?? [];
  const valid = kind === 'ipv6' ? isIPv6(host) && !host.includes('%') : isIPv4(host);
  const example = kind === 'ipv6' ? '2001:db8::1 or [2001:db8::1]:2948' : '192.0.2.1 or 192.0.2.1:2948';
  if (!valid) return fail(`an ${kind.toUpperCase()} address is written ${example}, not ${quote(value)}`);
  if (digits === undefined) return { kind, host: host.toLowerCase() };
  const port = Number(digits);
  if (port < 1 || port > 65535) return fail(`port ${digits} is not within 1 to 65535`);
  return { kind, host: host.toLowerCase(), port };
}

/** RFC 3261, section 19.1.1, without a password and without headers: neither belongs in where a push goes. */
const SIP =
  /^(sips?):(?:([\w\-.!~*'()&=+$,;?/%]{1,256})@)?([a-z0-9.-]{1,255}|\[[0-9a-f:.]{2,45}\])(:\d{1,5})?((?:;[\w\-.!~*'()[\]/:&+$%=]{1,128}){0,16})$/i;

function readSip(value: string, fail: (problem: string) => never): Address {
  const [whole, scheme = '', user, host = '', port = '', parameters = ''] = SIP.exec(value) ?? [];
  if (whole === undefined)
    return fail('a SIP URI is written sip:user@host, with a :port and ;parameters at most');
  const before = user === undefined ? '' : `${user}@`;
  return { kind: 'sip', uri: `${scheme.toLowerCase()}:${before}${host.toLowerCase()}${port}${parameters}` };
}

function quote(value: string): string {
  return JSON.stringify(shorten(value));
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
