import { connect, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { decodePdu, encodePdu, type Pdu, PLAIN_MESSAGE, STATUS } from '../pdu/index.ts';
import { LINK_LIMITS, type Link, type LinkMeans, openLink } from './index.ts';

const opened: Socket[] = [];
afterEach(() => {
  for (const socket of opened.splice(0)) socket.destroy();
});

/** A link, and the bare connection at its other end. */
async function linkAndPeer(means: Partial<LinkMeans> = {}) {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const peer = connect(port, '127.0.0.1');
  const socket = await accepted;
  server.close();
  opened.push(peer, socket);
  peer.on('error', () => {});
  const lines: string[] = [];
  let end: (reason: string) => void = () => {};
  const closed = new Promise<string>((resolve) => {
    end = resolve;
  });
  const link: Link = openLink({
    socket,
    limits: LINK_LIMITS,
    onRequest: () => ({ status: 0 }),
    onClosed: end,
    log: (text) => lines.push(text),
    ...means,
  });
  return { link, peer, socket, closed, lines, pdus: reader(peer) };
}

/** Reads PDUs from a bare connection one by one; undefined once it ended. */
function reader(peer: Socket) {
  const chunks = peer[Symbol.asyncIterator]();
  let left = Buffer.alloc(0);
  return async (): Promise<Pdu | undefined> => {
    for (;;) {
      if (left.length >= 4 && left.length >= left.readUInt32BE(0)) {
        const bytes = left.subarray(0, left.readUInt32BE(0));
        left = left.subarray(bytes.length);
        const pdu = decodePdu(bytes);
        if (pdu.command === 'bad') throw new Error(pdu.text);
        return pdu;
      }
      const { value, done } = await chunks.next();
      if (done) return undefined;
      left = Buffer.concat([left, value]);
    }
  };
}

const header = (length: number, id: number, sequence: number) => {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32BE(length, 0);
  bytes.writeUInt32BE(id, 4);
  bytes.writeUInt32BE(sequence, 12);
  return bytes;
};

test('requests and responses meet by sequence number, in any order', async () => {
  const { link, peer, pdus } = await linkAndPeer();
  const replies = [link.request('submit_sm', PLAIN_MESSAGE), link.request('submit_sm', PLAIN_MESSAGE)];
  const [first, second] = [await pdus(), await pdus()];
  peer.write(encodePdu('submit_sm_resp', second?.sequence ?? 0, 0, { message_id: 'b' }));
  peer.write(encodePdu('generic_nack', first?.sequence ?? 0, STATUS.ESME_RINVCMDID, {}));
  expect(await Promise.all(replies)).toMatchObject([
    { kind: 'answered', response: { command: 'generic_nack', status: STATUS.ESME_RINVCMDID } },
    { kind: 'answered', response: { fields: { message_id: 'b' } } },
  ]);
});

test('a PDU that comes byte by byte, and several that come at once', async () => {
  const { peer, pdus } = await linkAndPeer();
  for (const byte of encodePdu('enquire_link', 5, 0, {})) peer.write(Buffer.of(byte));
  expect(await pdus()).toMatchObject({ command: 'enquire_link_resp', sequence: 5 });
  peer.write(Buffer.concat([6, 7, 8].map((number) => encodePdu('enquire_link', number, 0, {}))));
  for (const number of [6, 7, 8]) expect(await pdus()).toMatchObject({ sequence: number });
});

test.each([0, 1, 4, 15, 16_385, 0x7fffffff, 0xffffffff])(
  'a command_length of %i is refused and ends the connection',
  async (length) => {
    const { peer, pdus, closed } = await linkAndPeer();
    peer.write(header(length, 0x15, 9));
    expect(await pdus()).toMatchObject({
      command: 'generic_nack',
      status: STATUS.ESME_RINVCMDLEN,
      sequence: 9,
    });
    expect(await closed).toBe(`a PDU of ${length} bytes: 16 to 16384 are possible`);
    expect(await pdus()).toBeUndefined();
  },
);

test('an unknown command and one that cannot be read are refused by their number; the session goes on', async () => {
  const { peer, pdus } = await linkAndPeer();
  peer.write(header(16, 0x21, 1));
  expect(await pdus()).toMatchObject({ command: 'generic_nack', status: STATUS.ESME_RINVCMDID, sequence: 1 });
  peer.write(header(16, 0x05, 2));
  expect(await pdus()).toMatchObject({
    command: 'generic_nack',
    status: STATUS.ESME_RINVCMDLEN,
    sequence: 2,
  });
  peer.write(encodePdu('enquire_link', 3, 0, {}));
  expect(await pdus()).toMatchObject({ command: 'enquire_link_resp', sequence: 3 });
});

test('commands that this side does not know are refused for ever, and told of for a while', async () => {
  const { peer, pdus, lines } = await linkAndPeer();
  for (let number = 1; number <= 100; number++) peer.write(header(16, 0x99, number));
  peer.write(
    encodePdu('alert_notification', 101, 0, {
      source_addr_ton: 1,
      source_addr_npi: 1,
      source_addr: '1',
      esme_addr_ton: 0,
      esme_addr_npi: 0,
      esme_addr: '',
    }),
  );
  peer.write(encodePdu('enquire_link', 102, 0, {}));
  for (let number = 1; number <= 100; number++)
    expect(await pdus()).toMatchObject({ command: 'generic_nack', sequence: number });
  expect(await pdus()).toMatchObject({ command: 'enquire_link_resp', sequence: 102 });
  expect(lines).toHaveLength(50);
});

test('a peer that sends nothing but rubbish is given up', async () => {
  const { peer, closed, lines } = await linkAndPeer();
  for (let number = 1; number <= 20; number++) peer.write(header(16, 0x05, number));
  expect(await closed).toBe('16 PDUs that cannot be read');
  expect(lines).toHaveLength(16);
});

test('random bytes end the connection or are answered, whatever they are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 600 }), async (bytes) => {
      const { peer, link, closed } = await linkAndPeer();
      peer.end(bytes);
      peer.resume();
      expect(await closed).toEqual(expect.any(String));
      expect(await link.request('enquire_link', {})).toMatchObject({ kind: 'closed' });
    }),
    { numRuns: 60 },
  );
});

