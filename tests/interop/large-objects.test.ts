/** Values that travel in pieces, over HTTP, with devices that are written by hand. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Alert,
  type Command,
  decodeBase64,
  decodeMessage,
  type Encoding,
  encodeMessage,
  type Item,
  type Message,
  type Meta,
  type Results,
  type Status,
} from '@grove/protocol';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { freshDatabase } from '../rig/database.testing.ts';
import { type Rig, startRig, WBXML, XML } from '../rig/rig.testing.ts';

const DEVICE = 'IMEI:490154203237518';
const ROOM = 16_384;

/** A device whose messages are values; it sends each of them twice, as if the first answer had been lost. */
class Device {
  readonly rigs: readonly Rig[];
  readonly encoding: Encoding;
  msgID = 0;
  to: string | undefined;
  said: Message | undefined;

  /** @param rigs servers on one database, which take the messages in turn */
  constructor(rigs: readonly Rig[], encoding: Encoding) {
    this.rigs = rigs;
    this.encoding = encoding;
  }

  async say(commands: readonly Command[], final = true): Promise<Message> {
    this.msgID += 1;
    const message: Message = {
      header: {
        verDTD: '1.2',
        verProto: 'DM/1.2',
        sessionID: '7',
        msgID: String(this.msgID),
        target: { locURI: 'http://dm.example.com/dm' },
        source: { locURI: DEVICE },
        meta: { maxMsgSize: ROOM, emi: [] },
      },
      body: { commands: commands.map((command, index) => ({ ...command, cmdID: String(index + 1) })), final },
    };
    const bytes = encodeMessage(message, this.encoding).slice();
    const type = this.encoding === 'xml' ? XML : WBXML;
    const rig = this.rigs[this.msgID % this.rigs.length] as Rig;
    const address = this.to === undefined ? {} : { to: `${rig.url}/dm?${this.to.split('?')[1]}` };
    const answer = await rig.post(bytes, { type, ...address });
    expect(answer.httpStatus).toBe(200);
    // A first message alone may be the beginning of another session.
    if (this.to !== undefined) {
      const again = await rig.post(bytes, { type, ...address });
      expect(Buffer.from(again.bytes).equals(answer.bytes)).toBe(true);
    }
    expect(answer.bytes.length).toBeLessThanOrEqual(ROOM);
    this.said = decodeMessage(answer.bytes, this.encoding).message;
    this.to = this.said.header.respURI;
    return this.said;
  }

  begin(): Promise<Message> {
    return this.say([{ name: 'Alert', cmdID: '1', code: 1201, items: [] }]);
  }

  /** Statuses for the server's last message: 212, or the code that is given for its commands. */
  statuses(code: number): Status[] {
    const status = (cmdRef: string, cmd: string, answer: number): Status => ({
      name: 'Status',
      cmdID: '0',
      msgRef: this.said?.header.msgID,
      cmdRef,
      cmd,
      targetRef: [],
      sourceRef: [],
      code: answer,
      items: [],
    });
    const asked = (this.said?.body.commands ?? []).filter(({ name }) => name !== 'Status');
    return [status('0', 'SyncHdr', 200), ...asked.map(({ name, cmdID }) => status(cmdID, name, code))];
  }
}

const NEXT: Alert = { name: 'Alert', cmdID: '0', code: 1222, items: [] };

function firstAsk(message: Message): Exclude<Command, Status> | undefined {
  return message.body.commands.find((command) => command.name !== 'Status');
}

function itemOf(message: Message): Item | undefined {
  const command = firstAsk(message);
  return command !== undefined && 'items' in command ? command.items[0] : undefined;
}

function bytesOf({ data = '', meta }: Item): Uint8Array {
  if (typeof data === 'string') {
    return (meta?.format === 'b64' ? decodeBase64(data) : undefined) ?? new TextEncoder().encode(data);
  }
  return data as Uint8Array;
}

/** Takes a value in pieces. @returns its bytes and the announced Size */
async function receive(device: Device, first: Message): Promise<{ bytes: Uint8Array; size?: number }> {
  const parts: Uint8Array[] = [];
  let message = first;
  const size = itemOf(first)?.meta?.size;
  for (;;) {
    const item = itemOf(message) ?? {};
    parts.push(bytesOf(item));
    if (item.moreData !== true) break;
    expect(message.body.final).not.toBe(true);
    message = await device.say([...device.statuses(213), NEXT]);
  }
  const last = await device.say(device.statuses(200));
  expect(firstAsk(last)).toBeUndefined();
  return { bytes: Buffer.concat(parts), ...(size === undefined ? {} : { size }) };
}

function resultsWith(device: Device, cmdRef: string, item: Item): Results {
  const msgRef = device.said?.header.msgID;
  return { name: 'Results', cmdID: '0', msgRef, cmdRef, targetRef: [], sourceRef: [], items: [item] };
}

