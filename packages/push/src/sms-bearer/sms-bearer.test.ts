import fc from 'fast-check';
import { Value } from 'typebox/value';
import { afterEach, expect, test } from 'vitest';
import type { BearerMeans, Receipt, ReceivedPush, ReceiverMeans, Shipment } from '../bearer/index.ts';
import { DM_APPLICATION, ReceiverError } from '../bearer/index.ts';
import { BEARERS, RECEIVERS } from '../bearers/index.ts';
import {
  type MessageFields,
  PLAIN_MESSAGE,
  type SmscEvent,
  type SmscOptions,
  STATUS,
  startSmsc,
} from '../smpp/index.ts';
import { SMS_BEARER, SMS_RECEIVER, type SmsSettings } from './index.ts';

const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

/** Collects what comes, for those who wait for it. */
class Collected<T> {
  readonly all: T[] = [];
  readonly #waiting = new Set<() => void>();

  readonly add = (item: T): void => {
    this.all.push(item);
    for (const wake of this.#waiting) wake();
  };

  async until(enough: (all: readonly T[]) => boolean): Promise<readonly T[]> {
    while (!enough(this.all)) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.add(resolve);
      await promise;
      this.#waiting.delete(resolve);
    }
    return this.all;
  }
}

async function smsc(options: Partial<SmscOptions> = {}) {
  const events = new Collected<SmscEvent>();
  const centre = await startSmsc({ port: 0, now: Date.now, onEvent: events.add, ...options });
  opened.push(centre);
  return { centre, events };
}

async function bearer(port: number, more: Partial<SmsSettings> = {}, means: Partial<BearerMeans> = {}) {
  const receipts = new Collected<Omit<Receipt, 'bearer'>>();
  const lines = new Collected<string>();
  const settings = { host: '127.0.0.1', port, systemId: 'gateway', password: 'secret', ...more };
  expect(Value.Check(SMS_BEARER.settings, settings)).toBe(true);
  const sms = await SMS_BEARER.open(settings, {
    name: 'sms',
    now: Date.now,
    random: (bytes) => new Uint8Array(bytes),
    onReceipt: async (receipt) => receipts.add(receipt),
    log: lines.add,
    ...means,
  });
  opened.push(sms);
  const sessions = more.bind === 'separate' ? 2 : 1;
  await lines.until((all) => all.filter((line) => line.startsWith('bound')).length === sessions);
  return { sms, receipts, lines };
}

async function phone(port: number, number: string, means: Partial<ReceiverMeans> = {}) {
  const pushes = new Collected<ReceivedPush>();
  const lines = new Collected<string>();
  const health = new Collected<void>();
  const receiver = await SMS_RECEIVER.open(`smpp://phone:p@127.0.0.1:${port}?number=${number}`, {
    now: Date.now,
    random: (bytes) => new Uint8Array(bytes),
    onPush: async (push) => pushes.add(push),
    onHealth: health.add,
    log: lines.add,
    ...means,
  });
  opened.push(receiver);
  await health.until(() => receiver.health().state === 'up');
  return { receiver, pushes, lines };
}

const NUMBER = '+441632960001';
const never = new AbortController().signal;

function shipment(bytes: number, more: Partial<Shipment> = {}): Shipment {
  return {
    id: 'push-1',
    to: { kind: 'plmn', number: NUMBER },
    content: {
      contentType: 'application/vnd.syncml.notification',
      applicationId: DM_APPLICATION,
      headers: [],
      body: Uint8Array.from({ length: bytes }, (_, index) => index % 256),
    },
    deliverBefore: Date.now() + 3_600_000,
    confirmed: true,
    ...more,
  };
}

test('SMS is one of the bearers, with both ends', () => {
  expect(BEARERS).toContain(SMS_BEARER);
  expect(RECEIVERS).toContain(SMS_RECEIVER);
});

test.each([
  ['transceiver', 40, 1],
  ['separate', 600, 5],
] as const)(
  'a push over %s, %i bytes in %i segments, and a receipt for each',
  async (bind, bytes, segments) => {
    const { centre, events } = await smsc();
    const { sms, receipts } = await bearer(centre.port, { bind, source: '1234' });
    const { pushes } = await phone(centre.port, NUMBER);
    const attempt = await sms.send(shipment(bytes), never);
    if (attempt.kind !== 'accepted') throw new Error(attempt.text);
    expect(attempt.awaitsReceipt).toBe(true);
    expect(attempt.references).toHaveLength(segments);
    const [push] = await pushes.until((all) => all.length === 1);
    expect(push).toEqual({ ...shipment(bytes).content, bearer: 'sms', from: '1234', to: NUMBER });
    const all = await receipts.until((got) => got.length === segments);
    expect(all.map(({ reference }) => reference).sort()).toEqual([...attempt.references].sort());
    expect(new Set(all.map(({ outcome }) => outcome))).toEqual(new Set(['delivered']));
    const [first] = events.all.flatMap((event) => (event.kind === 'submitted' ? [event.message] : []));
    expect(first).toMatchObject({
      source_addr: '1234',
      dest_addr_ton: 1,
      dest_addr_npi: 1,
      destination_addr: '441632960001',
      esm_class: 0x40,
      data_coding: 4,
      registered_delivery: 1,
      validity_period: '000000010000000R',
    });
  },
);

