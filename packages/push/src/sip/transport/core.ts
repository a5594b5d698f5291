import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import { LinkError, type Transport } from './link.ts';

/** Where the SIP core is, as configured. */
export interface CoreAddress {
  /** Name or address. */
  readonly host: string;
  readonly port: number;
  readonly transport: Transport;
}

/** Where it is on the network just now. */
export interface FoundCore {
  /** All addresses of its name; requests go to the first. */
  readonly addresses: readonly [string, ...string[]];
  /** From which address of ours it is reached. */
  readonly localHost: string;
}

/** @throws {LinkError} where its name is not known, or no way leads to it */
export async function findCore({ host, port }: CoreAddress): Promise<FoundCore> {
  try {
    const [first, ...others] = (await lookup(host, { all: true })).map(({ address }) => address);
    if (first === undefined) throw new LinkError(`${host} has no address`);
    return { addresses: [first, ...others], localHost: await localHostTowards(first, port) };
  } catch (cause) {
    if (cause instanceof LinkError) throw cause;
    throw new LinkError(`${host}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** Which of our addresses the system would send from; nothing is sent. */
async function localHostTowards(host: string, port: number): Promise<string> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(port, host, resolve);
    });
    return socket.address().address;
  } finally {
    socket.close();
  }
}
