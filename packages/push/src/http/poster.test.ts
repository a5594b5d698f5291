import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openPoster } from './index.ts';

test('takes one who changes to another protocol for one who answers nothing, and frees its connection', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const poster = openPoster({ connections: 1, keepAlive: true, timeout: 60_000, largest: 1000 });
  onTestFinished(() => {
    poster.close();
    server.close();
  });
  const address = server.address();
  const url = new URL(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`);
  for (let turn = 1; turn <= 2; turn++) {
    expect(await poster.post(url, {}, new Uint8Array(1))).toMatchObject({
      status: 101,
      body: new Uint8Array(),
    });
  }
});
