import { randomBytes } from 'node:crypto';
import { nonceBehind, parseNotification, RESYNC_NONCE, reasonOf } from '@grove/protocol';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { DEFAULT_POLICY, Notifier, type PushGateway, trimNotifications } from '../../notifications/index.ts';
import { keyringOf } from '../../secrets/index.ts';
import { type Client, openClient } from './client.testing.ts';

interface NotificationBody {
  id: number;
  devId: string;
  taskId: number | null;
  campaignId: number | null;
  state: string;
  reason: string | null;
  sessionID: string;
  dueAt: string | null;
  expiresAt: string;
  wish: object;
  attempts: {
    n: number;
    pushId: string;
    address: string;
    state: string;
    tries: number;
    text: string | null;
  }[];
}
interface Page<T> {
  items: T[];
  next: string | null;
}
interface CampaignBody {
  id: number;
  notifications: Record<string, number>;
}
type Submitted = Awaited<ReturnType<PushGateway['submit']>>;
type Push = Parameters<PushGateway['submit']>[0];

const MINUTE = 60_000;
const account = {
  client: { auth: 'md5', user: 'phone', password: 'phone secret' },
  server: { auth: 'md5', user: 'grove', password: 'server secret', nonce: 'bm9uY2U=' },
};
const STEPS = [{ kind: 'get', uri: './DevInfo/Man' }];
const ACCEPTED: Submitted = { kind: 'accepted', text: 'the gateway has it' };
const AWAY: Submitted = { kind: 'unavailable', text: 'nobody listens' };
const SUCCESS = { state: 'succeeded' as const, results: [], reason: null };

