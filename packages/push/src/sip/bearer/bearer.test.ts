import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Attempt,
  type Bearer,
  DM_APPLICATION,
  type PushContent,
  type Shipment,
} from '../../bearer/index.ts';
import { type Answer, ScriptedCore } from '../core.testing.ts';
import { type Header, headerOf, headersOf, type SipRequest } from '../message/index.ts';
import { SIP_BEARER, type SipSettings } from './index.ts';

let core: ScriptedCore;
let bearer: Bearer | undefined;

beforeEach(async () => {
  core = await ScriptedCore.open();
});
afterEach(async () => {
  await bearer?.close();
  bearer = undefined;
  await core.close();
});

const NOW = Date.UTC(2026, 0, 1);

async function open(settings: Partial<SipSettings> = {}): Promise<Bearer> {
  bearer = await SIP_BEARER.open(
    {
      proxy: `sip:127.0.0.1:${core.port}`,
      identity: 'sip:gateway@grove.test',
      t1: 500,
      ...settings,
    },
    { name: 'sip', now: () => NOW, random: randomBytes, onReceipt: async () => {}, log: () => {} },
  );
  return bearer;
}

const CONTENT: PushContent = {
  contentType: 'application/vnd.syncml.notification',
  applicationId: DM_APPLICATION,
  headers: [],
  body: Buffer.from('notification'),
};

function shipment(more: Partial<Shipment> = {}): Shipment {
  return {
    id: 'push-1',
    to: { kind: 'sip', uri: 'sip:phone@grove.test' },
    content: CONTENT,
    deliverBefore: NOW + 90_500,
    confirmed: true,
    ...more,
  };
}

async function send(more: Partial<Shipment> = {}, signal = new AbortController().signal): Promise<Attempt> {
  if (!bearer) throw new Error('no bearer is open');
  return bearer.send(shipment(more), signal);
}

/** The MESSAGEs that came, each once however often UDP had to repeat it (RFC 3261, 17.1.3: one branch). */
function messages(): SipRequest[] {
  const byBranch = new Map<string | undefined, SipRequest>();
  for (const request of core.requests) {
    const via = headerOf(request, 'via');
    if (request.method === 'MESSAGE' && !byBranch.has(via)) byBranch.set(via, request);
  }
  return [...byBranch.values()];
}

const answer = (value: Answer): void => {
  core.scripts.MESSAGE = () => value;
};

