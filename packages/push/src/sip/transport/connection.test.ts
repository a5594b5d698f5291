import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { SIP_LIMITS } from '../message/index.ts';
import { Connection } from './connection.ts';

test('reads no more from one who does not take what is sent to it, until it does', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const socket = connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1');
  const [other]: Socket[] = await once(server, 'connection');
  if (other === undefined) throw new Error('there is no connection');
  onTestFinished(() => {
    socket.destroy();
    other.destroy();
    server.close();
  });
  const answer = new Uint8Array(64 * 1024);
  const { promise: all, resolve } = Promise.withResolvers<void>();
  let came = 0;
  const connection = new Connection(
    socket,
    { transport: 'TCP', isCore: true, limits: SIP_LIMITS, keepAlive: 0, idle: 0 },
    {
      onMessage: () => {
        came++;
        connection.send(answer).catch(() => undefined);
        if (came === 1000) resolve();
      },
      onGarbage: () => undefined,
      onLost: () => undefined,
    },
  );
  const paused = once(socket, 'pause');
  const body = 'x'.repeat(8 * 1024);
  other.write(`OPTIONS sip:a SIP/2.0\r\nContent-Length: ${body.length}\r\n\r\n${body}`.repeat(1000));
  await paused;
  expect(came).toBeLessThan(1000);
  other.resume();
  await all;
});
