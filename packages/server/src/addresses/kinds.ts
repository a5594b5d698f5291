/** Where a device is reached: one address of each kind. */
import { InvalidInput } from '@grove/api';
import { type Address, AddressError, formatAddress, parseAddress } from '@grove/push';
import { type Static, Type } from 'typebox';

interface Kind {
  /** The address as PAP writes it, if the value is one of this kind at all. */
  readonly pap: (value: string) => string;
  /** What an error says. */
  readonly expected: string;
  /**
   * Whether it belongs to one device at a time. A number goes with its SIM card and a SIP URI with its subscriber into
   * the next device; behind one IP address there may be many.
   */
  readonly sole: boolean;
}

const KINDS = {
  msisdn: {
    pap: (value) => `WAPPUSH=${value.replaceAll(' ', '')}/TYPE=PLMN`,
    expected: 'a telephone number in international form: + and 3 to 15 digits, such as +441632960001',
    sole: true,
  },
  sip: {
    pap: (value) => value,
    expected:
      'a SIP URI: sip:user@host or sips:user@host, with a :port and ;parameters at most, such as sip:alice@ims.example.com',
    sole: true,
  },
  ip: {
    pap: (value) => `WAPPUSH=${value}/TYPE=${/^\[|:.*:/.test(value) ? 'IPV6' : 'IPV4'}`,
    expected:
      'an IP address, if need be with a port: 192.0.2.1, 192.0.2.1:2948, 2001:db8::1 or [2001:db8::1]:2948',
    sole: false,
  },
  user: {
    pap: (value) => formatAddress({ kind: 'user', user: value }),
    expected: "a name that the push proxy gateway's directory knows, without control characters",
    sole: true,
  },
} as const satisfies Record<string, Kind>;

export type DeviceAddressKind = keyof typeof KINDS;

export const ADDRESS_KINDS = Object.keys(KINDS) as readonly DeviceAddressKind[];

/** Whether an address of this kind belongs to one device at a time. */
export function isSole(kind: DeviceAddressKind): boolean {
  return KINDS[kind].sole;
}

const value = (kind: DeviceAddressKind) =>
  Type.String({ minLength: 1, maxLength: 400, description: KINDS[kind].expected });

/** Where a device is reached, by kind; a kind that is absent is not known. */
export const DeviceAddresses = Type.Object(
  {
    msisdn: Type.Optional(value('msisdn')),
    sip: Type.Optional(value('sip')),
    ip: Type.Optional(value('ip')),
    user: Type.Optional(value('user')),
  },
  {
    additionalProperties: false,
    title: 'DeviceAddresses',
    description: 'Where a device is reached; a kind that is absent is not known',
  },
);
export type DeviceAddresses = Static<typeof DeviceAddresses>;

function parsed(kind: DeviceAddressKind, text: string): Address | undefined {
  // Half of a surrogate pair cannot be written as PAP wants it.
  if (!text.isWellFormed()) return undefined;
  try {
    const address = parseAddress(KINDS[kind].pap(text));
    return (kind === 'sip') === (address.kind === 'sip') ? address : undefined;
  } catch (error) {
    if (error instanceof AddressError) return undefined;
    throw error;
  }
}

/** The one way in which an address is kept, however it was written. */
function canonical(address: Address): string {
  switch (address.kind) {
    case 'plmn':
      return address.number;
    case 'sip':
      return address.uri;
    case 'user':
      return address.user;
    case 'ipv4':
    case 'ipv6': {
      const { kind, host, port } = address;
      if (port === undefined) return host;
      return kind === 'ipv6' ? `[${host}]:${port}` : `${host}:${port}`;
    }
  }
}

/**
 * An address as it is kept.
 *
 * @param field where it was given, for the error
 * @throws {InvalidInput} when it is not of this kind
 */
export function checkAddress(kind: DeviceAddressKind, text: string, field: string): string {
  const address = canonicalAddress(kind, text);
  if (address === undefined) throw new InvalidInput([{ field, value: text, expected: KINDS[kind].expected }]);
  return address;
}

/**
 * An address as it is kept.
 *
 * @returns undefined when it is not of this kind
 */
export function canonicalAddress(kind: DeviceAddressKind, text: string): string | undefined {
  const address = parsed(kind, text);
  return address === undefined ? undefined : canonical(address);
}

/** What an address of this kind looks like, in words. */
export function expectedAddress(kind: DeviceAddressKind): string {
  return KINDS[kind].expected;
}

/** An address that is kept, as pushes are sent to it. */
export function pushAddress(kind: DeviceAddressKind, kept: string): Address {
  const address = parsed(kind, kept);
  if (address === undefined) throw new Error(`the database has an address of kind ${kind} that is none`);
  return address;
}

/** What a text may be as an address, in each way in which it would be kept. */
export function readings(text: string): { kind: DeviceAddressKind; value: string }[] {
  return ADDRESS_KINDS.flatMap((kind) => {
    const address = parsed(kind, text);
    return address === undefined ? [] : [{ kind, value: canonical(address) }];
  });
}