describe('a push', () => {
  test('is a MESSAGE with what the terminal and the core need to know', async () => {
    await open({ displayName: 'Operator' });
    const content: PushContent = {
      ...CONTENT,
      headers: [
        ['x-wap-initiator-uri', 'http://dm.example.net'],
        ['via', 'SIP/2.0/UDP hostile'],
      ],
    };
    expect(await send({ content })).toEqual({
      kind: 'delivered',
      text: 'sip:phone@grove.test: the terminal has it (200)',
    });
    const [message] = messages();
    if (!message) throw new Error('no MESSAGE came');
    const find = (name: string): string | undefined => headerOf(message, name);
    expect(message.uri).toBe('sip:phone@grove.test');
    expect(find('to')).toBe('<sip:phone@grove.test>');
    expect(find('from')).toMatch(/^"Operator" <sip:gateway@grove\.test>;tag=./);
    expect(find('p-preferred-identity')).toBe('"Operator" <sip:gateway@grove.test>');
    expect(find('accept-contact')).toBe('*;+g.oma.pusheventapp="syncml.dm"');
    expect(find('content-type')).toBe('application/vnd.syncml.notification');
    expect(find('expires')).toBe('90');
    expect(find('x-wap-initiator-uri')).toBe('http://dm.example.net');
    expect(headersOf(message, 'via')).toHaveLength(1);
    expect(find('contact')).toBeUndefined();
    expect(Buffer.from(message.body).toString()).toBe('notification');
  });

  test('has the same Call-ID at each attempt, and a higher CSeq', async () => {
    await open({ assert: 'asserted', requireFeature: true });
    await send();
    await send();
    await send({ id: 'push-2' });
    const [first, second, other] = messages().map((message) => headerOf(message, 'call-id'));
    expect(second).toBe(first);
    expect(other).not.toBe(first);
    const numbers = messages().map((message) => Number.parseInt(headerOf(message, 'cseq') ?? '', 10));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    const [message] = messages();
    expect(message && headerOf(message, 'p-asserted-identity')).toBe('<sip:gateway@grove.test>');
    expect(message && headerOf(message, 'accept-contact')).toBe(
      '*;+g.oma.pusheventapp="syncml.dm";require;explicit',
    );
  });

  test('is sent again over UDP until an answer comes', async () => {
    await open({ t1: 20 });
    core.scripts.MESSAGE = (_, turn) => (turn < 2 ? undefined : { status: 200 });
    expect(await send()).toMatchObject({ kind: 'delivered' });
    expect(messages()).toHaveLength(1);
  });

  test('that is too large for a datagram is one after all where the core takes no connections', async () => {
    await open();
    const body = Buffer.alloc(5000, 'x');
    expect(await send({ content: { ...CONTENT, body } })).toMatchObject({ kind: 'delivered' });
    const [message] = messages();
    expect(message?.body).toEqual(new Uint8Array(body));
    expect(message && headerOf(message, 'via')).toContain('SIP/2.0/UDP');
  });

  test('waits for the one before it to the same terminal, and not for others', async () => {
    await open({ t1: 20 });
    core.scripts.MESSAGE = ({ uri }, turn) =>
      uri.includes('slow') && turn < 2 ? undefined : { status: 200 };
    const order: string[] = [];
    const to = async (user: string, id: string): Promise<void> => {
      await send({ id, to: { kind: 'sip', uri: `sip:${user}@grove.test` } });
      order.push(id);
    };
    await Promise.all([to('slow', 'first'), to('slow', 'second'), to('quick', 'other')]);
    expect(order).toEqual(['other', 'first', 'second']);
  });

  test('that is given up ends with the reason', async () => {
    await open();
    core.scripts.MESSAGE = () => undefined;
    const giveUp = new AbortController();
    const first = send({}, giveUp.signal);
    const second = send({}, giveUp.signal);
    await core.nextRequest('MESSAGE');
    giveUp.abort(new Error('cancelled'));
    await expect(first).rejects.toThrow('cancelled');
    await expect(second).rejects.toThrow('cancelled');
  });
});

describe('what comes of it', () => {
  test.each([
    [200, 'delivered', 'the terminal has it'],
    [202, 'accepted', 'the SIP core keeps it'],
    [302, 'failed', 'names another address'],
    [400, 'failed', 'malformed'],
    [403, 'failed', 'forbids'],
    [404, 'failed', 'no such user'],
    [408, 'retry', 'did not respond in time'],
    [413, 'failed', 'too large'],
    [415, 'failed', 'media type'],
    [480, 'retry', 'no terminal in the network'],
    [486, 'retry', 'busy'],
    [488, 'failed', 'does not accept the content'],
    [499, 'failed', 'refuses'],
    [500, 'retry', 'a server on the way'],
    [503, 'retry', 'a server on the way'],
    [600, 'retry', 'busy'],
    [603, 'failed', 'declines'],
    [699, 'failed', 'all terminals'],
  ])('%i is %s: %s', async (status, kind, text) => {
    await open();
    answer({ status, reason: 'As It Says' });
    const attempt = await send();
    expect(attempt.kind).toBe(kind);
    expect(attempt.text).toContain(text);
    expect(attempt.text).toContain(`(${status} As It Says)`);
  });

  test('Retry-After is heeded', async () => {
    await open();
    answer({ status: 503, headers: [['retry-after', '120 (maintenance);duration=60']] });
    expect(await send()).toMatchObject({ kind: 'retry', after: 120_000 });
  });

  test('silence is a reason to try again', async () => {
    await open({ t1: 10 });
    core.scripts.MESSAGE = () => undefined;
    expect(await send()).toEqual({
      kind: 'retry',
      text: `sip:phone@grove.test: no answer; 127.0.0.1:${core.port} did not respond within 0.64 s`,
    });
  });

  test('a refused connection is a reason to try again', async () => {
    await open({ proxy: 'sip:127.0.0.1:1;transport=tcp' });
    const attempt = await send();
    expect(attempt).toMatchObject({ kind: 'retry' });
    expect(attempt.text).toContain('ECONNREFUSED');
  });

  test('a push that cannot be written fails', async () => {
    await open();
    const attempt = await send({ content: { ...CONTENT, contentType: 'text/plain\r\nVia: x' } });
    expect(attempt).toMatchObject({ kind: 'failed' });
    expect(attempt.text).toContain('content-type: holds a control character');
    expect(messages()).toEqual([]);
  });
});

