/**
 * SMPP beside Kannel: its drive_smpp is an SMS centre for our sessions, and its bearerbox binds to our SMS centre, so that
 * what Kannel submits reaches our phone, with receipts that Kannel understands, and what our gateway submits reaches Kannel.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Attempt,
  BEARERS,
  type Bearer,
  buildPush,
  DM_APPLICATION,
  openEsme,
  type PushContent,
  parsePush,
  pushInitiator,
  RECEIVERS,
  type Receipt,
  type ReceivedPush,
  type Smsc,
  startSmsc,
} from '@grove/push';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Kannel, startKannel, startKannelTest } from '../rig/kannel.testing.ts';
import { freePort } from '../rig/port.testing.ts';

const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
const never = new AbortController().signal;

/** Items that come, one after the other. */
function queue<T>() {
  const items: T[] = [];
  const waiting: ((item: T) => void)[] = [];
  return {
    put(item: T): void {
      const next = waiting.shift();
      if (next === undefined) items.push(item);
      else next(item);
    },
    next(): Promise<T> {
      const item = items.shift();
      return item === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(item);
    },
  };
}

async function openBearer(
  port: number,
  more: object,
  onReceipt: (receipt: Omit<Receipt, 'bearer'>) => void = () => {},
): Promise<Bearer> {
  const up = Promise.withResolvers<void>();
  const bearer = await BEARERS.find(({ kind }) => kind === 'sms')?.open(
    { host: '127.0.0.1', port, systemId: 'grove', password: 'secret', ...more },
    {
      name: 'sms',
      now: Date.now,
      random,
      onReceipt: async (receipt) => onReceipt(receipt),
      log: (text) => text.startsWith('bound') && up.resolve(),
    },
  );
  if (bearer === undefined) throw new Error('there is no bearer sms');
  onTestFinished(() => bearer.close());
  await up.promise;
  return bearer;
}

const content = (bytes: number): PushContent => ({
  contentType: 'application/vnd.syncml.notification',
  applicationId: DM_APPLICATION,
  headers: [],
  body: Uint8Array.from({ length: bytes }, (_, index) => (index * 7) % 256),
});

function send(bearer: Bearer, number: string, bytes: number, confirmed = true): Promise<Attempt> {
  const deliverBefore = Date.now() + 600_000;
  const to = { kind: 'plmn', number } as const;
  return bearer.send({ id: 'push-1', to, content: content(bytes), deliverBefore, confirmed }, never);
}

describe('Kannel’s drive_smpp, as SMS centre', () => {
  it('pumps messages, which are taken in their order, and takes those of a push', async () => {
    const port = await freePort();
    const messages = 400;
    const centre = startKannelTest('drive_smpp', ['-v', '0', '-p', String(port), '-m', String(messages)]);
    onTestFinished(() => centre.stop());
    await centre.wrote(/Thread 1 .* maps/);
    const bearer = await openBearer(port, { bind: 'transmitter' });
    // It gives its messages no ids, and knows no transceivers.
    expect(await send(bearer, '+441632960001', 300)).toEqual({
      kind: 'accepted',
      references: [],
      text: 'accepted by the SMS centre, which gave it no id',
      awaitsReceipt: false,
    });
    expect(centre.output.match(/Handling SMPP PDU of type submit_sm/g)).toHaveLength(3);

    const texts: string[] = [];
    const all = Promise.withResolvers<void>();
    const receiver = openEsme(
      { host: '127.0.0.1', port, bindAs: 'receiver', systemId: 'foo', password: 'bar' },
      {
        random,
        log: () => {},
        onDeliver: async ({ short_message }) => {
          texts.push(Buffer.from(short_message).toString());
          if (texts.length === messages) all.resolve();
          return 0;
        },
      },
    );
    await all.promise;
    await receiver.close();
    expect(texts).toEqual(Array.from({ length: messages }, (_, index) => String(index + 1)));
    await centre.wrote(/All messages sent to ESME/);
    await centre.wrote(/Handling SMPP PDU of type unbind/);
    expect(centre.output.match(/Handling SMPP PDU of type deliver_sm_resp/g)).toHaveLength(messages);
    expect(centre.output.match(/Handling SMPP PDU of type enquire_link_resp/g)).toHaveLength(messages);
  });
});

