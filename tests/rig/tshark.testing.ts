// What tshark makes of bytes that Grove put on the wire: they are written to a capture as if they had been seen on a
// network, so that no test needs the right to capture.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A datagram, or bytes of a TCP connection in the order in which they were sent. */
export interface Packet {
  readonly transport: 'udp' | 'tcp';
  readonly from: number;
  readonly to: number;
  readonly bytes: Uint8Array;
}

/**
 * Has tshark dissect packets.
 *
 * @param fields names of tshark's fields (`tshark -G fields` lists them)
 * @param options further arguments of tshark, `['-d', 'tcp.port==2775,smpp']`
 * @returns for each packet, in order, the values of each field, as tshark writes them; a field that is not there has none
 */
export async function dissect<Field extends string>(
  packets: readonly Packet[],
  fields: readonly Field[],
  options: readonly string[] = [],
): Promise<Record<Field, string[]>[]> {
  const folder = await mkdtemp(join(tmpdir(), 'grove-tshark-'));
  try {
    const file = join(folder, 'wire.pcap');
    await writeFile(file, captureOf(packets));
    const wanted = fields.flatMap((field) => ['-e', field]);
    const { stdout } = await promisify(execFile)(
      'tshark',
      ['-n', '-r', file, ...options, '-T', 'json', ...wanted],
      { maxBuffer: 64 * 1024 * 1024 },
    );
    const seen = JSON.parse(stdout) as { _source: { layers: Partial<Record<Field, string[]>> } }[];
    return seen.map(
      ({ _source: { layers } }) =>
        Object.fromEntries(fields.map((field) => [field, layers[field] ?? []])) as Record<Field, string[]>,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const LINKTYPE_RAW_IP = 101;

/** A capture in the format of libpcap, with sequence numbers for each direction of TCP. */
function captureOf(packets: readonly Packet[]): Buffer {
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4, 0);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  head.writeUInt32LE(0x40000, 16);
  head.writeUInt32LE(LINKTYPE_RAW_IP, 20);
  const sent = new Map<string, number>();
  const records = packets.map((packet, index) => {
    const way = `${packet.from} ${packet.to}`;
    const sequence = sent.get(way) ?? 1;
    sent.set(way, sequence + packet.bytes.length);
    const acknowledged = sent.get(`${packet.to} ${packet.from}`) ?? 1;
    const ip = ipPacket(packet, sequence, acknowledged);
    const record = Buffer.alloc(16);
    record.writeUInt32LE(1, 0);
    record.writeUInt32LE(index, 4);
    record.writeUInt32LE(ip.length, 8);
    record.writeUInt32LE(ip.length, 12);
    return Buffer.concat([record, ip]);
  });
  return Buffer.concat([head, ...records]);
}

const PROTOCOLS = { tcp: 6, udp: 17 };

function ipPacket(packet: Packet, sequence: number, acknowledged: number): Buffer {
  const { transport, from, to, bytes } = packet;
  const head = transport === 'udp' ? udpHead(packet) : tcpHead(from, to, sequence, acknowledged);
  const ip = Buffer.alloc(20);
  ip[0] = 0x45;
  ip.writeUInt16BE(ip.length + head.length + bytes.length, 2);
  ip[8] = 64;
  ip[9] = PROTOCOLS[transport];
  ip.set([127, 0, 0, 1], 12);
  ip.set([127, 0, 0, 1], 16);
  return Buffer.concat([ip, head, bytes]);
}

function udpHead({ from, to, bytes }: Packet): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(from, 0);
  head.writeUInt16BE(to, 2);
  head.writeUInt16BE(head.length + bytes.length, 4);
  return head;
}

const PUSH_AND_ACK = 0x18;

function tcpHead(from: number, to: number, sequence: number, acknowledged: number): Buffer {
  const head = Buffer.alloc(20);
  head.writeUInt16BE(from, 0);
  head.writeUInt16BE(to, 2);
  head.writeUInt32BE(sequence, 4);
  head.writeUInt32BE(acknowledged, 8);
  head[12] = 5 << 4;
  head[13] = PUSH_AND_ACK;
  head.writeUInt16BE(0xffff, 14);
  return head;
}