test('segments in any order and twice make the push once', async () => {
  let seed = 7;
  const random = () => {
    seed = (seed * 48271) % 0x7fffffff;
    return seed / 0x7fffffff;
  };
  const { centre, events } = await smsc({
    faults: { copies: () => 2, pick: (waiting) => Math.floor(random() * waiting), gather: 20 },
  });
  const { sms } = await bearer(centre.port);
  const { pushes } = await phone(centre.port, NUMBER);
  await sms.send(shipment(1500), never);
  await events.until((all) => all.filter(({ kind }) => kind === 'delivered').length === 12);
  expect(pushes.all).toHaveLength(1);
  expect(pushes.all[0]?.body).toEqual(shipment(1500).content.body);
});

test('only the segments that were refused are submitted again, and the phone joins those of both attempts', async () => {
  let count = 0;
  const { centre, events } = await smsc({
    faults: { refuse: () => (++count === 2 ? STATUS.ESME_RSYSERR : undefined) },
  });
  const { sms } = await bearer(centre.port);
  const { pushes } = await phone(centre.port, NUMBER);
  expect(await sms.send(shipment(300), never)).toEqual({
    kind: 'retry',
    text:
      'segment 2 of 3: the SMS centre answered ESME_RSYSERR (0x08): the SMS centre has an error of its own; ' +
      '2 of 3 segments were accepted',
  });
  const second = await sms.send(shipment(300), never);
  expect(second).toMatchObject({ kind: 'accepted', references: ['00000001', '00000003', '00000002'] });
  expect(events.all.filter(({ kind }) => kind === 'submitted')).toHaveLength(3);
  await pushes.until((all) => all.length === 1);
});

test.each([
  [
    STATUS.ESME_RINVDSTADR,
    {
      kind: 'failed',
      text: 'the SMS centre answered ESME_RINVDSTADR (0x0b): the destination address is invalid',
    },
  ],
  [
    STATUS.ESME_RSYSERR,
    {
      kind: 'retry',
      text: 'the SMS centre answered ESME_RSYSERR (0x08): the SMS centre has an error of its own',
    },
  ],
  [0x401, { kind: 'retry', text: "the SMS centre answered 0x401: an error of the SMS centre's maker" }],
])('a refusal with status %i', async (status, attempt) => {
  const { centre } = await smsc({ faults: { refuse: () => status } });
  const { sms } = await bearer(centre.port);
  expect(await sms.send(shipment(10), never)).toEqual(attempt);
});

test('a submission without an answer is tried again, and says so', async () => {
  const { centre } = await smsc({ faults: { refuse: () => 'silence' } });
  const { sms } = await bearer(centre.port, { responseSeconds: 0.1 });
  expect(await sms.send(shipment(10), never)).toEqual({
    kind: 'retry',
    text: 'the SMS centre did not answer in time; it is submitted again, so that the phone may get it twice',
  });
});

test('what SMS cannot carry fails at once', async () => {
  const { centre } = await smsc();
  const { sms } = await bearer(centre.port, { mostSegments: 2 });
  expect(await sms.send(shipment(1000), never)).toMatchObject({
    kind: 'failed',
    text: expect.stringContaining('expected at most 2'),
  });
  const number = `+${'1'.repeat(21)}`;
  expect(await sms.send(shipment(1, { to: { kind: 'plmn', number } }), never)).toMatchObject({
    kind: 'failed',
    text: expect.stringContaining('destination_addr'),
  });
  expect(await sms.send(shipment(1, { deliverBefore: 0 }), never)).toMatchObject({ kind: 'failed' });
  expect(sms.reaches({ kind: 'sip', uri: 'sip:a@b' })).toBe(false);
});

test('ids in hexadecimal and in decimal meet', async () => {
  const { centre } = await smsc();
  const { sms, receipts } = await bearer(centre.port, { idForm: 'hexadecimal' });
  await phone(centre.port, NUMBER);
  await sms.send(shipment(10, { id: 'a' }), never);
  const [receipt] = await receipts.until((all) => all.length === 1);
  expect(receipt?.reference).toBe('1');
});

test('a receipt that could not be stored is not acknowledged, and comes again', async () => {
  let tries = 0;
  const stored = Promise.withResolvers<void>();
  const { centre } = await smsc({ limits: { retryAfter: 5 } });
  const { sms } = await bearer(
    centre.port,
    {},
    {
      onReceipt: async () => {
        if (++tries === 1) throw new Error('disk full');
        stored.resolve();
      },
    },
  );
  await phone(centre.port, NUMBER);
  await sms.send(shipment(10), never);
  await stored.promise;
  expect(tries).toBe(2);
});

