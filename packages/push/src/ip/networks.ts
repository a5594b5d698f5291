import { BlockList, isIP } from 'node:net';
import { Type } from 'typebox';
import type { Address } from '../address/index.ts';

/** Which terminals a bearer reaches by their IP addresses. */
export const Networks = Type.Array(Type.String({ examples: ['10.20.0.0/16', 'fd00::/8'] }), {
  description: 'Networks with terminals, ADDRESS/BITS; others are not reached. Unset: all are.',
});

/** An IP address that may be reached, with the port that the address names. */
export interface ToHost {
  readonly host: string;
  readonly family: 4 | 6;
  readonly port?: number;
}

/**
 * Tells of addresses whether they are IP addresses in one of the networks.
 *
 * @param networks undefined = all
 * @throws {RangeError} for a text that is no network
 */
export function reachableHost(networks: readonly string[] | undefined): (to: Address) => ToHost | undefined {
  const list = networks && blockList(networks);
  return (to) => {
    if (to.kind !== 'ipv4' && to.kind !== 'ipv6') return undefined;
    const family = isIP(to.host);
    if (family !== 4 && family !== 6) return undefined;
    if (list?.check(to.host, family === 4 ? 'ipv4' : 'ipv6') === false) return undefined;
    return { host: to.host, family, ...(to.port === undefined ? {} : { port: to.port }) };
  };
}

/**
 * Networks as a list that addresses are looked up in.
 *
 * @throws {RangeError} for a text that is no network
 */
export function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [, host = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(network) ?? [];
    const family = isIP(host);
    if (family === 0 || bits === '' || Number(bits) > (family === 4 ? 32 : 128)) {
      throw new RangeError(`${JSON.stringify(network)} is no network; expected ADDRESS/BITS as 10.0.0.0/8`);
    }
    list.addSubnet(host, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}
