import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Bearer, Receiver } from '../bearer/index.ts';
import { bearerMeans, receiverMeans, shipmentTo } from '../bearer/means.testing.ts';
import { answeringServer } from '../http/server.testing.ts';
import { OTA_HTTP_BEARER, OTA_HTTP_RECEIVER } from './index.ts';

const { signal } = new AbortController();
const host = '127.0.0.1';

async function openBearer(settings: Parameters<typeof OTA_HTTP_BEARER.open>[0] = {}): Promise<Bearer> {
  const bearer = await OTA_HTTP_BEARER.open(settings, bearerMeans());
  onTestFinished(() => bearer.close());
  return bearer;
}

async function openReceiver(url: string, heard = receiverMeans()): Promise<Receiver & { port: number }> {
  const receiver = await OTA_HTTP_RECEIVER.open(url, heard.means);
  onTestFinished(() => receiver.close());
  return Object.assign(receiver, { port: Number(receiver.address.split(':').at(-1)) });
}

describe('OTA-HTTP', () => {
  it.each([
    ['ipv4', '127.0.0.1', 'ota-http://127.0.0.1:0'],
    ['ipv6', '::1', 'ota-http://[::1]:0'],
  ] as const)('delivers a push to a terminal at an address of %s', async (kind, host, url) => {
    const heard = receiverMeans();
    const receiver = await openReceiver(url, heard);
    const bearer = await openBearer();
    const shipment = shipmentTo(
      { kind, host, port: receiver.port },
      {
        headers: [
          ['x-wap-initiator-uri', 'http://pi.example/é'],
          ['connection', 'close'],
        ],
        body: Uint8Array.of(0, 13, 10, 13, 10, 255),
      },
    );
    expect(await bearer.send(shipment, signal)).toEqual({ kind: 'delivered', text: 'the terminal took it' });
    expect(await heard.push()).toEqual({
      ...shipment.content,
      headers: [['x-wap-initiator-uri', 'http://pi.example/é']],
      bearer: 'http',
      from: expect.stringMatching(/^(127\.0\.0\.1|\[::1\]):\d+$/),
      to: receiver.address,
    });
  });

  it('posts a whole HTTP response to /wappush', async () => {
    const { port, asked } = await answeringServer((response) => response.writeHead(204).end());
    const bearer = await openBearer({ port });
    await bearer.send(shipmentTo({ kind: 'ipv4', host }), signal);
    expect(asked).toMatchObject([
      {
        method: 'POST',
        path: '/wappush',
        headers: { 'content-type': 'application/http', 'x-wap-push-ota-version': '1.0' },
        body:
          'HTTP/1.1 200 OK\r\nContent-Type: application/vnd.syncml.notification\r\n' +
          'X-Wap-Application-Id: x-wap-application:syncml.dm\r\nContent-Length: 3\r\n\r\n\x01\x02\x03',
      },
    ]);
  });

  it.each([
    [204, { 'x-wap-push-status': '400 Accepted' }, 'delivered', 'the terminal took it'],
    [
      204,
      { 'x-wap-push-status': '235' },
      'failed',
      'the terminal did not take it: it was refused, without a reason that may be told (235)',
    ],
    [
      204,
      { 'x-wap-push-status': '236' },
      'retry',
      'the terminal did not take it: it waits for its user (236)',
    ],
    [
      204,
      { 'x-wap-push-status': '999' },
      'failed',
      'the terminal did not take it: a reason that is not known (999)',
    ],
    [
      204,
      { 'x-wap-push-status': '256' },
      'failed',
      'the terminal did not take it: a reason that is not known (256)',
    ],
    [200, {}, 'delivered', 'the terminal took it'],
    [301, { location: 'http://127.0.0.1:9/' }, 'failed', 'answered with HTTP 301 Moved Permanently'],
    [404, {}, 'failed', 'answered with HTTP 404 Not Found'],
    [501, {}, 'failed', 'answered with HTTP 501 Not Implemented'],
    [503, { 'retry-after': '7' }, 'retry', 'answered with HTTP 503 Service Unavailable'],
  ])('takes %i with %j for %s', async (status, headers, kind, text) => {
    const { port } = await answeringServer((response) => response.writeHead(status, headers).end());
    const bearer = await openBearer();
    expect(await bearer.send(shipmentTo({ kind: 'ipv4', host, port }), signal)).toEqual({
      kind,
      text: expect.stringContaining(text),
      ...('retry-after' in headers ? { after: 7000 } : {}),
    });
  });

  it('tells the tag of capabilities that a terminal asks for, from then on at once', async () => {
    const { port, asked } = await answeringServer((response, { headers }) => {
      const status = headers['x-wap-cpitag'] === 'tag' ? '400' : '256';
      response.writeHead(204, { 'x-wap-push-status': status, 'x-wap-cpitag': 'tag' }).end();
    });
    const bearer = await openBearer({ port });
    const shipment = shipmentTo({ kind: 'ipv4', host });
    expect((await bearer.send(shipment, signal)).kind).toBe('delivered');
    expect((await bearer.send(shipment, signal)).kind).toBe('delivered');
    expect(asked.map(({ headers }) => headers['x-wap-cpitag'])).toEqual([undefined, 'tag', 'tag']);
  });

  it('tries again later what finds nobody, or finds nobody who answers in time', async () => {
    const silent = await answeringServer(() => {});
    const bearer = await openBearer({ timeoutSeconds: 0.05 });
    expect(await bearer.send(shipmentTo({ kind: 'ipv4', host, port: silent.port }), signal)).toEqual({
      kind: 'retry',
      text: `127.0.0.1:${silent.port} cannot be reached: no answer within 50 ms`,
    });
    const receiver = await openReceiver('ota-http://127.0.0.1:0');
    await receiver.close();
    expect(await bearer.send(shipmentTo({ kind: 'ipv4', host, port: receiver.port }), signal)).toMatchObject({
      kind: 'retry',
      text: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('rejects by the signal alone', async () => {
    const controller = new AbortController();
    const silent = await answeringServer(() => controller.abort());
    const bearer = await openBearer();
    await expect(
      bearer.send(shipmentTo({ kind: 'ipv4', host, port: silent.port }), controller.signal),
    ).rejects.toThrow('aborted');
  });

  it('fails for what HTTP cannot carry, and for addresses out of its networks', async () => {
    const bearer = await openBearer({ networks: ['10.0.0.0/8'] });
    expect(bearer.reaches({ kind: 'ipv4', host })).toBe(false);
    expect(await bearer.send(shipmentTo({ kind: 'ipv4', host }), signal)).toMatchObject({ kind: 'failed' });
    const split = shipmentTo({ kind: 'ipv4', host: '10.0.0.1' }, { headers: [['x-a', 'b\r\nx-c: d']] });
    expect(await bearer.send(split, signal)).toEqual({
      kind: 'failed',
      text: '"x-a: b\\r\\nx-c: d" is no header',
    });
  });

  const inner = (head: string, body: string): string => `HTTP/1.1 200 OK\r\n${head}\r\n\r\n${body}`;
  it.each([
    [
      'a push as OMA has it',
      '/wappush',
      'application/http',
      inner('Content-Type: a/b\r\nX-WAP-Application-ID: 7\r\nContent-Length: 1', 'x'),
      204,
    ],
    ['one without a length', '/wappush', 'application/http', inner('Content-Type: a/b', 'x'), 204],
    ['one in a request of its own type', '/wappush', 'a/b', 'x', 204],
    ['another path', '/', 'a/b', 'x', 404],
    ['a body that is no HTTP', '/wappush', 'application/http', 'x', 400],
    [
      'one cut short',
      '/wappush',
      'application/http',
      inner('Content-Type: a/b\r\nContent-Length: 2', 'x'),
      400,
    ],
    [
      'one with more behind it',
      '/wappush',
      'application/http',
      inner('Content-Type: a/b\r\nContent-Length: 1', 'xy'),
      400,
    ],
    ['one without a type', '/wappush', 'application/http', inner('Content-Length: 1', 'x'), 400],
    ['one too large', '/wappush', 'a/b', 'x'.repeat(70_000), 413],
  ])('answers %s', async (_, path, contentType, body, status) => {
    const heard = receiverMeans();
    const { address } = await openReceiver('ota-http://127.0.0.1:0', heard);
    const response = await fetch(`http://${address}${path}`, {
      method: 'POST',
      headers: { 'content-type': contentType, 'x-wap-push-ota-version': '1.0' },
      body,
    });
    expect(response.status).toBe(status);
    expect(response.headers.get('x-wap-push-status')).toBe(status === 204 ? '400 Accepted' : null);
    if (status !== 204) expect(await heard.log()).toMatch(/^a request from 127\.0\.0\.1:\d+ was refused: /);
    else expect(await heard.push()).toMatchObject({ contentType: 'a/b', body: Uint8Array.of(0x78) });
  });

  it('acknowledges a push once it is stored, and asks for another try where it could not be', async () => {
    const asked = Promise.withResolvers<void>();
    const stored = Promise.withResolvers<void>();
    const heard = receiverMeans(() => {
      asked.resolve();
      return stored.promise;
    });
    const receiver = await openReceiver('ota-http://127.0.0.1:0', heard);
    const bearer = await openBearer();
    let isAcknowledged = false;
    const sent = bearer.send(shipmentTo({ kind: 'ipv4', host, port: receiver.port }), signal).then(() => {
      isAcknowledged = true;
    });
    await asked.promise;
    // As long as another request takes, this one is not answered.
    await fetch(`http://${receiver.address}/other`);
    expect(isAcknowledged).toBe(false);
    stored.resolve();
    await sent;
    const full = await openReceiver(
      'ota-http://127.0.0.1:0',
      receiverMeans(() => Promise.reject(new Error('the disk is full'))),
    );
    expect(await bearer.send(shipmentTo({ kind: 'ipv4', host, port: full.port }), signal)).toMatchObject({
      kind: 'retry',
      text: expect.stringContaining('503'),
    });
  });

  it('outlives bytes that are no HTTP', async () => {
    const heard = receiverMeans();
    const receiver = await openReceiver('ota-http://127.0.0.1:0', heard);
    const socket = connect(receiver.port, host);
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => {});
    socket.end(Uint8Array.of(0, 1, 2, 255, 10, 10));
    socket.resume();
    await closed;
    const bearer = await openBearer();
    expect((await bearer.send(shipmentTo({ kind: 'ipv4', host, port: receiver.port }), signal)).kind).toBe(
      'delivered',
    );
  });
});
