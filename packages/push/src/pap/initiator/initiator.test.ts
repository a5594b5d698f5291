import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type InitiatorOptions,
  notificationReceiver,
  type Push,
  type PushService,
  papServer,
  pushInitiator,
  type ResultNotification,
  resultNotifier,
  type Submission,
} from '../index.ts';
import { post, serve } from '../pap.testing.ts';

const CREDENTIALS = { user: 'pi', password: 'secrét:' };
const PUSH: Push = {
  pushId: '1@pi',
  addresses: [
    { kind: 'plmn', number: '+15550100' },
    { kind: 'user', user: 'a@b' },
  ],
  content: {
    contentType: 'application/vnd.syncml.notification',
    applicationId: 'x-wap-application:syncml.dm',
    headers: [['x-a', 'b']],
    body: new Uint8Array([0, 13, 10, 45, 45, 255]),
  },
};

/** Keeps pushes in memory, by initiator and id. */
class Service implements PushService {
  readonly taken = new Map<string, Submission>();

  async submit(submission: Submission) {
    if (this.taken.has(submission.pushId)) return { code: 2007 };
    this.taken.set(submission.pushId, submission);
    return { code: 1001, progressNotes: [{ stage: 'stored' }] };
  }
  async cancel({ pushId }: { pushId: string }) {
    return [this.taken.delete(pushId) ? { code: 1000 } : { code: 2004 }];
  }
  async statusQuery({ pushId }: { pushId: string }) {
    return [
      this.taken.has(pushId)
        ? { state: 'pending' as const, code: 1000 }
        : { state: 'unknown' as const, code: 2004 },
    ];
  }
  async ccq() {
    return { code: 1000, capabilities: Buffer.from('<rdf/>') };
  }
}

function initiator(options: InitiatorOptions) {
  const opened = pushInitiator(options);
  onTestFinished(() => opened.close());
  return opened;
}

async function withGateway(options: Partial<InitiatorOptions> = {}) {
  const service = new Service();
  const listener = papServer({
    service,
    authenticate: (credentials) =>
      credentials?.user === CREDENTIALS.user && credentials.password === CREDENTIALS.password
        ? { name: 'pi' }
        : undefined,
    onFailure: (error) => {
      throw error;
    },
  });
  const url = await serve(listener);
  return {
    service,
    url,
    pi: initiator({ url, credentials: CREDENTIALS, gateway: 'ppg.example', ...options }),
  };
}

