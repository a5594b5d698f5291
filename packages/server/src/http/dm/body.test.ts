import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Body, BodyIncomplete, BodyRoom, BodyTooLarge, NoRoom, readBody } from './body.ts';

const KIB = 1024;
const LIMIT = 64 * KIB;
const server = createServer();
beforeEach(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

/** Sends some bytes, of more that it announces, and gives what becomes of the body. */
async function send(room: BodyRoom, bytes: number, announced = bytes) {
  const { port } = server.address() as AddressInfo;
  const headers = { 'content-length': announced };
  const sent = request({ port, host: '127.0.0.1', method: 'POST', headers, agent: false });
  sent.on('error', () => {});
  sent.write(Buffer.alloc(bytes));
  const [incoming] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
  return { sent, incoming, body: readBody(incoming, LIMIT, room) };
}

const done = async (body: Promise<Body>): Promise<void> => (await body).release();

it('a body takes its room for as long as it is in use, however it ends', async () => {
  const room = new BodyRoom(40 * KIB);
  const first = await send(room, 48 * KIB);
  const { bytes, release } = await first.body;
  expect(bytes).toHaveLength(48 * KIB);
  await expect((await send(room, 48 * KIB)).body).rejects.toThrow(NoRoom);
  release();
  const broken = await send(room, 48 * KIB, 60 * KIB);
  const failed = expect(broken.body).rejects.toThrow(BodyIncomplete);
  broken.sent.destroy();
  await failed;
  await expect((await send(room, LIMIT + 1)).body).rejects.toThrow(BodyTooLarge);
  for (let n = 0; n < 3; n++) await done((await send(room, 48 * KIB)).body);
});

it('an ordinary one always has room', async () => {
  const room = new BodyRoom(0);
  for (let n = 0; n < 3; n++) expect((await (await send(room, 16 * KIB)).body).bytes).toHaveLength(16 * KIB);
});
