import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
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

test('connects to no address that it may not, whether by number or by name, and cuts what is too long', async () => {
  const server = createHttpServer((_request, response) => response.end('x'.repeat(100_000))).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const settings = { connections: 1, keepAlive: false, timeout: 60_000, largest: 1000, cut: true };
  const kept = openPoster({ ...settings, mayReach: () => false });
  const free = openPoster({ ...settings, mayReach: (host) => host === '127.0.0.1' });
  onTestFinished(() => {
    kept.close();
    free.close();
    server.close();
  });
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '0x7f.1']) {
    const url = new URL(`http://${host}:${port}/`);
    await expect(kept.post(url, {}, new Uint8Array(1))).rejects.toThrow(
      'not an address that may be connected to',
    );
  }
  const { status, body } = await free.post(new URL(`http://localhost:${port}/`), {}, new Uint8Array(1));
  expect([status, body.length]).toEqual([200, 1000]);
});