describe('a push initiator', () => {
  it('submits, asks for the state, and cancels', async () => {
    const { service, pi } = await withGateway();
    const push: Push = {
      ...PUSH,
      progressNotesRequested: true,
      deliverBefore: 1e12,
      quality: { bearer: 'SMS' },
      capabilities: Buffer.from('<x/>'),
    };
    expect(await pi.submit(push)).toEqual({
      kind: 'accepted',
      code: 1001,
      text: '1001 Accepted for Processing',
      progressNotes: [{ stage: 'stored' }],
    });
    expect(service.taken.get('1@pi')).toMatchObject({
      addresses: [
        { text: 'WAPPUSH=+15550100/TYPE=PLMN@ppg.example', address: PUSH.addresses[0] },
        { text: 'WAPPUSH=a%40b/TYPE=USER@ppg.example', address: PUSH.addresses[1] },
      ],
      content: { ...PUSH.content, body: Buffer.from(PUSH.content.body) },
      deliverBefore: 1e12,
      capabilities: Buffer.from('<x/>'),
      quality: { bearer: 'SMS', priority: 'medium' },
    });
    expect(await pi.submit(push)).toEqual({ kind: 'duplicate', text: '2007 Duplicate Push ID' });
    expect(await pi.statusQuery('1@pi')).toEqual({
      kind: 'answered',
      results: [{ state: 'pending', code: 1000, desc: 'OK' }],
    });
    expect(await pi.cancel('1@pi', PUSH.addresses)).toMatchObject({ results: [{ code: 1000 }] });
    expect(await pi.statusQuery('1@pi')).toMatchObject({ results: [{ state: 'unknown', code: 2004 }] });
    expect(await pi.ccq({ kind: 'user', user: 'a' }, 'x')).toEqual({
      kind: 'answered',
      code: 1000,
      text: '1000 OK',
      capabilities: Buffer.from('<rdf/>'),
    });
  });

  it('is told why it is refused', async () => {
    const { url, pi } = await withGateway();
    const stranger = initiator({ url, credentials: { user: 'pi', password: '' } });
    expect(await stranger.submit(PUSH)).toEqual({
      kind: 'refused',
      code: 2001,
      text: 'the gateway answers with HTTP 401: it does not know "pi" with this password',
      temporary: false,
      locked: true,
    });
    expect(await pi.submit({ ...PUSH, notifyRequestedTo: 'nowhere' })).toMatchObject({
      kind: 'refused',
      code: 2000,
      text: expect.stringContaining('2000 Bad Request: ppg-notify-requested-to is "nowhere"'),
    });
    expect(await pi.submit({ ...PUSH, addresses: [] })).toMatchObject({ kind: 'refused', code: 2000 });
    await expect(pi.submit({ ...PUSH, pushId: '\0' })).rejects.toThrow(RangeError);
  });

  const answering =
    (status: number, body: string, type = 'application/xml'): RequestListener =>
    (request, response) => {
      request.resume().on('end', () => response.writeHead(status, { 'Content-Type': type }).end(body));
    };
  it.each<[string, RequestListener, object]>([
    ['nothing', answering(200, ''), { kind: 'unreachable', text: /HTTP 200 and nothing else/ }],
    [
      'a page',
      answering(502, '<html>', 'text/html'),
      { kind: 'unreachable', text: /HTTP 502, which is not PAP: line 1/ },
    ],
    [
      'another answer',
      answering(
        202,
        '<pap><cancel-response push-id="1@pi"><cancel-result code="1000"/></cancel-response></pap>',
      ),
      { kind: 'unreachable', text: /is a cancel-response; expected a push-response/ },
    ],
    [
      'the answer to another',
      answering(202, '<pap><push-response push-id="2"><response-result code="1001"/></push-response></pap>'),
      { kind: 'unreachable', text: /another push-message, "2"/ },
    ],
    [
      'a failure',
      answering(
        202,
        '<pap><push-response push-id="1@pi"><response-result code="4001"/></push-response></pap>',
      ),
      { kind: 'refused', code: 4001, temporary: true, text: /^4001 Service Unavailable$/ },
    ],
    [
      'an answer of no type',
      answering(
        202,
        '<pap><push-response push-id="1@pi"><response-result code="1042" desc="ok" x="y"/></push-response></pap>',
        '',
      ),
      { kind: 'accepted', code: 1042, text: /^1042 Success: ok$/ },
    ],
    [
      'more than it should',
      answering(202, ' '.repeat(2_000_000)),
      { kind: 'unreachable', text: /larger than/ },
    ],
    [
      'half an answer',
      (request, response) =>
        request
          .resume()
          .on('end', () =>
            response.writeHead(202, { 'Content-Length': 100 }).write('<pap>', () => response.destroy()),
          ),
      { kind: 'unreachable', text: /aborted/ },
    ],
    ['nobody', (request) => request.socket.destroy(), { kind: 'unreachable', text: /socket hang up/ }],
  ])('understands %s', async (_, listener, outcome) => {
    const { text, ...rest } = outcome as { text: RegExp };
    const pi = initiator({ url: await serve(listener) });
    expect(await pi.submit(PUSH)).toMatchObject({ ...rest, text: expect.stringMatching(text) });
  });

  it('does not wait for ever, nor for a port where nobody is', async () => {
    const silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const pi = initiator({ url: `http://127.0.0.1:${port}/`, timeout: 20 });
    expect(await pi.submit(PUSH)).toMatchObject({
      kind: 'unreachable',
      text: expect.stringContaining('no answer within 20 ms'),
    });
    const waiting = pi.submit(PUSH, AbortSignal.abort(new Error('enough')));
    await expect(waiting).rejects.toThrow('enough');
    await new Promise((resolve) => silent.close(resolve));
    expect(await pi.submit(PUSH)).toMatchObject({
      kind: 'unreachable',
      text: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('speaks an older version to a gateway that wants one, and stays with it', async () => {
    const versions: string[] = [];
    const url = await serve((request, response) => {
      const chunks: Uint8Array[] = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        const [, version = '1.0'] =
          /DTD PAP ?([\d.]*)\/\//.exec(Buffer.concat(chunks).toString('latin1')) ?? [];
        versions.push(version);
        const said =
          version === ''
            ? '<push-response push-id="1@pi"><response-result code="1001"/></push-response>'
            : '<badmessage-response code="3002"/>';
        response.end(`<pap>${said}</pap>`);
      });
    });
    const pi = initiator({ url });
    expect(await pi.submit({ ...PUSH, replaces: { pushId: '0', method: 'all' } })).toMatchObject({
      kind: 'refused',
      code: 3002,
    });
    expect(await pi.submit(PUSH)).toMatchObject({ kind: 'accepted', code: 1001 });
    expect(await pi.submit(PUSH)).toMatchObject({ kind: 'accepted', code: 1001 });
    expect(versions).toEqual(['2.1', '2.0', '2.0', '', '']);
  });

  it('has no more requests at once than it should, over connections that it keeps', async () => {
    let now = 0;
    let most = 0;
    const sockets = new Set<unknown>();
    const url = await serve((request, response) => {
      sockets.add(request.socket);
      most = Math.max(most, ++now);
      request.resume().on('end', () => {
        now--;
        response.end(
          '<pap><push-response push-id="1@pi"><response-result code="1001"/></push-response></pap>',
        );
      });
    });
    const pi = initiator({ url, connections: 3 });
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => pi.submit(PUSH)));
    expect(outcomes.every(({ kind }) => kind === 'accepted')).toBe(true);
    expect(most).toBeLessThanOrEqual(3);
    expect(sockets.size).toBeLessThanOrEqual(3);
  });

  it('sends once more over a new connection when a kept one ends, and knows what 2007 then means', async () => {
    const { service, url: gateway } = await withGateway();
    let requests = 0;
    const url = await serve((request, response) => {
      const chunks: Uint8Array[] = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', async () => {
        const headers = {
          Authorization: request.headers.authorization ?? '',
          'Content-Type': request.headers['content-type'] ?? '',
        };
        const { text } = await post(gateway, Buffer.concat(chunks), headers);
        if (++requests === 2) request.socket.resetAndDestroy();
        else response.setHeader('Content-Type', 'application/xml').end(text);
      });
    });
    const pi = initiator({ url, credentials: CREDENTIALS });
    expect(await pi.submit(PUSH)).toMatchObject({ kind: 'accepted', code: 1001 });
    expect(await pi.submit({ ...PUSH, pushId: '2@pi' })).toMatchObject({ kind: 'accepted', code: 2007 });
    expect(requests).toBe(3);
    expect([...service.taken.keys()]).toEqual(['1@pi', '2@pi']);
  });
});

