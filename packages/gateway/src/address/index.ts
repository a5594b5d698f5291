/** Addresses as people write and read them: shorter than in PAP. */
import { type Address, AddressError, formatAddress, parseAddress } from '@grove/push';

/** `+441632960001`, `alice`, `192.0.2.1:2948`, `[2001:db8::1]:2948`, `sip:alice@example.com`. */
export function shortAddress(address: Address): string {
  switch (address.kind) {
    case 'plmn':
      return address.number;
    case 'user':
      return address.user;
    case 'sip':
      return address.uri;
    case 'ipv4':
      return address.port === undefined ? address.host : `${address.host}:${address.port}`;
    case 'ipv6':
      return address.port === undefined ? address.host : `[${address.host}]:${address.port}`;
  }
}

/** The address as it is stored and compared. */
export const keyOf = (address: Address): string => formatAddress(address);

/** What was stored by {@link keyOf}, for people. */
export const shortKey = (key: string): string => shortAddress(parseAddress(key));

/**
 * Reads an address of a terminal: short, or as PAP writes it. A name of the directory is none.
 *
 * @throws {AddressError}
 */
export function parseTerminal(text: string): Address {
  const bare = text.trim();
  const address = parseAddress(
    bare.startsWith('+')
      ? `WAPPUSH=${bare}/TYPE=PLMN`
      : /^[\d.]+(:\d+)?$/.test(bare)
        ? `WAPPUSH=${bare}/TYPE=IPV4`
        : /^[[\]\da-f:]+$/i.test(bare)
          ? `WAPPUSH=${bare}/TYPE=IPV6`
          : bare,
  );
  if (address.kind === 'user') throw new AddressError(text, 'a terminal is wanted, not another user');
  return address;
}

/** Reads an address as people write it, a user's name among them, or as PAP writes it. Undefined where it is none. */
export function readAny(text: string): Address | undefined {
  const bare = text.trim();
  const isUser = !/^(wappush=|sips?:|\+)|^[\d.:[\]]+$/i.test(bare);
  try {
    if (/^wappush=/i.test(bare)) return parseAddress(bare);
    return parseTerminal(bare);
  } catch (error) {
    if (!(error instanceof AddressError)) throw error;
    return isUser ? { kind: 'user', user: text } : undefined;
  }
}
