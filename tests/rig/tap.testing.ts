// A relay for datagrams that remembers what went through it: what tshark is to look at, without the right to capture.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Packet } from './tshark.testing.ts';

export interface Tap {
  readonly port: number;
  /** In the order of arrival; `to` of requests is the port behind the tap. */
  readonly packets: Packet[];
  close(): Promise<void>;
}

/** @param behind the UDP port on this machine to which everything is handed on; answers find their way back */
export async function openTap(behind: number): Promise<Tap> {
  const packets: Packet[] = [];
  const front = createSocket('udp4');
  const backs = new Map<number, Promise<Socket>>();
  const note = (from: number, to: number, bytes: Uint8Array): void => {
    packets.push({ transport: 'udp', from, to, bytes });
  };
  const backFor = async (client: number): Promise<Socket> => {
    const back = createSocket('udp4');
    back.on('message', (bytes) => {
      note(behind, client, bytes);
      front.send(bytes, client, '127.0.0.1');
    });
    back.bind(0, '127.0.0.1');
    await once(back, 'listening');
    return back;
  };
  front.on('message', async (bytes, { port }) => {
    note(port, behind, bytes);
    const back = backs.get(port) ?? backFor(port);
    backs.set(port, back);
    (await back).send(bytes, behind, '127.0.0.1');
  });
  front.bind(0, '127.0.0.1');
  await once(front, 'listening');
  return {
    port: front.address().port,
    packets,
    close: async () => {
      for (const back of [front, ...(await Promise.all(backs.values()))]) back.close();
    },
  };
}