/** Notifications in the API and in the hands of the notifier, on whatever database. */
export function notificationSuite(url: () => Promise<string>): void {
  const keyring = keyringOf([randomBytes(32)]);
  let client: Client;
  let woken: number;
  let pushes: Push[];
  let withdrawn: string[];
  let queried: string[];
  let answer: (push: Push) => Submitted | Promise<Submitted>;
  let ids: number[];
  const failures: unknown[] = [];
  const troubles: (string | undefined)[] = [];

  const gateway: PushGateway = {
    async submit(push) {
      pushes.push(push);
      return answer(push);
    },
    status: async (pushId) => {
      queried.push(pushId);
      return { kind: 'undeliverable', text: 'absent' };
    },
    async withdraw(pushId) {
      withdrawn.push(pushId);
      return ACCEPTED;
    },
  };
  /** The worker of one process. */
  const notifier = () =>
    new Notifier({
      store: client.store,
      keyring,
      gateway,
      policy: DEFAULT_POLICY,
      callers: client.campaigns.callers,
      now: () => client.clock.now,
      random: randomBytes,
      onError: (error) => failures.push(error),
      onTrouble: (trouble) => troubles.push(trouble),
    });

  beforeAll(async () => {
    client = await openClient(await url(), {
      notifying: { policy: DEFAULT_POLICY, wake: () => (woken += 1) },
      seal: keyring.seal,
    });
  });
  afterAll(() => client.close());
  beforeEach(async () => {
    await client.store.transaction(async (db) => {
      for (const table of ['campaigns', 'devices', 'events'] as const) await db.deleteFrom(table).execute();
    });
    woken = 0;
    pushes = [];
    withdrawn = [];
    queried = [];
    failures.length = 0;
    troubles.length = 0;
    answer = () => ACCEPTED;
    ids = await register('IMEI:1', 'IMEI:2', 'IMEI:3');
    return () => expect(failures).toEqual([]);
  });

  const register = async (...devIds: string[]) => {
    const devices = devIds.map((devId) => ({
      devId,
      account,
      addresses: { msisdn: `+4416329600${devId.slice(5).padStart(2, '0')}` },
    }));
    const { status, body } = await client.call<{ ids: number[] }>('POST', '/devices/bulk', { devices });
    expect(status).toBe(201);
    return body.ids;
  };
  const notify = async (device = 'IMEI:1', wish: object = {}) => {
    const made = await client.call<NotificationBody>('POST', `/devices/${device}/notifications`, wish);
    expect(made.status).toBe(201);
    return made.body;
  };
  const show = async (id: number) =>
    (await client.call<NotificationBody>('GET', `/notifications/${id}`)).body;
  const list = async (query = '') =>
    (await client.call<Page<NotificationBody>>('GET', `/notifications${query}`)).body.items;
  const campaign = async (notifying: object = {}) => {
    const { status, body } = await client.call<CampaignBody>('POST', '/campaigns', {
      name: 'all',
      steps: STEPS,
      dynamic: true,
      notify: notifying,
    });
    expect(status).toBe(201);
    return body;
  };

  it('are made, shown, listed and cancelled', async () => {
    const wish = { reason: { text: 'Neue Einstellungen', language: 'de' }, priority: 'low' };
    const made = await notify('IMEI:1', wish);
    expect(made).toMatchObject({ devId: 'IMEI:1', state: 'queued', taskId: null, wish, attempts: [] });
    expect(woken).toBe(1);
    expect(await show(made.id)).toEqual(made);
    const other = await notify('IMEI:2');
    expect((await list()).map(({ id }) => id)).toEqual([other.id, made.id]);
    expect((await list('?device=IMEI:1')).map(({ id }) => id)).toEqual([made.id]);
    const cancelled = await client.call<NotificationBody>('POST', `/notifications/${made.id}/cancel`);
    expect(cancelled).toMatchObject({ status: 200, body: { state: 'cancelled', dueAt: null } });
    expect((await list('?state=cancelled')).map(({ id }) => id)).toEqual([made.id]);
    expect((await client.call('POST', `/notifications/${made.id}/cancel`)).status).toBe(409);
    expect((await client.call('GET', '/notifications/999999')).status).toBe(404);
  });

  it.each([
    [{ uiMode: 'loud' }, 'uiMode'],
    [{ reason: {} }, 'reason/text'],
    [{ reason: { text: 'x'.repeat(1001) } }, 'reason/text'],
    // 1000 characters of 4 bytes.
    [{ reason: { text: '\u{1f333}'.repeat(500) } }, 'reason'],
    [{ callWithin: 0 }, 'callWithin'],
    [{ bearers: [] }, 'bearers'],
    [{ more: 1 }, 'more'],
  ])('are refused with %j', async (wish, field) => {
    const { status, body } = await client.call<{ errors: { field: string }[] }>(
      'POST',
      '/devices/IMEI:1/notifications',
      wish,
    );
    expect(status).toBe(400);
    expect(body.errors[0]?.field).toBe(field);
    const asked = await client.call<{ errors: { field: string }[] }>('POST', '/devices/IMEI:1/tasks', {
      steps: STEPS,
      notify: wish,
    });
    expect([asked.status, asked.body.errors[0]?.field]).toEqual([400, `notify/${field}`]);
    expect(await list()).toEqual([]);
  });

  it('are as many as a phone keeps, for each device', async () => {
    const made: string[] = [];
    for (let count = 0; count < 10; count += 1) made.push((await notify()).sessionID);
    expect(new Set(made).size).toBe(10);
    const { status, body } = await client.call<{ detail: string }>(
      'POST',
      '/devices/IMEI:1/notifications',
      {},
    );
    expect([status, body.detail]).toEqual([409, expect.stringContaining('10 notifications outstanding')]);
    await notify('IMEI:2');
  });

  it('are pushed with what the account proves them by', async () => {
    const { id, sessionID } = await notify('IMEI:1', { uiMode: 'background' });
    await notifier().round();
    const [push] = pushes;
    expect(push).toMatchObject({
      address: 'WAPPUSH=+441632960001/TYPE=PLMN',
      bearer: null,
      contentType: 'application/vnd.syncml.notification',
      priority: 'medium',
    });
    const { notification } = parseNotification(push?.body ?? new Uint8Array(), '1.2');
    expect(notification).toMatchObject({
      version: 11,
      uiMode: 'background',
      serverID: 'grove',
      sessionID: Number.parseInt(sessionID, 16),
    });
    const shown = await show(id);
    expect(shown).toMatchObject({
      state: 'submitted',
      attempts: [{ n: 1, pushId: push?.pushId, address: '+441632960001', state: 'submitted' }],
    });
    expect(Date.parse(shown.dueAt ?? '')).toBe(client.clock.now + 15 * MINUTE);
    const events = await client.call<Page<{ type: string; text: string; data: object }>>(
      'GET',
      `/events?notification=${id}`,
    );
    expect(events.body.items.map(({ type }) => type)).toEqual([
      'notification.submitted',
      'notification.queued',
    ]);
    expect(events.body.items[0]?.text).toBe(
      `Push 1 of notification ${id} (+441632960001) is with the gateway: the gateway has it.`,
    );
  });

  it('tell each user in his language, in the words that the template had', async () => {
    const template = {
      operator: 'Example Mobile',
      variables: [{ name: 'what' }],
      texts: [
        { language: 'en', text: `\${operator}: \${what} for \${device.mod|your phone}` },
        { language: 'de', text: `\${operator}: \${what} für \${device.mod|Ihr Telefon}` },
      ],
    };
    expect((await client.call('PUT', '/reasons/settings', template)).status).toBe(201);
    await client.store.transaction((db) =>
      db.updateTable('devices').set({ lang: 'de-AT', mod: 'N95' }).where('dev_id', '=', 'IMEI:2').execute(),
    );
    const { id } = await campaign({ reason: { template: 'settings', values: { what: 'MMS' } } });
    await client.call('DELETE', '/reasons/settings');
    await notifier().round();
    const told = pushes.map(({ address, body }) => [
      address,
      reasonOf(parseNotification(body, '1.2').notification),
    ]);
    expect(Object.fromEntries(told)).toMatchObject({
      'WAPPUSH=+441632960001/TYPE=PLMN': { language: 'en', text: 'Example Mobile: MMS for your phone' },
      'WAPPUSH=+441632960002/TYPE=PLMN': { language: 'de', text: 'Example Mobile: MMS für N95' },
    });
    const shown = await client.call('GET', `/campaigns/${id}`);
    expect(shown.body).toMatchObject({
      notify: { reason: { template: 'settings', values: { what: 'MMS' } } },
    });
    const missing = { reason: { template: 'settings' } };
    expect((await client.call('POST', '/devices/IMEI:1/notifications', missing)).status).toBe(404);
    await client.call('PUT', '/reasons/settings', template);
    const unfilled = await client.call<{ errors: { field: string }[] }>(
      'POST',
      '/devices/IMEI:1/notifications',
      missing,
    );
    expect([unfilled.status, unfilled.body.errors[0]?.field]).toEqual([400, 'reason/values/what']);
  });

  it('are taken back with their task', async () => {
    const { body: task } = await client.call<{ id: number }>('POST', '/devices/IMEI:1/tasks', {
      steps: STEPS,
      notify: {},
    });
    await notifier().round();
    await client.call('POST', `/tasks/${task.id}/cancel`);
    const [cancelled] = await list(`?task=${task.id}`);
    expect(cancelled).toMatchObject({ state: 'cancelled', reason: 'its task was cancelled' });
    await notifier().round();
    expect(withdrawn).toEqual([pushes[0]?.pushId]);
    expect(await show(cancelled?.id ?? 0)).toMatchObject({ dueAt: null, attempts: [{ state: 'cancelled' }] });
  });

  it('of a campaign come to each device once, but to none that has had it', async () => {
    const { id } = await campaign();
    await client.store.transaction((db) =>
      client.work.finish(db, { kind: 'campaign', id }, ids[1] ?? 0, 1, SUCCESS, client.clock.now),
    );
    expect(await list()).toEqual([]);
    await notifier().round();
    await notifier().round();
    expect((await list()).map(({ devId }) => devId).sort()).toEqual(['IMEI:1', 'IMEI:3']);
    await register('IMEI:4', 'IMEI:5');
    client.clock.now += MINUTE;
    await client.campaigns.runner.round();
    await notifier().round();
    expect(pushes).toHaveLength(4);
    const shown = await client.call<CampaignBody>('GET', `/campaigns/${id}`);
    expect(shown.body.notifications).toMatchObject({ submitted: 4, queued: 0 });
    await client.call('POST', `/campaigns/${id}/cancel`);
    await notifier().round();
    expect(withdrawn).toHaveLength(4);
    expect(await list(`?campaign=${id}&state=cancelled`)).toHaveLength(4);
    await register('IMEI:6');
    await notifier().round();
    expect(pushes).toHaveLength(4);
  });

  it.each([1, 3])(
    'of a large campaign are made as they are sent, and none is sent twice, by %i processes',
    async (processes) => {
      const devIds = Array.from({ length: 900 }, (_, index) => `IMEI:${index + 10}`);
      for (let from = 0; from < devIds.length; from += 90) {
        const devices = devIds
          .slice(from, from + 90)
          .map((devId) => ({ devId, account, addresses: { user: devId.slice(5) } }));
        await client.call('POST', '/devices/bulk', { devices });
      }
      client.clock.now += MINUTE;
      let most = 0;
      answer = async () => {
        const queued = await client.store.reader
          .selectFrom('notifications')
          .select('id')
          .where('state', '=', 'queued')
          .execute();
        most = Math.max(most, queued.length);
        return ACCEPTED;
      };
      const { id } = await campaign();
      await Promise.all(Array.from({ length: processes }, () => notifier().round()));
      expect(pushes).toHaveLength(903);
      expect(new Set(pushes.map(({ pushId }) => pushId)).size).toBe(903);
      if (processes === 1) expect(most).toBeLessThan(900);
      const shown = await client.call<CampaignBody>('GET', `/campaigns/${id}`);
      expect(shown.body.notifications.submitted).toBe(903);
    },
    60_000,
  );

  it('wait while the gateway is away, without more of them being made', async () => {
    const { id } = await campaign();
    answer = () => AWAY;
    const worker = notifier();
    await worker.round();
    expect(pushes).toHaveLength(3);
    const { id: more } = await notify();
    await worker.round();
    expect(pushes, 'it is left alone').toHaveLength(3);
    await client.call('POST', `/notifications/${more}/cancel`);
    const [first] = await list(`?campaign=${id}`);
    expect(await show(first?.id ?? 0)).toMatchObject({
      state: 'queued',
      attempts: [{ state: 'submitting', tries: 1, text: 'nobody listens' }],
    });
    answer = () => ACCEPTED;
    client.clock.now += MINUTE;
    await worker.round();
    expect(pushes).toHaveLength(6);
    expect(new Set(pushes.map(({ pushId }) => pushId)).size).toBe(3);
    expect(await list('?state=submitted')).toHaveLength(3);
    expect(troubles, 'operators are told once').toEqual(['nobody listens', undefined]);
  });

  it('are not sent any more for what has ended meanwhile', async () => {
    const { id } = await campaign();
    answer = () => AWAY;
    await notifier().round();
    expect(pushes).toHaveLength(3);
    await client.store.transaction((db) =>
      client.work.finish(db, { kind: 'campaign', id }, ids[0] ?? 0, 1, SUCCESS, client.clock.now),
    );
    answer = () => ACCEPTED;
    client.clock.now += MINUTE;
    await notifier().round();
    expect(pushes).toHaveLength(5);
    expect(await list('?device=IMEI:1')).toMatchObject([
      { state: 'cancelled', reason: 'its campaign has ended on the device' },
    ]);
    client.clock.now += 15 * MINUTE;
    await client.call('POST', `/campaigns/${id}/cancel`);
    await notifier().round();
    expect(pushes, 'the next attempts were due').toHaveLength(5);
    expect(await list('?state=cancelled')).toHaveLength(3);
  });

  it('come to a device, too, whose registration was committed after that of a later one', async () => {
    const [early = 0] = await register('IMEI:4', 'IMEI:5');
    await client.call('DELETE', '/devices/IMEI:4');
    await campaign();
    await notifier().round();
    expect(pushes).toHaveLength(4);
    await client.store.transaction(async (db) => {
      const device = await db
        .selectFrom('devices')
        .selectAll()
        .where('dev_id', '=', 'IMEI:5')
        .executeTakeFirstOrThrow();
      const held = await db
        .selectFrom('accounts')
        .selectAll()
        .where('device_id', '=', device.id)
        .executeTakeFirstOrThrow();
      await db
        .insertInto('devices')
        .values({ ...device, id: early, dev_id: 'IMEI:4' })
        .execute();
      await db
        .insertInto('accounts')
        .values({ ...held, device_id: early })
        .execute();
    });
    client.clock.now += MINUTE;
    await client.campaigns.runner.round();
    await notifier().round();
    expect((await list('?device=IMEI:4')).length).toBe(1);
  });

  it('are made with the resynchronisation nonce for accounts that have no other', async () => {
    const basic = { ...account, server: { auth: 'basic', user: 'grove', password: 'server secret' } };
    await client.call('PUT', '/devices/IMEI:1/account', basic);
    const { id } = await notify();
    await notifier().round();
    expect(await show(id)).toMatchObject({ attempts: [{ resync: true }] });
    const secret = { user: 'grove', password: 'server secret' };
    const parsed = parseNotification(pushes[0]?.body ?? new Uint8Array(), '1.2');
    expect(nonceBehind(parsed, secret, RESYNC_NONCE)).toEqual(RESYNC_NONCE);
  });

  it('are not sent while the device is in a session', async () => {
    const [device = 0] = ids;
    const session = await client.store.transaction(async (db) => {
      const { id } = await db
        .insertInto('sessions')
        .values({
          device_id: device,
          session_id: '1',
          state: 'open',
          outcome: null,
          reason: null,
          encoding: 'xml',
          remote: '',
          stranger: null,
          started_at: 0,
          last_at: 0,
          expires_at: 0,
          ended_at: null,
          messages: 2,
          bytes_in: 0,
          bytes_out: 0,
          engine: '{}',
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      await db.updateTable('devices').set({ live_session: id }).where('id', '=', device).execute();
      return id;
    });
    const { id } = await notify();
    await notifier().round();
    expect([pushes.length, (await show(id)).state]).toEqual([0, 'queued']);
    await client.store.transaction((db) =>
      db.updateTable('sessions').set({ state: 'ended' }).where('id', '=', session).execute(),
    );
    client.clock.now += MINUTE;
    await notifier().round();
    expect(pushes).toHaveLength(1);
  });

  it('are asked for before the next attempt, where nothing was reported', async () => {
    const { id } = await notify();
    await notifier().round();
    client.clock.now += 15 * MINUTE;
    await notifier().round();
    expect(queried).toEqual([pushes[0]?.pushId]);
    expect(await show(id)).toMatchObject({
      state: 'submitted',
      attempts: [{ state: 'failed', text: 'absent' }, { state: 'submitted' }],
    });
  });

  it('are forgotten when they have long been over, but for those of campaigns that run', async () => {
    await campaign();
    await notifier().round();
    const { id } = await notify();
    for (const each of await list()) await client.call('POST', `/notifications/${each.id}/cancel`);
    await notifier().round();
    const trim = (before: number) =>
      client.store.transaction((db) => trimNotifications(db, 0, client.clock.now + before));
    await trim(0);
    expect(await list()).toHaveLength(4);
    const { id: outstanding } = await notify('IMEI:2');
    await trim(1);
    expect((await list()).map((each) => each.id)).not.toContain(id);
    expect((await list()).map((each) => each.id)).toContain(outstanding);
    expect(await list('?state=cancelled')).toHaveLength(3);
  });

  it('expire, and say so', async () => {
    const { id } = await notify('IMEI:1', { expiresIn: 60 });
    await notifier().round();
    client.clock.now += MINUTE;
    await notifier().round();
    expect(await show(id)).toMatchObject({
      state: 'expired',
      reason: 'the device has not called before its time was over',
      attempts: [{ state: 'cancelled' }],
    });
    expect(withdrawn).toHaveLength(1);
  });
}