describe('credentials', () => {
  const challenge = (nonce: string, more = ''): Header => [
    'proxy-authenticate',
    `Digest realm="grove.test", nonce="${nonce}", qop="auth", algorithm=SHA-256${more}`,
  ];

  test('are shown when asked for, and then beforehand', async () => {
    await open({ password: 'secret' });
    core.scripts.MESSAGE = (request) =>
      headerOf(request, 'proxy-authorization') ? { status: 200 } : { status: 407, headers: [challenge('n')] };
    await send();
    await send();
    const counts = messages().map(
      (message) => /nc=([0-9a-f]+)/.exec(headerOf(message, 'proxy-authorization') ?? '')?.[1],
    );
    expect(counts).toEqual([undefined, '00000001', '00000002']);
  });

  test('that are refused are not shown for ever', async () => {
    await open({ password: 'wrong' });
    answer({ status: 407, reason: 'Proxy Authentication Required', headers: [challenge('n')] });
    const attempt = await send();
    expect(attempt).toMatchObject({ kind: 'failed' });
    expect(attempt.text).toContain("does not accept the gateway's credentials");
    expect(messages()).toHaveLength(2);
  });

  test('are shown again where only the nonce was too old, but not for ever', async () => {
    await open({ password: 'secret' });
    core.scripts.MESSAGE = (_, turn) => ({ status: 407, headers: [challenge(`n${turn}`, ', stale=true')] });
    expect(await send()).toMatchObject({ kind: 'failed' });
    expect(messages()).toHaveLength(3);
  });

  test('are for their own realm only', async () => {
    await open({ password: 'secret', realm: 'other.test' });
    answer({ status: 407, headers: [challenge('n')] });
    expect(await send()).toMatchObject({ kind: 'failed' });
    expect(messages()).toHaveLength(1);
  });
});

describe('large content', () => {
  const large: PushContent = {
    ...CONTENT,
    contentType: 'application/vnd.oma.dd+xml',
    body: Buffer.alloc(1001, 'x'),
  };
  const indirection = { host: '127.0.0.1', port: 0 };

  /** Answers as a terminal does that fetches, and tells what it got and from where. */
  function fetching(status = 200): { url: string; type: string | null; body: string }[] {
    const fetched: { url: string; type: string | null; body: string }[] = [];
    let isFetching = false;
    core.scripts.MESSAGE = (request) => {
      const url = /URL="([^"]+)"/.exec(headerOf(request, 'content-type') ?? '')?.[1];
      if (url === undefined) return { status: 413 };
      if (isFetching) return undefined;
      isFetching = true;
      void fetch(url).then(async (response) => {
        fetched.push({ url, type: response.headers.get('content-type'), body: await response.text() });
        core.scripts.MESSAGE = () => ({ status });
      });
      return undefined;
    };
    return fetched;
  }

  test('is served to the terminal until it has answered', async () => {
    await open({ indirection, t1: 50 });
    const fetched = fetching();
    expect(await send({ content: large })).toMatchObject({ kind: 'delivered' });
    expect(fetched).toMatchObject([{ type: 'application/vnd.oma.dd+xml', body: 'x'.repeat(1001) }]);
    const [message] = messages();
    const type = message && headerOf(message, 'content-type');
    expect(type).toMatch(/^message\/external-body; access-type=URL; expiration="[^"]+ GMT"; URL="http:/);
    expect(type).toContain('; size=1001; hash=');
    expect(String(message && Buffer.from(message.body))).toMatch(
      /^Content-Type: application\/vnd\.oma\.dd\+xml\r\nContent-ID: <[^>]+@grove\.test>\r\n\r\n$/i,
    );
    expect((await fetch(fetched[0]?.url ?? '')).status).toBe(404);
  });

  test('stays there as long as the core keeps the message', async () => {
    await open({ indirection, t1: 50 });
    const fetched = fetching(202);
    expect(await send({ content: large })).toMatchObject({ kind: 'accepted' });
    expect((await fetch(fetched[0]?.url ?? '')).status).toBe(200);
    expect((await fetch(fetched[0]?.url ?? '', { method: 'DELETE' })).status).toBe(405);
  });

  test('is what the other side says is too large', async () => {
    await open({ indirection, t1: 50 });
    const fetched = fetching();
    expect(await send()).toMatchObject({ kind: 'delivered' });
    expect(fetched).toMatchObject([{ body: 'notification' }]);
  });
});