/** Sends a value in pieces, as the answer to a Get. */
async function send(
  device: Device,
  asked: Message,
  bytes: Uint8Array,
  meta: Partial<Meta>,
): Promise<Message> {
  const PIECE = 9000;
  const get = firstAsk(asked);
  const msgRef = asked.header.msgID;
  const statuses = device.statuses(200);
  let message = asked;
  for (let at = 0; at < bytes.length; at += PIECE) {
    const more = at + PIECE < bytes.length;
    const size =
      at === 0 ? { size: device.encoding === 'xml' ? Math.ceil(bytes.length / 3) * 4 : bytes.length } : {};
    const item: Item = {
      source: { locURI: './Log' },
      meta: { emi: [], format: 'bin', type: 'text/x-log', ...meta, ...size },
      data: bytes.subarray(at, at + PIECE),
      moreData: more,
    };
    const results = { ...resultsWith(device, get?.cmdID ?? '', item), msgRef };
    message = await device.say([...(at === 0 ? statuses : device.statuses(200)), results], !more);
    if (more) expect(firstAsk(message)).toMatchObject({ name: 'Alert', code: 1222 });
  }
  return message;
}

describe('large objects over HTTP', () => {
  let folder: string;
  let rigs: Rig[];
  let rig: Rig;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'grove-large-'));
    const db = inject('postgresUrl') === undefined ? `sqlite:${join(folder, 'grove.db')}` : freshDatabase();
    const options = { db, limits: { deviceQuota: 100_000 } };
    const first = await startRig(options);
    // Two servers on one database: nothing of a value may be in the memory of one of them.
    rigs = [first, await startRig(options)];
    rig = first;
    // The server's Cred is in each message, and is masked in what is kept of it.
    await rig.register(DEVICE, { server: { auth: 'basic', user: 'grove', password: 'server secret' } });
  });
  afterEach(async () => {
    await Promise.all(rigs.map((each) => each.close()));
    rmSync(folder, { recursive: true });
  });

  const count = async (table: 'contents' | 'content_parts') =>
    (
      await rig.store.reader
        .selectFrom(table)
        .select((q) => q.fn.countAll().as('n'))
        .executeTakeFirstOrThrow()
    ).n;
  const traced = async () => {
    const rows = await rig.store.reader.selectFrom('exchanges').select(['request', 'response']).execute();
    return rows.reduce((sum, { request, response }) => sum + request.length + response.length, 0);
  };

  it.each<Encoding>(['xml', 'wbxml'])('reach a device in pieces, over %s', async (encoding) => {
    const bytes = randomBytes(300_000);
    const content = await rig.upload(bytes);
    const task = await rig.task(DEVICE, [
      { kind: 'replace', uri: './Fw', content, type: 'application/x-fw' },
    ]);
    await expect(rig.api('DELETE', `/contents/${content}`)).rejects.toThrow(`task ${task} needs it`);
    const device = new Device(rigs, encoding);
    const first = await device.begin();
    expect(itemOf(first)?.meta).toMatchObject({ type: 'application/x-fw' });
    const received = await receive(device, first);
    expect(Buffer.from(received.bytes).equals(bytes)).toBe(true);
    expect(received.size).toBe(encoding === 'xml' ? 400_000 : 300_000);
    expect(await rig.showTask(task)).toMatchObject({ state: 'succeeded', results: [{ status: 200 }] });
    expect(await traced()).toBeLessThan(bytes.length / 3);
    const trace = await rig.trace(DEVICE);
    expect(trace.filter(({ error }) => error !== null)).toEqual([]);
    const note = `bytes of content ${content} from 0`;
    expect(trace.map(({ raw }) => Buffer.from(raw, 'base64').toString()).join()).toContain(note);
    expect(trace.map(({ raw }) => Buffer.from(raw, 'base64').toString()).join()).not.toContain(
      'server secret',
    );
    await rig.api('DELETE', `/contents/${content}`);
  });

  it.each<Encoding>(['xml', 'wbxml'])('come from a device in pieces, over %s', async (encoding) => {
    const bytes = randomBytes(200_001);
    const task = await rig.task(DEVICE, [{ kind: 'get', uri: './Log' }]);
    const device = new Device(rigs, encoding);
    const asked = await device.begin();
    expect(asked.header.meta).toMatchObject({ maxMsgSize: 1024 * 1024, maxObjSize: 1024 * 1024 * 1024 });
    const last = await send(device, asked, bytes, {});
    expect(firstAsk(last)).toBeUndefined();
    const { state, results } = await rig.showTask(task);
    const [result] = results ?? [];
    expect(state).toBe('succeeded');
    expect(result).toMatchObject({ status: 200, format: 'bin', type: 'text/x-log', size: bytes.length });
    expect(result).not.toHaveProperty('value');
    expect(Buffer.from(await rig.download(result?.content ?? 0)).equals(bytes)).toBe(true);
    expect(await count('contents')).toBeLessThanOrEqual(1);
    expect(await traced()).toBeLessThan(bytes.length / 3);
    expect(await rig.api('GET', `/contents/${result?.content}`)).toMatchObject({
      type: 'text/x-log',
      deviceId: 1,
    });
  });

  it('that are small are values like others', async () => {
    const task = await rig.task(DEVICE, [{ kind: 'get', uri: './Log' }]);
    const device = new Device(rigs, 'xml');
    const bytes = randomBytes(20_000);
    await send(device, await device.begin(), bytes, {});
    const [result] = (await rig.showTask(task)).results ?? [];
    expect(result).toMatchObject({ value: bytes.toString('base64'), format: 'bin' });
    expect(await rig.api('GET', '/contents')).toMatchObject({ items: [] });
  });

  it('are forgotten when the device begins another session in the middle of one', async () => {
    const task = await rig.task(DEVICE, [{ kind: 'get', uri: './Log' }]);
    const device = new Device(rigs, 'xml');
    const asked = await device.begin();
    const item: Item = {
      source: { locURI: './Log' },
      meta: { emi: [], size: 9 },
      data: 'abc',
      moreData: true,
    };
    await device.say(
      [...device.statuses(200), resultsWith(device, firstAsk(asked)?.cmdID ?? '', item)],
      false,
    );
    expect(await count('content_parts')).toBe(1);
    const states = () => rig.store.reader.selectFrom('contents').select('state').execute();
    expect(await states()).toEqual([{ state: 'partial' }]);
    const again = new Device(rigs, 'xml');
    const anew = await again.begin();
    expect(await states()).toEqual([{ state: 'dropped' }]);
    await send(again, anew, randomBytes(100_000), {});
    expect((await rig.showTask(task)).results?.[0]).toMatchObject({ status: 200, size: 100_000 });
  });

  const alertPiece = (length: number, size?: number): Command => ({
    name: 'Alert',
    cmdID: '0',
    code: 1226,
    items: [
      {
        source: { locURI: './Log' },
        meta: { emi: [], type: 'urn:log', format: 'chr', ...(size === undefined ? {} : { size }) },
        data: 'x'.repeat(length),
        moreData: size !== undefined,
      },
    ],
  });
  const lastStatus = ({ body }: Message) =>
    body.commands.flatMap((command) => (command.name === 'Status' ? [command.code] : [])).at(-1);
  /** Sends an alert in two pieces. @returns the statuses of both */
  async function sendAlert(device: Device): Promise<(number | undefined)[]> {
    const first = await device.say([...device.statuses(200), alertPiece(10_000, 70_000)], false);
    for (let sent = 10_000; sent < 60_000; sent += 10_000)
      await device.say([...device.statuses(200), { ...alertPiece(10_000, 1) }], false);
    const last = await device.say([...device.statuses(200), alertPiece(10_000)]);
    return [lastStatus(first), lastStatus(last)];
  }

  it('of an alert are kept with it', async () => {
    const device = new Device(rigs, 'xml');
    await device.begin();
    expect(await sendAlert(device)).toEqual([213, 200]);
    const [alert] = await rig.alerts(DEVICE);
    expect(alert).toMatchObject({ code: 1226, type: 'urn:log', data: null, contentId: expect.any(Number) });
    expect(await rig.download(alert?.contentId ?? 0)).toHaveLength(70_000);
  });

  it('that nobody has asked for are refused beyond the share of the device, and no others', async () => {
    const device = new Device(rigs, 'xml');
    await device.begin();
    expect(await sendAlert(device)).toEqual([213, 200]);
    expect(await sendAlert(device)).toEqual([413, 413]);
    expect(await rig.alerts(DEVICE)).toHaveLength(1);
    const task = await rig.task(DEVICE, [{ kind: 'get', uri: './Log' }]);
    const asking = await device.say([{ name: 'Alert', cmdID: '0', code: 1222, items: [] }]);
    await send(device, asking, randomBytes(100_000), {});
    expect((await rig.showTask(task)).results?.[0]).toMatchObject({ status: 200, size: 100_000 });
    expect(await sendAlert(device)).toEqual([413, 413]);
  });

  it('are named by what is there', async () => {
    const path = `/devices/${encodeURIComponent(DEVICE)}/tasks`;
    const create = (step: object) => rig.api('POST', path, { steps: [step] });
    await expect(create({ kind: 'replace', uri: './A', content: 99 })).rejects.toThrow('steps/0/content');
    const content = await rig.upload(Buffer.from('x'));
    const step = { kind: 'replace', uri: './A', content };
    await expect(create({ ...step, value: 'x' })).rejects.toThrow('no value beside a content');
    await expect(create({ ...step, format: 'int' })).rejects.toThrow('steps/0/format');
    await expect(create({ kind: 'replace', uri: './A' })).rejects.toThrow('steps/0/value');
    await expect(create({ kind: 'atomic', steps: [step] })).rejects.toThrow('steps/0/steps/0/content');
  });
});
