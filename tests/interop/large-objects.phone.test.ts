/** Grove on both ends: values of every size to the virtual phone and back, also when one of the ends dies over them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createHttpTransport,
  createPhone,
  type DeviceStore,
  fileStore,
  fleetAccount,
  fleetDmAcc,
  type HttpTransport,
  memoryStore,
  type Phone,
  type Transport,
} from '@grove/device';
import { decodeMessage, type Encoding, type Message } from '@grove/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Rig, startRig } from '../rig/rig.testing.ts';

// Dozens of messages each, on a machine that may have other things to do.
vi.setConfig({ testTimeout: 60_000 });

/** Bytes of a message that each side takes. */
const ROOM = { phone: 4000, server: 5000 };
const SCHEMES = ['md5', 'hmac'] as const;
type Scheme = (typeof SCHEMES)[number];

let rig: Rig;
let http: HttpTransport;
let folder: string;
beforeAll(() => {
  http = createHttpTransport();
});
afterAll(() => http.close());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'grove-values-'));
  rig = await openRig();
});
afterEach(async () => {
  await rig.close();
  rmSync(folder, { recursive: true });
});

const openRig = (port = 0): Promise<Rig> =>
  startRig({ port, db: `sqlite:${join(folder, 'grove.db')}`, limits: { maxMsgSize: ROOM.server } });

/** Stops the server and starts it again, at the same address. */
async function restart(): Promise<void> {
  await rig.close();
  const { store, close } = await openRig(Number(new URL(rig.url).port));
  // The API's token was made when the database was.
  rig = { ...rig, store, close };
}

let phones = 0;

interface Kind {
  readonly encoding: Encoding;
  readonly scheme: Scheme;
}

/** A phone that is registered; it is made anew, from its store, by each call of `take`. */
async function registered(
  { encoding, scheme }: Kind,
  store: DeviceStore | (() => DeviceStore),
  transport: Transport,
) {
  const known = fleetAccount(phones++, { serverID: 'grove', clientAuth: scheme, serverAuth: scheme });
  const { devId, client, server } = known;
  await rig.register(devId, { client, server });
  const account = fleetDmAcc(known, `${rig.url}/dm`);
  const take = (): Promise<Phone> =>
    createPhone({
      devId,
      account,
      transport,
      encoding,
      store: typeof store === 'function' ? store() : store,
      limits: { maxMsgSize: ROOM.phone },
    });
  return { devId, take };
}

