import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findCore } from './core.ts';

let server: ReturnType<typeof createSocket>;
let resolver: Resolver;
let asked: string[];

/** A server of names that knows SRV records of `core.test`, `[priority, weight, port]` each, for `localhost`. */
const RECORDS = [
  [20, 0, 5070],
  [10, 1, 5080],
  [10, 9, 5090],
] as const;

beforeEach(async () => {
  asked = [];
  server = createSocket('udp4');
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  server.on('message', (query, { port }) => server.send(answerTo(query), port, '127.0.0.1'));
  resolver = new Resolver({ timeout: 2000, tries: 1 });
  resolver.setServers([`127.0.0.1:${server.address().port}`]);
});
afterEach(() => server.close());

const HEAD = 12;

/** RFC 1035, 4, and RFC 2782. */
function answerTo(query: Buffer): Buffer {
  const labels: string[] = [];
  let at = HEAD;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('ascii', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const name = labels.join('.');
  asked.push(name);
  const question = query.subarray(HEAD, at + 5);
  const records = name.endsWith('core.test') ? RECORDS : [];
  const head = Buffer.from(query.subarray(0, HEAD));
  head.writeUInt16BE(records.length > 0 ? 0x8180 : 0x8183, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(records.length, 6);
  head.writeUInt32BE(0, 8);
  const target = Buffer.from('\x09localhost\0', 'ascii');
  const answers = records.map(([priority, weight, port]) => {
    const record = Buffer.alloc(18);
    [0xc000 + HEAD, 33, 1, 0, 60, 6 + target.length, priority, weight, port].forEach((value, index) => {
      record.writeUInt16BE(value, index * 2);
    });
    return Buffer.concat([record, target]);
  });
  return Buffer.concat([head, question, ...answers]);
}

const ports = async (...args: Parameters<typeof findCore>): Promise<number[]> => {
  const { endpoints, localHost } = await findCore(...args);
  expect(['127.0.0.1', '::1']).toContain(localHost);
  return [...new Set(endpoints.map(({ port }) => port))];
};

test.each([
  ['UDP', '_sip._udp.core.test'],
  ['TCP', '_sip._tcp.core.test'],
  ['TLS', '_sips._tcp.core.test'],
] as const)(
  'a core without a port is where its SRV records for %s say, the best first',
  async (transport, name) => {
    expect(await ports({ host: 'core.test', port: undefined, transport }, undefined, resolver)).toEqual([
      5090, 5080, 5070,
    ]);
    expect(asked).toEqual([name]);
  },
);

test('one that did not answer is tried last', async () => {
  const core = { host: 'core.test', port: undefined, transport: 'UDP' } as const;
  const { endpoints } = await findCore(core, undefined, resolver);
  const { endpoints: again } = await findCore(core, endpoints[0], resolver);
  expect(again.at(-1)).toEqual(endpoints[0]);
  expect(again).toHaveLength(endpoints.length);
});

test('with a port, with an address, or where there are no records, nothing else is asked', async () => {
  expect(await ports({ host: 'localhost', port: 5999, transport: 'UDP' }, undefined, resolver)).toEqual([
    5999,
  ]);
  expect(await ports({ host: '127.0.0.1', port: undefined, transport: 'TLS' }, undefined, resolver)).toEqual([
    5061,
  ]);
  expect(asked).toEqual([]);
  expect(await ports({ host: 'localhost', port: undefined, transport: 'TCP' }, undefined, resolver)).toEqual([
    5060,
  ]);
  expect(asked).toEqual(['_sip._tcp.localhost']);
});
