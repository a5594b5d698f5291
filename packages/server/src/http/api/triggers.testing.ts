import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Follower } from '../../events/index.ts';
import { DEFAULT_POLICY } from '../../notifications/index.ts';
import { taskSource } from '../../tasks/index.ts';
import { expireTriggers, followTriggers, hasOpenTriggers, TRIGGER_EVENTS } from '../../triggers/index.ts';
import { type Client, openClient } from './client.testing.ts';

interface TriggerBody {
  id: number;
  name: string | null;
  state: string;
  counts: { succeeded: number; failed: number; pending: number };
  errors?: { field: string; expected: string }[];
}
interface DeviceBody {
  devId: string;
  taskId: number | null;
  state: string;
  reason: string | null;
  outcome: { code: string } | null;
}

const account = { client: { auth: 'none' } };
const NUMBER = '+441632960001';
const DAY = 24 * 60 * 60_000;
const STEPS = [{ kind: 'replace', uri: './QoS/Max', value: '${bandwidth}', format: 'int' }];
const DEFINITION = {
  description: 'Bandwidth for a game',
  steps: STEPS,
  variables: { bandwidth: { type: 'integer', minimum: 64, maximum: 4096 } },
  notify: {},
};

/** What other systems ask for, on whatever database. */
export function triggerSuite(url: () => Promise<string>): void {
  let client: Client;
  let follower: Follower;
  beforeAll(async () => {
    client = await openClient(await url(), { notifying: { policy: DEFAULT_POLICY, wake: () => {} } });
    follower = new Follower({
      store: client.store,
      feed: client.feed,
      name: 'triggers',
      types: TRIGGER_EVENTS,
      isWanted: () => hasOpenTriggers(client.store.reader),
      handle: (db, events) =>
        followTriggers(
          db,
          events,
          { random: (bytes) => new Uint8Array(bytes), notifying: { policy: DEFAULT_POLICY } },
          client.clock.now,
        ),
      onError: (error) => expect.fail(String(error)),
    });
    await follower.catchUp();
  });
  afterAll(() => client.close());
  beforeEach(async () => {
    client.clock.now += 1_000;
    await client.store.transaction(async (db) => {
      for (const table of ['triggers', 'webhooks', 'care_cases', 'devices', 'subscribers'] as const)
        await db.deleteFrom(table).execute();
    });
    await client.call('POST', '/subscribers', { name: 'alice', msisdns: [NUMBER] });
    expect((await client.call('PUT', '/trigger-definitions/game', DEFINITION)).status).toBeLessThan(300);
  });

  const register = (devId: string, addresses: object = {}) =>
    client.call('POST', '/devices', { devId, account, addresses });
  const ask = (body: object) => client.call<TriggerBody>('POST', '/triggers', body);
  const show = async (id: number) => (await client.call<TriggerBody>('GET', `/triggers/${id}`)).body;
  const devices = async (id: number) =>
    (await client.call<{ items: DeviceBody[] }>('GET', `/triggers/${id}/devices`)).body.items;
  /** The device answers. */
  const end = async (task: number | null, state: 'succeeded' | 'failed') => {
    const row = await client.store.reader
      .selectFrom('tasks')
      .select('device_id')
      .where('id', '=', task)
      .executeTakeFirstOrThrow();
    const reason = state === 'failed' ? 'the device answered Replace ./QoS/Max with 405' : null;
    await client.store.transaction((db) =>
      taskSource.finish(
        db,
        { kind: 'task', id: task ?? 0 },
        row.device_id,
        1,
        { state, results: [], reason },
        1,
      ),
    );
    await follower.catchUp();
  };

  it('configures the devices of a subscriber who has ordered something, and tells the result', async () => {
    await register('IMEI:1', { msisdn: NUMBER });
    await register('IMEI:2');
    await client.call('PUT', '/devices/IMEI:2/subscriber', { subscriber: 'alice' });
    const hook = await client.call<{ id: number }>('POST', '/webhooks', {
      url: 'https://game.example.com/',
      types: ['campaign'],
    });
    const asked = await ask({
      to: { subscriber: NUMBER },
      trigger: 'game',
      variables: { bandwidth: 512 },
      reference: 'order 7',
      callback: { webhook: hook.body.id },
    });
    expect(asked).toMatchObject({ status: 202, body: { state: 'running', counts: { pending: 2 } } });
    const [first, second] = await devices(asked.body.id);
    const task = await client.call<{ steps: { value: string }[] }>('GET', `/tasks/${first?.taskId}`);
    expect(task.body.steps[0]?.value).toBe('512');
    const notified = await client.call<{ items: object[] }>('GET', `/notifications?task=${first?.taskId}`);
    expect(notified.body.items).toHaveLength(1);
    await end(first?.taskId ?? null, 'succeeded');
    expect((await show(asked.body.id)).state).toBe('running');
    await end(second?.taskId ?? null, 'failed');
    expect(await show(asked.body.id)).toMatchObject({
      state: 'finished',
      counts: { succeeded: 1, failed: 1, pending: 0 },
    });
    expect((await devices(asked.body.id))[1]).toMatchObject({
      state: 'failed',
      outcome: { code: 'status-405' },
    });
    const told = await client.call<{ items: { id: number; type: string }[] }>(
      'GET',
      `/webhooks/${hook.body.id}/deliveries`,
    );
    expect(told.body.items.map(({ type }) => type)).toEqual(['trigger.result']);
    const message = await client.call<{ body: { data: object } }>(
      'GET',
      `/webhooks/${hook.body.id}/deliveries/${told.body.items[0]?.id}`,
    );
    expect(message.body.body.data).toMatchObject({ reference: 'order 7', succeeded: 1, failed: 1 });
    const cases = await client.call<{ items: { kind: string }[] }>('GET', '/care/cases');
    expect(cases.body.items.map(({ kind }) => kind)).toEqual(['trigger']);
    const found = await client.call<{ items: object[] }>(
      'GET',
      '/triggers?reference=order%207&subscriber=alice',
    );
    expect(found.body.items).toHaveLength(1);
  });

  it('waits for a subscriber who has no device, and gives up in time', async () => {
    const body = { to: { subscriber: 'alice' }, trigger: 'game', variables: { bandwidth: 64 } };
    const waits = await ask(body);
    expect(waits.body.state).toBe('waiting');
    await register('IMEI:1', { msisdn: NUMBER });
    await follower.catchUp();
    const [device] = await devices(waits.body.id);
    expect(device).toMatchObject({ devId: 'IMEI:1', state: 'pending' });
    await end(device?.taskId ?? null, 'succeeded');
    expect((await show(waits.body.id)).state).toBe('finished');
    await client.call('POST', '/subscribers', { name: 'bob' });
    const never = await ask({ ...body, to: { subscriber: 'bob' }, expiresIn: 60 });
    const silent = await ask({ ...body, expiresIn: 60 });
    client.clock.now += DAY;
    await client.store.transaction((db) => expireTriggers(db, client.clock.now));
    expect((await show(never.body.id)).state).toBe('expired');
    expect(await show(silent.body.id)).toMatchObject({ state: 'finished', counts: { failed: 1 } });
    expect((await devices(silent.body.id))[0]).toMatchObject({ outcome: { code: 'not-called' } });
  });

  it('is withdrawn as far as no device has begun it', async () => {
    await register('IMEI:1', { msisdn: NUMBER });
    const { body } = await ask({ to: { device: NUMBER }, steps: [{ kind: 'get', uri: './DevDetail/SwV' }] });
    const cancelled = await client.call<TriggerBody>('POST', `/triggers/${body.id}/cancel`);
    expect(cancelled.body.state).toBe('cancelled');
    const [device] = await devices(body.id);
    const task = await client.call<{ state: string }>('GET', `/tasks/${device?.taskId}`);
    expect(task.body.state).toBe('cancelled');
    expect((await client.call('POST', `/triggers/${body.id}/cancel`)).status).toBe(409);
  });

  it('ends when the last device that had something to do is deleted', async () => {
    await register('IMEI:1');
    await register('IMEI:2');
    const steps = [{ kind: 'get', uri: './DevDetail/SwV' }];
    const one = await ask({ to: { device: 'IMEI:1' }, steps });
    const both = await ask({ to: { target: { all: true } }, steps });
    await client.call('DELETE', '/devices/IMEI:1');
    await follower.catchUp();
    expect(await show(one.body.id)).toMatchObject({ state: 'finished', counts: { pending: 0 } });
    expect(await show(both.body.id)).toMatchObject({ state: 'running', counts: { pending: 1 } });
  });

  it('renders a profile for each device of a target, and says why one gets nothing', async () => {
    await register('IMEI:1', { msisdn: NUMBER });
    const profile = {
      name: `qos ${client.clock.now}`,
      document: {
        variables: { max: { type: 'int' } },
        root: './QoS',
        nodes: [{ path: 'Max', value: '${max}', format: 'int' }],
      },
    };
    const made = await client.call('POST', '/profiles', profile);
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const to = { target: { all: true } };
    const good = await ask({ to, profile: profile.name, variables: { max: 512 } });
    expect(good.body, JSON.stringify(good.body)).toMatchObject({ state: 'running', counts: { pending: 1 } });
    const bad = await ask({ to, profile: profile.name });
    expect(bad.body).toMatchObject({ state: 'finished', counts: { failed: 1 } });
    expect((await devices(bad.body.id))[0]?.reason).toContain('max');
  });

  it('lets a token ask only for what it was made for', async () => {
    await register('IMEI:1', { msisdn: NUMBER });
    const made = await client.call<{ token: string }>('POST', '/tokens', {
      name: 'game',
      triggers: ['game'],
    });
    const as = async (method: 'GET' | 'POST', path: string, payload?: object) => {
      const headers = { authorization: `Bearer ${made.body.token}` };
      const answer = await client.api.inject({
        method,
        url: `/api/v1${path}`,
        headers,
        ...(payload === undefined ? {} : { payload }),
      });
      return { status: answer.statusCode, body: answer.json<TriggerBody>() };
    };
    const body = { to: { subscriber: 'alice' }, trigger: 'game', variables: { bandwidth: 64 } };
    const own = await as('POST', '/triggers', body);
    expect(own.status).toBe(202);
    expect((await as('GET', `/triggers/${own.body.id}`)).status).toBe(200);
    const other = await ask(body);
    expect((await as('GET', `/triggers/${other.body.id}`)).status).toBe(404);
    expect((await as('POST', `/triggers/${other.body.id}/cancel`)).status).toBe(404);
    const { trigger: _, ...full } = { ...body, steps: [{ kind: 'exec', uri: './A' }], variables: {} };
    for (const [method, path, payload] of [
      ['POST', '/triggers', full],
      ['POST', '/triggers', { ...body, trigger: 'other' }],
      ['GET', '/devices', undefined],
      ['GET', '/trigger-definitions', undefined],
      ['POST', '/tokens', { name: 'x' }],
      ['GET', '/triggers/../devices', undefined],
    ] as const)
      expect([403, 404], `${method} ${path}`).toContain((await as(method, path, payload)).status);
  });

  it.each([
    [{ trigger: 'game', variables: { bandwidth: 10 } }, 'variables/bandwidth'],
    [{ trigger: 'game', variables: { bandwidth: '512' } }, 'variables/bandwidth'],
    [{ trigger: 'game' }, 'variables/bandwidth'],
    [{ trigger: 'game', variables: { bandwidth: 512, more: 1 } }, 'variables/more'],
    [{ trigger: 'game', variables: { bandwidth: 512 }, notify: {} }, 'notify'],
    [{ trigger: 'game', variables: { bandwidth: 512 }, to: { target: { all: true } } }, 'to'],
    [{ trigger: 'game', profile: 'x' }, 'trigger'],
    [{ trigger: 'game', variables: { bandwidth: 512 }, callback: { webhook: 9 } }, 'callback/webhook'],
    [{ steps: [{ kind: 'replace', uri: './A', value: '${x}' }] }, 'steps/0/value'],
  ])('refuses %j for %s', async (body, field) => {
    await register('IMEI:1', { msisdn: NUMBER });
    const answer = await ask({ to: { subscriber: 'alice' }, ...body });
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.[0]?.field).toBe(field);
  });

  it.each([
    [{ steps: STEPS }, 'steps/0/value'],
    [{}, 'profile'],
    [{ steps: STEPS, variables: { bandwidth: { type: 'integer', default: 'x' } } }, 'variables/bandwidth'],
    [{ steps: STEPS, variables: { bandwidth: { type: 'text' } } }, 'steps/0/value'],
  ])('takes no definition %j', async (body, field) => {
    const answer = await client.call<TriggerBody>('PUT', '/trigger-definitions/bad', body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.[0]?.field).toBe(field);
  });
}
