import { BlockList, isIP } from 'node:net';
import { blockList } from './networks.ts';

/**
 * Addresses that are not somewhere in the Internet: of this machine, of private networks, of a link, for documentation, and those
 * that hold another address within them.
 *
 * Source: the registries of special-purpose addresses (RFC 6890), and those for multicast.
 */
const SPECIAL = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/127',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
];

/**
 * Tells of IP addresses whether a server may connect to them on behalf of others: to those of the Internet, and to those in
 * networks that are allowed besides.
 *
 * @param allowed `10.20.0.0/16`, `::1/128`
 * @throws {RangeError} for a text that is no network
 */
export function hostGuard(allowed: readonly string[]): (host: string) => boolean {
  const special = blockList(SPECIAL);
  const exceptions = allowed.length === 0 ? new BlockList() : blockList(allowed);
  return (host) => {
    const family = isIP(host);
    if (family === 0) return false;
    const type = family === 4 ? 'ipv4' : 'ipv6';
    return exceptions.check(host, type) || !special.check(host, type);
  };
}
