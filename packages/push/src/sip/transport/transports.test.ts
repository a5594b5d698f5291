import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseMessage, SIP_LIMITS, type SipMessage, writeMessage } from '../message/index.ts';
import { type LinkEvents, Transports } from './index.ts';

const utf8 = new TextEncoder();
const MESSAGE = parseMessage(utf8.encode('OPTIONS sip:a SIP/2.0\r\nSubject: x\r\n\r\nbody'));

let server: Server;
let transports: Transports | undefined;
let sockets: Socket[];
let lost: PromiseWithResolvers<string>;
let came: SipMessage[];

beforeEach(async () => {
  sockets = [];
  came = [];
  lost = Promise.withResolvers();
  server = createServer((socket) => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  await transports?.close();
  for (const socket of sockets) socket.destroy();
  server.close();
});

async function open(keepAlive = 0, host = '127.0.0.1'): Promise<Transports> {
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const { resolve } = lost;
  const events: LinkEvents = {
    onMessage: (message) => came.push(message),
    onGarbage: () => undefined,
    onLost: (_, why) => resolve(why),
  };
  transports = await Transports.open(
    {
      core: { host, port, transport: 'TCP' },
      bind: { host: '', port: 0 },
      tls: {},
      limits: SIP_LIMITS,
      keepAlive,
      connectWithin: 1000,
    },
    events,
  );
  return transports;
}

/** The next thing that the core gets. */
async function got(): Promise<string> {
  if (sockets.length === 0) await once(server, 'connection');
  const [data] = await once(sockets.at(-1) as Socket, 'data');
  return String(data);
}

test('one connection serves all requests, and another one those after it was lost', async () => {
  const opened = await open();
  const [first, second] = await Promise.all([opened.toCore(10), opened.toCore(5000)]);
  expect(second).toBe(first);
  expect(first).toMatchObject({ transport: 'TCP', isCore: true, local: { host: '127.0.0.1' } });
  const arrived = got();
  await first.send(writeMessage(MESSAGE));
  expect(await arrived).toContain('OPTIONS sip:a SIP/2.0');
  sockets[0]?.end(writeMessage(MESSAGE));
  expect(await lost.promise).toBe('the other side closed the connection');
  expect(came).toEqual([MESSAGE]);
  await expect(first.send(utf8.encode('x'))).rejects.toThrow('is closed');
  expect(await opened.toCore(10)).not.toBe(first);
});

test('bytes that are no SIP end the connection', async () => {
  await (await open()).toCore(10);
  if (sockets.length === 0) await once(server, 'connection');
  sockets[0]?.write('HTTP/1.1 200 OK\r\n\r\n');
  expect(await lost.promise).toContain('what came is not SIP: start line');
});

test('a core that has answered a ping and then does not has lost the connection', async () => {
  await (await open(30)).toCore(10);
  expect(await got()).toBe('\r\n\r\n');
  sockets[0]?.write('\r\n');
  expect(await got()).toBe('\r\n\r\n');
  expect(await lost.promise).toBe('the other side gives no sign of life');
});

test('a core that has never answered a ping is not expected to', async () => {
  const link = await (await open(20)).toCore(10);
  for (let ping = 1; ping <= 3; ping++) expect(await got()).toBe('\r\n\r\n');
  await link.send(utf8.encode('x'));
});

test('a core that is not there, or has no address, is told', async () => {
  const opened = await open(0, 'nowhere.invalid');
  await expect(opened.toCore(10)).rejects.toThrow('nowhere.invalid');
  server.close();
  await transports?.close();
  await expect(opened.toCore(10)).rejects.toThrow('closed');
});
