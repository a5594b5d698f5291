import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { recordEvent, trimEvents } from '../../events/index.ts';
import { type Client, openClient } from './client.testing.ts';

interface EventBody {
  id: number;
  type: string;
  text: string;
  deviceId: number | null;
  devId: string | null;
  taskId: number | null;
  campaignId: number | null;
  data: Record<string, unknown>;
}
interface Page {
  items: EventBody[];
  next: string | null;
}

const account = { client: { auth: 'none' } };
const steps = [{ kind: 'get', uri: './DevInfo/Man' }];

/** The blocks of a stream of server-sent events, as their fields. */
async function* blocksOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Record<string, string>> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      yield Object.fromEntries(lines.map((line) => [line.split(':', 1)[0], line.replace(/^\w*:\s?/, '')]));
    }
  }
}

/** The log of what has happened, on whatever database. */
export function eventSuite(url: () => Promise<string>): void {
  let client: Client;
  let origin: string;
  beforeAll(async () => {
    client = await openClient(await url());
    origin = await client.api.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(() => client.close());
  beforeEach(() =>
    client.store.transaction(async (db) => {
      for (const table of ['campaigns', 'devices', 'events'] as const) await db.deleteFrom(table).execute();
    }),
  );

  async function register(devId: string): Promise<number> {
    const { status, body } = await client.call<{ id: number }>('POST', '/devices', { devId, account });
    expect(status).toBe(201);
    return body.id;
  }
  async function page(query = ''): Promise<Page> {
    const { status, body } = await client.call<Page>('GET', `/events${query}`);
    expect(status).toBe(200);
    return body;
  }
  const types = async (query = '') => (await page(query)).items.map(({ type }) => type);

  /** Follows the log until the test ends. */
  async function stream(query = '', headers: Record<string, string> = {}) {
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const response = await fetch(`${origin}/api/v1/events${query}`, {
      headers: { authorization: `Bearer ${client.token}`, accept: 'text/event-stream', ...headers },
      signal: stop.signal,
    });
    const blocks = response.status === 200 && response.body !== null ? blocksOf(response.body) : undefined;
    return {
      // One that nobody holds is closed, unless its body is being read.
      response,
      status: response.status,
      headers: response.headers,
      stop: () => stop.abort(),
      async block(wanted: (block: Record<string, string>) => boolean): Promise<Record<string, string>> {
        for (;;) {
          const { value, done } = (await blocks?.next()) ?? { done: true };
          if (done || value === undefined) throw new Error('the stream has ended');
          if (wanted(value)) return value;
        }
      },
      async event(): Promise<EventBody> {
        return JSON.parse((await this.block(({ data }) => data !== undefined)).data ?? '') as EventBody;
      },
      /** Once it is known where the stream begins. */
      async begun(): Promise<number> {
        return Number((await this.block(({ id }) => id !== undefined)).id);
      },
    };
  }

  it('tells what has happened, the newest first', async () => {
    const device = await register('IMEI:1');
    await client.call('PUT', '/devices/IMEI:1/addresses/msisdn', { value: '+441632960001' });
    const tasks: number[] = [];
    for (let made = 0; made < 3; made++) {
      const { body } = await client.call<{ id: number }>('POST', '/devices/IMEI:1/tasks', { steps });
      tasks.push(body.id);
    }
    const [done = 0, failed = 0, cancelled = 0] = tasks;
    const { body: campaign } = await client.call<{ id: number }>('POST', '/campaigns', { name: 'c', steps });
    await client.store.transaction(async (db) => {
      for (const id of [done, failed])
        await client.work.begin(db, { kind: 'task', id }, device, 1, client.clock.now);
      const success = { state: 'succeeded' as const, results: [], reason: null };
      const failure = { state: 'failed' as const, results: [], reason: 'the device is full' };
      await client.work.finish(db, { kind: 'task', id: done }, device, 1, success, client.clock.now);
      await client.work.finish(db, { kind: 'task', id: done }, device, 1, success, client.clock.now);
      await client.work.finish(db, { kind: 'task', id: failed }, device, 1, failure, client.clock.now);
    });
    await client.call('POST', `/tasks/${cancelled}/cancel`);
    await client.call('POST', `/campaigns/${campaign.id}/cancel`);

    const { items } = await page();
    expect(items.map(({ type }) => type)).toEqual([
      'campaign.cancelled',
      'task.cancelled',
      'task.failed',
      'task.succeeded',
      'campaign.begun',
      'campaign.scheduled',
      'campaign.created',
      'device.addressed',
      'device.registered',
    ]);
    expect(items[2]).toMatchObject({
      deviceId: device,
      devId: 'IMEI:1',
      taskId: failed,
      text: `Task ${failed} failed: the device is full`,
      data: { reason: 'the device is full' },
    });
    expect(await types('?type=task')).toEqual(['task.cancelled', 'task.failed', 'task.succeeded']);
    expect(await types('?type=task.failed,device.registered')).toEqual(['task.failed', 'device.registered']);
    expect(await types(`?task=${failed}`)).toEqual(['task.failed']);
    expect(await types(`?campaign=${campaign.id}&type=campaign.created`)).toEqual(['campaign.created']);
    const first = await page('?type=task,campaign&limit=2');
    expect(first.items.map(({ type }) => type)).toEqual(['campaign.cancelled', 'task.cancelled']);
    expect(await types(`?type=task,campaign&limit=9&after=${first.next}`)).toEqual([
      'task.failed',
      'task.succeeded',
      'campaign.begun',
      'campaign.scheduled',
      'campaign.created',
    ]);

    await client.call('DELETE', '/devices/IMEI:1');
    expect(await types()).toEqual([
      'device.removed',
      'campaign.cancelled',
      'campaign.begun',
      'campaign.scheduled',
      'campaign.created',
    ]);
    expect((await page()).items[0]).toMatchObject({ deviceId: device, devId: 'IMEI:1' });
  });

  it('gives those who ask again and again what came since, the oldest first', async () => {
    const device = await register('IMEI:1');
    await register('IMEI:2');
    const first = await page('?since=0&limit=1');
    expect(first.items).toMatchObject([{ type: 'device.registered', devId: 'IMEI:1' }]);
    const rest = await page(`?since=${first.next}`);
    expect(rest.items).toMatchObject([{ devId: 'IMEI:2' }]);
    expect(await page(`?since=${rest.next}`)).toEqual({ items: [], next: rest.next });
    expect(await types(`?since=0&device=${device}`)).toEqual(['device.registered']);
    // Nothing of the kind, but what there was is behind.
    expect(await page('?since=0&type=campaign')).toEqual({ items: [], next: rest.next });
  });

  it.each([
    ['?type=nonsense', 'type', /one or more of alert, alert\.received/],
    ['?type=', 'type', /text/],
    ['?since=0&after=1', 'after', /no "after"/],
    ['?campaign=x', 'campaign', /whole number/],
  ])('refuses %s', async (query, field, expected) => {
    const { status, body } = await client.call<{ errors: { field: string; expected: string }[] }>(
      'GET',
      `/events${query}`,
    );
    expect(status).toBe(400);
    expect(body.errors.find((one) => one.field === field)?.expected).toMatch(expected);
  });

  it('streams what happens, and goes on where a reader was interrupted', async () => {
    await register('IMEI:1');
    const first = await stream('?type=device');
    expect(first.status).toBe(200);
    expect(first.headers.get('content-type')).toMatch(/^text\/event-stream/);
    await first.begun();
    await register('IMEI:2');
    const second = await first.event();
    expect(second).toMatchObject({ type: 'device.registered', devId: 'IMEI:2' });
    first.stop();
    await client.call('POST', '/campaigns', { name: 'c', steps });
    await register('IMEI:3');

    const again = await stream('?type=device', { 'last-event-id': String(second.id) });
    const third = await again.event();
    expect(third).toMatchObject({ devId: 'IMEI:3' });
    // What the filter leaves out is behind, too.
    await client.call('POST', '/campaigns', { name: 'd', steps });
    const seen = await again.block(({ id, data }) => data === undefined && Number(id) > third.id);
    expect(Number(seen.id)).toBeGreaterThan(third.id);
  });

  it('begins with what comes where a reader names an event of another database', async () => {
    const lost = await stream('', { 'last-event-id': '999999999999' });
    await lost.begun();
    await register('IMEI:1');
    expect(await lost.event()).toMatchObject({ devId: 'IMEI:1' });
  });

  it('bounds how many streams there are, and does not stop where one of them is not read', async () => {
    // Those of other tests may still be closing.
    const open = () =>
      vi.waitFor(async () => {
        const opened = await stream('?since=0');
        expect(opened.status).toBe(200);
        return opened;
      });
    const [one, other] = [await open(), await open()];
    const refused = await stream();
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('30');
    const text = 'x'.repeat(10_000);
    const count = 1_000;
    await client.store.transaction(async (db) => {
      for (let n = 0; n < count; n++)
        await recordEvent(db, { type: 'alert.received', at: client.clock.now, text, data: { n } });
    });
    for (let n = 0; n < count; n++) expect((await one.event()).data).toEqual({ n });
    expect((await other.event()).data).toEqual({ n: 0 });
    one.stop();
    await open();
  });

  it('forgets what is too old', async () => {
    await register('IMEI:1');
    const then = client.clock.now;
    client.clock.now += 1000;
    await register('IMEI:2');
    const trim = (before: number) => client.store.transaction((db) => trimEvents(db, before));
    expect(await trim(then)).toBe(false);
    expect(await types()).toHaveLength(2);
    expect(await trim(client.clock.now)).toBe(false);
    expect((await page()).items).toMatchObject([{ devId: 'IMEI:2' }]);
    await trim(client.clock.now + 1);
    expect(await page()).toEqual({ items: [], next: null });
  });
}