describe('result notifications', () => {
  const NOTIFICATION: ResultNotification = {
    pushId: '1@pi',
    senderName: 'Grove',
    receivedTime: 1e12,
    eventTime: 1.1e12,
    state: 'undeliverable',
    code: 2003,
    desc: 'no such <number>',
    address: 'WAPPUSH=+15550100/TYPE=PLMN@ppg.example',
    qualityOfService: { bearer: 'SMS' },
  };

  async function withReceiver(answer: () => Promise<{ code: number } | undefined>) {
    const seen: [ResultNotification, string][] = [];
    const failures: unknown[] = [];
    const url = await serve(
      notificationReceiver({
        authenticate: (credentials) => (credentials?.password === 'p' ? credentials.user : undefined),
        onNotification: (notification, from) => {
          seen.push([notification, from]);
          return answer();
        },
        onFailure: (error) => failures.push(error),
      }),
    );
    const notifier = resultNotifier();
    onTestFinished(() => notifier.close());
    const target = { url, credentials: { user: 'gateway', password: 'p' }, version: '2.0' as const };
    return { seen, failures, url, notifier, target };
  }

  it('reach the initiator, and are acknowledged', async () => {
    const { seen, notifier, target } = await withReceiver(async () => undefined);
    expect(await notifier.notify(target, NOTIFICATION)).toEqual({ kind: 'taken', text: '1000 OK' });
    expect(seen).toEqual([[NOTIFICATION, 'gateway']]);
  });

  it('are refused for a reason', async () => {
    const { failures, notifier, target, url } = await withReceiver(async () => ({ code: 2004 }));
    expect(await notifier.notify(target, NOTIFICATION)).toMatchObject({
      kind: 'refused',
      code: 2004,
      text: '2004 Push ID Not Found',
    });
    expect(await notifier.notify({ ...target, credentials: undefined }, NOTIFICATION)).toMatchObject({
      kind: 'refused',
      code: 2001,
    });
    expect(await notifier.notify({ ...target, url: 'x' }, NOTIFICATION)).toMatchObject({
      kind: 'refused',
      text: '"x" is no URL',
    });
    const other = await post(
      url,
      '<pap><push-message push-id="1"><address address-value="a"/></push-message></pap>',
      {
        'Content-Type': 'application/xml',
        Authorization: `Basic ${btoa('gateway:p')}`,
      },
    );
    expect(other.document?.message).toMatchObject({
      name: 'badmessage-response',
      desc: expect.stringContaining('expected resultnotification-message'),
    });
    expect(failures).toEqual([]);
  });

  it('are not acknowledged when they could not be kept', async () => {
    const failure = new Error('disk full');
    const { failures, notifier, target } = await withReceiver(() => Promise.reject(failure));
    expect(await notifier.notify(target, NOTIFICATION)).toMatchObject({
      kind: 'refused',
      code: 3000,
      temporary: true,
    });
    expect(failures).toEqual([failure]);
  });
});
