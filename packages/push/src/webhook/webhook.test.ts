import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Bearer } from '../bearer/index.ts';
import { bearerMeans, shipmentTo } from '../bearer/means.testing.ts';
import { type AnsweringServer, answeringServer } from '../http/server.testing.ts';
import { WEBHOOK_BEARER } from './index.ts';
import { keyOf, webhookHeaders } from './signature.ts';

const { signal } = new AbortController();
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

const START = 1_700_000_000_999;
let now = START;
beforeEach(() => {
  now = START;
});

async function openBearer(
  { port }: Pick<AnsweringServer, 'port'>,
  settings: Partial<Parameters<typeof WEBHOOK_BEARER.open>[0]> = {},
): Promise<Bearer> {
  const url = `http://127.0.0.1:${port}/pushes?from=grove`;
  const bearer = await WEBHOOK_BEARER.open({ url, ...settings }, { ...bearerMeans(), now: () => now });
  onTestFinished(() => bearer.close());
  return bearer;
}

describe('a webhook', () => {
  it('is signed as in the example of Standard Webhooks', () => {
    const body = new TextEncoder().encode('{"test": 2432232314}');
    expect(webhookHeaders('msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, body, [keyOf(secret)])).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('gets a push with all that is known of it, whatever the address', async () => {
    const server = await answeringServer((response) => response.writeHead(200).end('thanks'));
    const bearer = await openBearer(server, { secret, headers: { Authorization: 'Bearer token' } });
    const shipment = {
      ...shipmentTo({ kind: 'plmn', number: '+441632960001' }, { headers: [['x-a', 'é']] }),
      deliverBefore: 1_700_000_060_000,
    };
    expect(await bearer.send(shipment, signal)).toEqual({
      kind: 'delivered',
      text: `127.0.0.1:${server.port} answered 200 OK`,
    });
    const [asked] = server.asked;
    expect(JSON.parse(Buffer.from(asked?.body ?? '', 'latin1').toString())).toEqual({
      type: 'push',
      timestamp: '2023-11-14T22:13:20.999Z',
      data: {
        address: 'WAPPUSH=+441632960001/TYPE=PLMN',
        contentType: 'application/vnd.syncml.notification',
        applicationId: 'x-wap-application:syncml.dm',
        headers: [['x-a', 'é']],
        body: 'AQID',
        deliverBefore: '2023-11-14T22:14:20.000Z',
      },
    });
    expect(asked).toMatchObject({
      method: 'POST',
      path: '/pushes?from=grove',
      headers: {
        authorization: 'Bearer token',
        'content-type': 'application/json',
        ...webhookHeaders('push-1', 1_700_000_000, Buffer.from(asked?.body ?? '', 'latin1'), [keyOf(secret)]),
      },
    });
    expect(bearer.health()).toEqual({ state: 'up', text: `127.0.0.1:${server.port} answered 200 OK` });
  });

  it.each([
    [204, 'delivered', 'up'],
    [202, 'accepted', 'up'],
    [302, 'failed', 'up'],
    [400, 'failed', 'up'],
    [410, 'failed', 'up'],
    [408, 'retry', 'up'],
    [429, 'retry', 'down'],
    [500, 'retry', 'up'],
    [503, 'retry', 'down'],
  ])('that answers %i makes an attempt %s', async (status, kind, state) => {
    const server = await answeringServer((response) => response.writeHead(status).end());
    const bearer = await openBearer(server);
    expect(await bearer.send(shipmentTo({ kind: 'sip', uri: 'sip:a@example.com' }), signal)).toMatchObject({
      kind,
      text: expect.stringMatching(`^127.0.0.1:${server.port} answered .*${status}`),
    });
    expect(bearer.health().state).toBe(state);
  });

  it('that does not answer, or answers without end, is tried again later', async () => {
    const silent = await openBearer(await answeringServer(() => {}), { timeoutSeconds: 0.05 });
    const shipment = shipmentTo({ kind: 'user', user: 'someone' });
    expect(await silent.send(shipment, signal)).toMatchObject({
      kind: 'retry',
      text: expect.stringContaining('no answer within 50 ms'),
    });
    const endless = await openBearer(
      await answeringServer((response) => {
        response.writeHead(200);
        response.on('error', () => {});
        response.write('x'.repeat(200_000));
      }),
    );
    expect(await endless.send(shipment, signal)).toMatchObject({
      kind: 'retry',
      text: expect.stringContaining('larger than 65536 bytes'),
    });
    expect(endless.health().state).toBe('down');
    const slow = await openBearer(
      await answeringServer((response) => {
        response.writeHead(200);
        response.write('x');
      }),
      { timeoutSeconds: 0.05 },
    );
    expect(await slow.send(shipment, signal)).toMatchObject({
      kind: 'retry',
      text: expect.stringContaining('no answer within 50 ms'),
    });
  });

  it('that cannot be reached is left alone for a while, longer each time, and then tried', async () => {
    let status = 503;
    const server = await answeringServer((response) =>
      response.writeHead(status, status === 429 ? { 'retry-after': '100' } : {}).end(),
    );
    const bearer = await openBearer(server);
    const shipment = shipmentTo({ kind: 'user', user: 'someone' });
    const pauses: number[] = [];
    for (let time = 0; time < 8; time++) {
      // Several under way fail at once, which counts as one failure.
      await Promise.all([bearer.send(shipment, signal), bearer.send(shipment, signal)]);
      const failed = now;
      while (bearer.health().state === 'down') now += 500;
      pauses.push(now - failed);
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    status = 429;
    await bearer.send(shipment, signal);
    now += 99_999;
    expect(bearer.health().state).toBe('down');
    status = 200;
    await bearer.send(shipment, signal);
    expect(bearer.health().state).toBe('up');
  });

  it('reaches the kinds of addresses that it is for', async () => {
    const bearer = await openBearer({ port: 9 }, { addresses: ['user'] });
    expect(bearer.reaches({ kind: 'user', user: 'someone' })).toBe(true);
    expect(bearer.reaches({ kind: 'plmn', number: '+441632960001' })).toBe(false);
  });

  it.each(['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_c2hvcnQ=', 'whsec_!'])(
    'is not opened with the secret %s, which no error repeats',
    async (wrong) => {
      const opening = openBearer({ port: 9 }, { secret: wrong });
      await expect(opening).rejects.toThrow('the secret is not whsec_ with base64');
      await expect(opening).rejects.not.toThrow(wrong.slice(6));
    },
  );
});
