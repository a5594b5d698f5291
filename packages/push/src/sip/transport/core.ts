import { createSocket } from 'node:dgram';
import { lookup, Resolver } from 'node:dns/promises';
import { isIP, isIPv6 } from 'node:net';
import { type Endpoint, LinkError, type Transport } from './link.ts';

/** Where the SIP core is, as configured. */
export interface CoreAddress {
  /** Name or address. */
  readonly host: string;
  /** Undefined: what the name's SRV records say, or else the transport's usual one. */
  readonly port: number | undefined;
  readonly transport: Transport;
}

/** Where it is on the network just now. */
export interface FoundCore {
  /** The best first. */
  readonly endpoints: readonly [Endpoint, ...Endpoint[]];
  /** From which address of ours the first is reached. */
  readonly localHost: string;
}

/** Names of services (RFC 3263, 4.2), and the usual ports (RFC 3261, 19.1.2). */
const SERVICES = {
  UDP: { name: '_sip._udp', port: 5060 },
  TCP: { name: '_sip._tcp', port: 5060 },
  TLS: { name: '_sips._tcp', port: 5061 },
} as const satisfies Record<Transport, { name: string; port: number }>;

const RESOLVER = new Resolver({ timeout: 2000, tries: 1 });
const MOST_SERVERS = 8;

/**
 * Finds a core: by the addresses of its name, where it has a port, or else by its SRV records, where there are any.
 *
 * @param avoid what is taken last: it did not answer
 * @throws {LinkError} where its name is not known, or no way leads to it
 */
export async function findCore(
  core: CoreAddress,
  avoid?: Endpoint,
  resolver: Resolver = RESOLVER,
): Promise<FoundCore> {
  const servers = await serversOf(core, resolver);
  const found = (await Promise.all(servers.map(endpointsOf))).flat();
  const isAvoided = ({ host, port }: Endpoint): boolean => host === avoid?.host && port === avoid.port;
  const [first, ...others] = found.toSorted((a, b) => Number(isAvoided(a)) - Number(isAvoided(b)));
  if (first === undefined) throw new LinkError(`${core.host} has no address`);
  return { endpoints: [first, ...others], localHost: await localHostTowards(first) };
}

/** The names and ports of the servers, the best first (RFC 2782; of equal priority the heaviest). */
async function serversOf({ host, port, transport }: CoreAddress, resolver: Resolver): Promise<Endpoint[]> {
  const service = SERVICES[transport];
  const usual = [{ host, port: port ?? service.port }];
  if (port !== undefined || isIP(host) !== 0) return usual;
  try {
    const records = await resolver.resolveSrv(`${service.name}.${host}`);
    const servers = records
      .toSorted((a, b) => a.priority - b.priority || b.weight - a.weight)
      .slice(0, MOST_SERVERS)
      .map((record) => ({ host: record.name, port: record.port }));
    return servers.length > 0 ? servers : usual;
  } catch {
    // That there are none, or nobody to ask, comes to the same.
    return usual;
  }
}

async function endpointsOf({ host, port }: Endpoint): Promise<Endpoint[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => ({ host: address, port }));
  } catch (cause) {
    throw new LinkError(`${host}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** Which of our addresses the system would send from; nothing is sent. */
async function localHostTowards({ host, port }: Endpoint): Promise<string> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', (cause) => reject(new LinkError(`${host}: ${cause.message}`, { cause })));
      socket.connect(port, host, resolve);
    });
    return socket.address().address;
  } finally {
    socket.close();
  }
}