test('a push that could not be stored is offered again, though its first segments were acknowledged', async () => {
  let tries = 0;
  const stored = Promise.withResolvers<ReceivedPush>();
  const { centre } = await smsc({ limits: { retryAfter: 5 } });
  const { sms } = await bearer(centre.port);
  await phone(centre.port, NUMBER, {
    onPush: async (push) => {
      if (++tries < 3) throw new Error('disk full');
      stored.resolve(push);
    },
  });
  await sms.send(shipment(400), never);
  expect((await stored.promise).body).toEqual(shipment(400).content.body);
});

test('one connection serves all phones whose numbers begin alike', async () => {
  const { centre } = await smsc();
  const { sms } = await bearer(centre.port);
  const { pushes } = await phone(centre.port, '+4416329*');
  await sms.send(shipment(10), never);
  const [push] = await pushes.until((all) => all.length === 1);
  expect(push?.to).toBe(NUMBER);
});

test('what is hostile or not for pushes is told, bounded, and harms nothing', async () => {
  const { centre, events } = await smsc();
  const { pushes, lines } = await phone(centre.port, NUMBER);
  const message = (short_message: readonly number[], more: Partial<MessageFields> = {}) =>
    centre.inject({
      ...PLAIN_MESSAGE,
      source_addr: '666',
      destination_addr: NUMBER,
      esm_class: 0x40,
      data_coding: 4,
      short_message: Uint8Array.from(short_message),
      ...more,
    });
  message([255, 1, 2]);
  message([6, 5, 4, 0x0b, 0x84, 0xc0, 2, 1, 7, 0]);
  message([6, 5, 4, 0, 80, 0, 80, 1, 6, 1, 0xc4]);
  message([104, 101, 108, 108, 111], { esm_class: 0, data_coding: 0 });
  await events.until(
    (all) => all.filter(({ kind }) => kind === 'delivered' || kind === 'failed').length === 4,
  );
  expect(lines.all.slice(1).sort()).toEqual([
    'a message from 666 was passed over: it is not for the port of pushes, 2948',
    'a message from 666 was passed over: it is not for the port of pushes, 2948',
    expect.stringMatching(/^a message from 666 was rejected: .*ConfirmedPush/),
    expect.stringMatching(/^a message from 666 was rejected: the header ends early/),
  ]);
  for (let count = 0; count < 200; count++) message([255]);
  await events.until((all) => all.filter(({ kind }) => kind === 'failed').length === 202);
  expect(lines.all.length).toBeLessThanOrEqual(30);
  expect(pushes.all).toEqual([]);
});

test('whatever arrives, every message is answered, and the phone goes on', async () => {
  const { centre, events } = await smsc();
  const { pushes, receiver } = await phone(centre.port, NUMBER);
  const byte = fc.nat(255);
  const port = fc.constantFrom([0x0b, 0x84], [0, 80]);
  const header = fc
    .tuple(port, fc.constantFrom(0, 3), byte, fc.nat(4), fc.nat(4))
    .map(([ports, id, reference, total, part]) => [
      11,
      5,
      4,
      ...ports,
      0xc0,
      2,
      id,
      3,
      reference,
      total,
      part,
    ]);
  const short_message = fc
    .tuple(fc.oneof(header, fc.array(byte, { maxLength: 20 })), fc.array(byte, { maxLength: 60 }))
    .map((parts) => Uint8Array.from(parts.flat()));
  const messages = fc.record({
    short_message,
    esm_class: fc.constantFrom(0, 0x40, 0x44, 0x04, 0xff),
    data_coding: byte,
    source_addr: fc.string({ unit: 'binary-ascii', maxLength: 20 }).map((text) => text.replaceAll('\0', '')),
    source_addr_ton: byte,
  });
  const all = fc.sample(messages, 400);
  for (const message of all) centre.inject({ ...PLAIN_MESSAGE, destination_addr: NUMBER, ...message });
  await events.until(
    (told) => told.filter(({ kind }) => kind === 'delivered' || kind === 'failed').length === all.length,
  );
  expect(centre.held).toBe(0);
  expect(receiver.health().state).toBe('up');
  const before = pushes.all.length;
  const { sms } = await bearer(centre.port);
  await sms.send(shipment(10), never);
  await pushes.until((got) => got.length > before);
});

test.each([
  ['smpp://', 'the URL names no host'],
  ['smpp://127.0.0.1?number=%2B1', 'the system id has not 1 to 15 characters'],
  ['smpp://a:123456789@127.0.0.1?number=%2B1', 'the password has more than 8 characters'],
  ['smpp://a@127.0.0.1', 'the number "" is none'],
])('%s cannot be opened', async (url, why) => {
  const means = {
    now: Date.now,
    random: (bytes: number) => new Uint8Array(bytes),
    onPush: async () => {},
    onHealth: () => {},
    log: () => {},
  };
  await expect(SMS_RECEIVER.open(url, means)).rejects.toThrow(ReceiverError);
  await expect(SMS_RECEIVER.open(url, means)).rejects.toThrow(why);
});