test('addresses that it reaches', async () => {
  const opened = await open({ phoneDomain: 'ims.example.net' });
  await send({ to: { kind: 'plmn', number: '+441632960001' } });
  await send({ to: { kind: 'user', user: 'some one@grove.test' } });
  await send({
    to: { kind: 'sip', uri: 'sip:phone@Grove.test;lr;method=REGISTER?Route=%3Csip:elsewhere%3E' },
  });
  expect(messages().map(({ uri }) => uri)).toEqual([
    'sip:+441632960001@ims.example.net;user=phone',
    'sip:some%20one@grove.test',
    'sip:phone@grove.test;lr',
  ]);
  expect(opened.reaches({ kind: 'ipv4', host: '127.0.0.1' })).toBe(false);
  expect(opened.reaches({ kind: 'user', user: 'nobody' })).toBe(false);
  expect(opened.reaches({ kind: 'sip', uri: 'sip:' })).toBe(false);
  expect(opened.reaches({ kind: 'sip', uri: 'sips:phone@grove.test' })).toBe(false);
});

test.each([
  [{ proxy: 'tel:1' }, 'proxy: "tel:1" is not a sip'],
  [{ proxy: 'sip:a;transport=sctp' }, 'transport "sctp"'],
  [{ phoneDomain: 'a b' }, 'phoneDomain: "a b" is not a host'],
  [{ identity: 'gateway' }, 'identity: "gateway" is not a sip'],
  [{ tls: { ca: '/nowhere' } }, '/nowhere'],
])('settings %j are refused: %s', async (settings, text) => {
  await expect(open(settings)).rejects.toThrow(text);
});

test('a gateway that is registered sends by way of what the registrar says', async () => {
  const routes: Header[] = [['service-route', '<sip:orig@a.test;lr>, <sip:b.test;lr>']];
  core.scripts.REGISTER = (_, turn) => ({
    status: 200,
    headers: turn === 0 ? [...routes, ['expires', '1']] : [['service-route', '<sip:damaged']],
  });
  const registered = await open({ register: true });
  await expect.poll(() => registered.health().state).toBe('up');
  await send();
  const [message] = messages();
  expect(message && headersOf(message, 'route')).toEqual(['<sip:orig@a.test;lr>', '<sip:b.test;lr>']);
  const refresh = await core.nextRequest('REGISTER');
  expect(headerOf(refresh, 'route')).toBeUndefined();
  await expect.poll(() => registered.health().text).toContain('600 s');
});

test('a phone that is silent does not make the core down, a core that is silent does', async () => {
  core.scripts.MESSAGE = () => undefined;
  const opened = await open({ pingSeconds: 3600, t1: 10 });
  await core.nextRequest('OPTIONS');
  const asked = core.nextRequest('OPTIONS');
  expect(await send()).toMatchObject({ kind: 'retry' });
  await asked;
  expect(opened.health()).toEqual({ state: 'up', text: 'the SIP core answers' });
  core.scripts.OPTIONS = () => undefined;
  expect(await send()).toMatchObject({ kind: 'retry' });
  await expect.poll(() => opened.health().state, { timeout: 3000 }).toBe('down');
});

test('health is that of the core, by OPTIONS or by the registration', async () => {
  core.scripts.OPTIONS = () => ({ status: 404 });
  const opened = await open({ pingSeconds: 1 });
  expect(opened.health().state).toBe('connecting');
  await core.nextRequest('OPTIONS');
  await expect.poll(() => opened.health()).toEqual({ state: 'up', text: 'the SIP core answers' });
  core.scripts.OPTIONS = () => ({ status: 503, reason: 'Overloaded' });
  await expect
    .poll(() => opened.health(), { timeout: 3000 })
    .toEqual({ state: 'down', text: 'the SIP core answers 503 Overloaded' });
  await opened.close();
  const registered = await open({ register: true });
  await expect.poll(() => registered.health().text).toBe('registered with the SIP core for 600 s');
});