test('requests beyond the bound wait until others are done, and none is lost', async () => {
  const waiting: (() => void)[] = [];
  let most = 0;
  const { peer, pdus } = await linkAndPeer({
    limits: { ...LINK_LIMITS, mostHandled: 3 },
    onRequest: () =>
      new Promise((resolve) => {
        waiting.push(() => resolve({ status: 0 }));
        most = Math.max(most, waiting.length);
        setImmediate(() => waiting.shift()?.());
      }),
  });
  for (let number = 1; number <= 200; number++) peer.write(encodePdu('deliver_sm', number, 0, PLAIN_MESSAGE));
  const answered = new Set<number>();
  while (answered.size < 200) answered.add((await pdus())?.sequence ?? 0);
  expect(most).toBe(3);
});

test('a peer that does not read its answers is not read from', async () => {
  const { peer, socket } = await linkAndPeer();
  peer.pause();
  const many = Buffer.concat(
    Array.from({ length: 4096 }, (_, index) => encodePdu('enquire_link', index + 1, 0, {})),
  );
  // More than the buffers of both ends take: at some time the peer cannot write any more.
  for (let sent = 0; sent < 1000 && peer.writableLength < 4 * many.length; sent++) {
    peer.write(many);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(peer.writableLength).toBeGreaterThanOrEqual(4 * many.length);
  expect(socket.writableLength).toBeLessThan(400 * 1024);
});

test('sequence numbers that the peer uses twice are answered twice', async () => {
  const { peer, pdus } = await linkAndPeer();
  for (let times = 0; times < 2; times++) peer.write(encodePdu('deliver_sm', 7, 0, PLAIN_MESSAGE));
  expect(await pdus()).toMatchObject({ command: 'deliver_sm_resp', sequence: 7 });
  expect(await pdus()).toMatchObject({ command: 'deliver_sm_resp', sequence: 7 });
});

test('what the handler throws is an error of this system to the peer', async () => {
  const { peer, pdus, lines } = await linkAndPeer({
    onRequest: () => Promise.reject(new Error('disk full')),
  });
  peer.write(encodePdu('deliver_sm', 1, 0, PLAIN_MESSAGE));
  expect(await pdus()).toMatchObject({ command: 'deliver_sm_resp', status: STATUS.ESME_RSYSERR });
  expect(lines).toEqual(['deliver_sm: disk full']);
});

test('a request without an answer is silence, and a peer without a sign of life is left', async () => {
  const limits = { ...LINK_LIMITS, responseTimeout: 20, enquireAfter: 10_000 };
  const { link, pdus, closed } = await linkAndPeer({ limits });
  expect(await link.request('submit_sm', PLAIN_MESSAGE)).toEqual({ kind: 'silence' });
  expect(await pdus()).toMatchObject({ command: 'submit_sm' });
  expect(await pdus()).toMatchObject({ command: 'enquire_link' });
  expect(await closed).toBe('the peer gives no sign of life');
});

test('a response that comes too late changes nothing', async () => {
  const limits = { ...LINK_LIMITS, responseTimeout: 20 };
  const { link, peer, pdus, lines } = await linkAndPeer({ limits });
  expect(await link.request('submit_sm', PLAIN_MESSAGE)).toEqual({ kind: 'silence' });
  const late = await pdus();
  peer.write(encodePdu('submit_sm_resp', late?.sequence ?? 0, 0, { message_id: 'late' }));
  const enquiry = await pdus();
  peer.write(encodePdu('enquire_link_resp', enquiry?.sequence ?? 0, 0, {}));
  const reply = link.request('submit_sm', PLAIN_MESSAGE);
  peer.write(encodePdu('submit_sm_resp', (await pdus())?.sequence ?? 0, 0, { message_id: 'in time' }));
  expect(await reply).toMatchObject({ response: { fields: { message_id: 'in time' } } });
  expect(lines).toEqual([]);
});

test('unbind is answered after the requests before it', async () => {
  const { peer, pdus, closed } = await linkAndPeer({
    onRequest: () => new Promise((resolve) => setImmediate(() => resolve({ status: 0 }))),
  });
  peer.write(Buffer.concat([encodePdu('deliver_sm', 1, 0, PLAIN_MESSAGE), encodePdu('unbind', 2, 0, {})]));
  expect(await pdus()).toMatchObject({ command: 'deliver_sm_resp' });
  expect(await pdus()).toMatchObject({ command: 'unbind_resp', sequence: 2 });
  expect(await closed).toBe('the peer took leave');
});

test('unbind is sent after the answers to what came before', async () => {
  const taken = Promise.withResolvers<void>();
  const { link, peer, pdus } = await linkAndPeer({
    onRequest: () => {
      taken.resolve();
      return new Promise((resolve) => setImmediate(() => resolve({ status: 0 })));
    },
  });
  peer.write(encodePdu('deliver_sm', 1, 0, PLAIN_MESSAGE));
  await taken.promise;
  const ended = link.end(true);
  expect(await pdus()).toMatchObject({ command: 'deliver_sm_resp' });
  const unbind = await pdus();
  expect(unbind).toMatchObject({ command: 'unbind' });
  peer.write(encodePdu('unbind_resp', unbind?.sequence ?? 0, 0, {}));
  await ended;
});