/** A text of so many bytes in UTF-8, with characters of every length. */
function textOf(bytes: number): Buffer {
  const text = Buffer.from('aé<&€😀 z'.repeat(Math.ceil(bytes / 8)));
  let end = bytes;
  while (end > 0 && ((text[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return Buffer.concat([text.subarray(0, end), Buffer.alloc(bytes - end, 'x')]);
}
const bytesOf = (length: number): Buffer =>
  Buffer.from(Uint8Array.from({ length }, (_, index) => (index * 7919) >> 3));

const at = (size: number): string => `./MMS/Operator/Ext/V${size}`;

/** Has values of these sizes put onto a phone and read from it. */
async function thereAndBack(phone: Phone, sizes: readonly number[], format: 'chr' | 'bin'): Promise<void> {
  const make = format === 'chr' ? textOf : bytesOf;
  const steps = [];
  for (const [index, size] of sizes.entries()) {
    const bytes = make(size);
    // A value may be in the step or be a content.
    const inStep = index % 2 === 0 || size === 0;
    const value = inStep
      ? { value: bytes.toString(format === 'chr' ? 'utf8' : 'base64') }
      : { content: await rig.upload(bytes) };
    steps.push({ kind: 'add', uri: at(size), format, ...value }, { kind: 'get', uri: at(size) });
  }
  const id = await rig.task(phone.devId, steps);
  const { outcome, deviations } = await phone.session();
  expect([outcome.kind, deviations]).toEqual(['completed', []]);
  const { state, reason, results } = await rig.showTask(id);
  expect([state, reason]).toEqual(['succeeded', null]);
  for (const size of sizes) {
    const result = results?.find(({ command, uri }) => command === 'Get' && uri === at(size));
    const back =
      result?.content === undefined
        ? Buffer.from(result?.value ?? 'none', format === 'chr' ? 'utf8' : 'base64')
        : Buffer.from(await rig.download(result.content));
    expect([size, back.length, back.equals(make(size))]).toEqual([size, size, true]);
  }
}

/** None, whole and in parts, and around what is kept apart from the tree and from the results of a task. */
const SIZES = [0, 1, 2500, 3500, 16_383, 16_384, 16_385];

describe.each(['xml', 'wbxml'] as const)('over %s', { timeout: 60_000 }, (encoding) => {
  describe.each(SCHEMES)('with %s', (scheme) => {
    it.each(['chr', 'bin'] as const)('%s values go there and back, whatever their size', async (format) => {
      const largest = { sent: 0, received: 0 };
      const { take } = await registered({ encoding, scheme }, memoryStore(), {
        async exchange(request) {
          largest.sent = Math.max(largest.sent, request.body.length);
          const answer = await http.exchange(request);
          largest.received = Math.max(largest.received, answer.body.length);
          return answer;
        },
      });
      await thereAndBack(await take(), SIZES, format);
      // No message was larger than its receiver had said, and some were about as large.
      expect(largest.sent).toBeLessThanOrEqual(ROOM.server);
      expect(largest.sent).toBeGreaterThan(ROOM.server - 100);
      expect(largest.received).toBeLessThanOrEqual(ROOM.phone);
      expect(largest.received).toBeGreaterThan(ROOM.phone - 500);
    });

    it('a value goes in one message as long as that holds it', async () => {
      const sent: Message[] = [];
      const { take } = await registered({ encoding, scheme }, memoryStore(), {
        async exchange(request) {
          const answer = await http.exchange(request);
          sent.push(decodeMessage(answer.body, encoding).message);
          lengths.push(answer.body.length);
          return answer;
        },
      });
      const lengths: number[] = [];
      const phone = await take();
      // Sends a value and says in how many messages it went, and how large the first of these was.
      const messagesFor = async (size: number) => {
        sent.length = 0;
        lengths.length = 0;
        await rig.task(phone.devId, [
          { kind: 'replace', uri: at(0), format: 'chr', value: 'x'.repeat(size) },
        ]);
        // A SessionID of always the same length: where it is random, so is the message's.
        await phone.session({ sessionID: 'ABCD' });
        const first = sent.findIndex(({ body }) => body.commands.some(({ name }) => name === 'Replace'));
        const parts = sent.filter(({ body }) => body.commands.some(({ name }) => name === 'Replace'));
        return { parts: parts.length, length: lengths[first] ?? 0 };
      };
      await messagesFor(1);
      const { length } = await messagesFor(2000);
      const most = 2000 + ROOM.phone - length;
      expect([await messagesFor(most), (await messagesFor(most + 1)).parts]).toEqual([
        { parts: 1, length: ROOM.phone },
        2,
      ]);
    });

    it('alerts go in parts where they must', async () => {
      const { take, devId } = await registered({ encoding, scheme }, memoryStore(), http);
      const phone = await take();
      const texts = [100, 4200, 4900, 16_000].map((size) => textOf(size).toString());
      for (const data of texts) await phone.raise({ type: 'org.example.log', data });
      expect((await phone.session()).outcome.kind).toBe('completed');
      expect(phone.alerts).toEqual([]);
      const told = await rig.alerts(devId);
      expect(told.map(({ data }) => data).reverse()).toEqual(texts);
    });
  });

  it('a phone that dies over a message goes on with the value, in either direction', async () => {
    const value = bytesOf(20_000);
    let count = 0;
    let fatal: string | undefined;
    const mortal: Transport = {
      async exchange(request) {
        count += 1;
        if (fatal === `before ${count}`) throw new Error('power cut');
        const answer = await http.exchange(request);
        if (fatal === `after ${count}`) throw new Error('power cut');
        return answer;
      },
    };
    const store = (): DeviceStore => fileStore({ directory: join(folder, 'phones'), sync: false });
    const { take, devId } = await registered({ encoding, scheme: 'hmac' }, store, mortal);
    const uri = at(1);
    const deaths = [
      'before 3',
      'after 3',
      'before 5',
      'after 6',
      'before 8',
      'after 9',
      'before 11',
      'after 12',
    ];
    for (const death of deaths) {
      const content = await rig.upload(value);
      const id = await rig.task(
        devId,
        [
          { kind: 'delete', uri },
          { kind: 'add', uri, content },
          { kind: 'get', uri },
        ].slice(death === deaths[0] ? 1 : 0),
      );
      count = 0;
      fatal = death;
      await expect((await take()).session()).rejects.toThrow('power cut');
      fatal = undefined;
      expect((await (await take()).resume())?.outcome.kind).toBe('completed');
      const { state, results } = await rig.showTask(id);
      const back = Buffer.from(results?.at(-1)?.value ?? '', 'base64');
      expect([death, state, back.equals(value)]).toEqual([death, 'succeeded', true]);
    }
    await (await take()).session();
    expect(await readdir(join(folder, 'phones', `${encodeURIComponent(devId)}.contents`))).toHaveLength(1);
  });

  it('a server that dies over a message goes on with the value, in either direction', async () => {
    const value = bytesOf(20_000);
    let count = 0;
    const restless: Transport = {
      async exchange(request) {
        count += 1;
        if (count % 3 === 0) await restart();
        const answer = await http.exchange(request);
        if (count % 4 !== 0) return answer;
        // What it answered was lost with it.
        await restart();
        return http.exchange(request);
      },
    };
    const { take, devId } = await registered({ encoding, scheme: 'hmac' }, memoryStore(), restless);
    const content = await rig.upload(value);
    const uri = at(1);
    const id = await rig.task(devId, [
      { kind: 'add', uri, content },
      { kind: 'get', uri },
    ]);
    expect((await (await take()).session()).outcome.kind).toBe('completed');
    expect(count).toBeGreaterThan(8);
    const { state, results } = await rig.showTask(id);
    const back = Buffer.from(results?.at(-1)?.value ?? '', 'base64');
    expect([state, back.equals(value)]).toEqual(['succeeded', true]);
  });
});