describe('Kannel, bound to our SMS centre', () => {
  const PHONE = '+441632960001';
  const KANNEL = '99001';
  const visits = queue<URL>();
  const web = createServer((request, response) => {
    visits.put(new URL(request.url ?? '', 'http://127.0.0.1'));
    response.setHeader('content-type', 'text/plain').end('');
  });
  const visited = () => `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  let centre: Smsc;
  let kannel: Kannel;

  beforeAll(async () => {
    const bound = Promise.withResolvers<void>();
    centre = await startSmsc({
      port: 0,
      now: Date.now,
      accounts: ['kannel', 'grove', 'phone'].map((systemId) => ({ systemId, password: 'secret' })),
      onEvent: (event) => {
        if (event.kind === 'bound') bound.resolve();
      },
    });
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    kannel = await startKannel({
      ppg: { 'trusted-pi': true, users: 16, 'service-name': 'ppg', 'global-sender': '9999' },
      smsbox: {},
      groups: [
        {
          group: 'smsc',
          smsc: 'smpp',
          'smsc-id': 'lab',
          host: '127.0.0.1',
          port: centre.port,
          'smsc-username': 'kannel',
          'smsc-password': 'secret',
          'system-type': '',
          'transceiver-mode': true,
          'address-range': KANNEL,
        },
        {
          group: 'sendsms-user',
          username: 'tester',
          password: 'secret',
          concatenation: true,
          'max-messages': 10,
        },
        {
          group: 'sms-service',
          keyword: 'default',
          'catch-all': true,
          'max-messages': 0,
          'get-url': `${visited()}/message?from=%p&to=%P&udh=%u&data=%b`,
        },
      ],
    });
    await bound.promise;
  });
  afterAll(async () => {
    await kannel?.stop();
    await centre?.close();
    web.closeAllConnections();
    web.close();
  });

  async function phone(): Promise<{ next(): Promise<ReceivedPush> }> {
    const pushes = queue<ReceivedPush>();
    const url = `smpp://phone:secret@127.0.0.1:${centre.port}?number=${PHONE}`;
    const receiver = await RECEIVERS.find(({ bearer }) => bearer === 'sms')?.open(url, {
      now: Date.now,
      random,
      onPush: async (push) => pushes.put(push),
      onHealth: () => {},
      log: () => {},
    });
    onTestFinished(async () => receiver?.close());
    return pushes;
  }

  it.each([20, 500])('what its push proxy gateway is given, %i bytes, reaches our phone', async (bytes) => {
    const pushes = await phone();
    const initiator = pushInitiator({ url: kannel.ppgUrl, gateway: 'ppg.example' });
    onTestFinished(() => initiator.close());
    const outcome = await initiator.submit({
      pushId: `${bytes}@grove`,
      addresses: [{ kind: 'plmn', number: PHONE }],
      content: content(bytes),
    });
    expect(outcome).toMatchObject({ kind: 'accepted' });
    const push = await pushes.next();
    expect(push).toMatchObject({ bearer: 'sms', from: '9999', to: PHONE, applicationId: DM_APPLICATION });
    expect(push.contentType).toBe(content(bytes).contentType);
    expect(new Uint8Array(push.body)).toEqual(content(bytes).body);
  });

  it('our receipts tell it that a message of several segments was delivered', async () => {
    const pushes = await phone();
    const url = new URL(kannel.sendsmsUrl);
    const ports = '0605040b84c002';
    for (const [name, value] of Object.entries({
      username: 'tester',
      password: 'secret',
      from: '1234',
      to: PHONE,
      coding: '1',
      'dlr-mask': '3',
      'dlr-url': `${visited()}/receipt?state=%d&answer=%A`,
    }))
      url.searchParams.set(name, value);
    const data = Buffer.from(buildPush(content(300), 1)).toString('hex');
    const sent = await fetch(`${url}&udh=${percent(ports)}&text=${percent(data)}`);
    expect(sent.status).toBe(202);
    expect(new Uint8Array((await pushes.next()).body)).toEqual(content(300).body);
    const { pathname, searchParams } = await visits.next();
    expect(pathname).toBe('/receipt');
    // 1 = delivered to the phone.
    expect(searchParams.get('state')).toBe('1');
    expect(searchParams.get('answer')).toContain('stat:DELIVRD');
  });

  it('joins the segments of our gateway, whose receipts come back', async () => {
    const receipts = queue<Omit<Receipt, 'bearer'>>();
    const bearer = await openBearer(centre.port, { source: '+441632960000' }, receipts.put);
    const attempt = await send(bearer, `+${KANNEL}`, 300);
    if (attempt.kind !== 'accepted') throw new Error(attempt.text);
    expect(attempt.references).toHaveLength(3);
    const { pathname, searchParams, search } = await visits.next();
    expect(pathname).toBe('/message');
    expect(searchParams.get('from')).toBe('+441632960000');
    expect(bytesOf(search, 'udh')).toBe('0605040b84c002');
    const { content: push } = parsePush(Buffer.from(bytesOf(search, 'data'), 'hex'));
    expect(push.contentType).toBe(content(300).contentType);
    expect(new Uint8Array(push.body)).toEqual(content(300).body);
    const told = [await receipts.next(), await receipts.next(), await receipts.next()];
    expect(told.map(({ reference }) => reference).sort()).toEqual([...attempt.references].sort());
    expect(told.every(({ outcome }) => outcome === 'delivered')).toBe(true);
  });
});

/** Bytes in hexadecimal as a part of a query. */
function percent(hex: string): string {
  return hex.replace(/../g, '%$&');
}

/** Bytes of a query, which are no text, in hexadecimal. */
function bytesOf(search: string, name: string): string {
  const value = new RegExp(`[?&]${name}=([^&]*)`).exec(search)?.[1] ?? '';
  return Buffer.from(
    value
      .replace(/\+/g, ' ')
      .replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('hex');
}
