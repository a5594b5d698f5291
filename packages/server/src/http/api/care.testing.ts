import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { CARE_EVENTS, type CareError, openCase, openCasesFor } from '../../care/index.ts';
import { Follower, recordEvent } from '../../events/index.ts';
import { type Client, openClient } from './client.testing.ts';

interface CaseBody {
  id: number;
  kind: string;
  state: string;
  severity: string;
  text: string;
  count: number;
  assignee: string | null;
  subscriberId: number | null;
  outcome: { code: string; mover: string; advice: string };
  notes: { author: string; kind: string; text: string }[];
}

/** What customer care looks after, on whatever database. */
export function careSuite(url: () => Promise<string>): void {
  let client: Client;
  let device: number;
  beforeAll(async () => {
    client = await openClient(await url());
  });
  afterAll(() => client.close());
  beforeEach(async () => {
    client.clock.now += 1_000;
    await client.store.transaction(async (db) => {
      for (const table of ['care_cases', 'care_policy', 'devices', 'subscribers', 'events'] as const)
        await db.deleteFrom(table).execute();
    });
    await client.call('POST', '/subscribers', { name: 'alice', msisdns: ['+441632960001'] });
    const made = await client.call<{ id: number }>('POST', '/devices', {
      devId: 'IMEI:1',
      account: { client: { auth: 'none' } },
      addresses: { msisdn: '+441632960001' },
    });
    device = made.body.id;
  });

  const FAILED = { kind: 'task-failed', outcome: 'status-404', text: 'Task 1 failed.' } as const;
  const report = (error: Partial<CareError> = {}) =>
    client.store.transaction((db) =>
      openCase(db, { ...FAILED, at: client.clock.now, deviceId: device, ...error }),
    );
  const list = async (query = '') =>
    (await client.call<{ items: CaseBody[] }>('GET', `/care/cases${query}`)).body.items;
  const act = (id: number | undefined, what: string, body: object) =>
    client.call<CaseBody>('POST', `/care/cases/${id}/${what}`, body);
  const eventTypes = async () =>
    (await client.call<{ items: { type: string }[] }>('GET', '/events?type=care')).body.items.map(
      (one) => one.type,
    );

  it('joins the same error on the same device in one case, until it is resolved', async () => {
    const id = await report();
    expect(await report({ text: 'Task 2 failed.' })).toBe(id);
    expect(await report({ outcome: 'status-425' })).not.toBe(id);
    const [, first] = await list('?device=IMEI:1');
    expect(first).toMatchObject({ id, count: 2, text: 'Task 2 failed.', state: 'open', severity: 'normal' });
    expect(first?.outcome).toMatchObject({ code: 'status-404', mover: 'operator' });
    expect(await list('?subscriber=alice')).toHaveLength(2);
    expect((await act(id, 'resolve', { text: 'another path' })).body.state).toBe('resolved');
    const next = await report();
    expect(next).not.toBe(id);
    expect((await act(id, 'reopen', { text: 'again' })).status).toBe(409);
    await act(next, 'resolve', { text: 'x' });
    expect((await act(id, 'reopen', { text: 'again' })).body).toMatchObject({
      state: 'open',
      assignee: null,
    });
    expect(await eventTypes()).toEqual([
      'care.case.resolved',
      'care.case.opened',
      'care.case.resolved',
      'care.case.opened',
      'care.case.opened',
    ]);
  });

  it('is taken, noted and resolved by somebody', async () => {
    const id = await report();
    expect((await act(id, 'take', {})).body).toMatchObject({ state: 'taken', assignee: 'test' });
    await act(id, 'notes', { text: 'called the user' });
    await act(id, 'take', { assignee: 'second line', text: 'needs a session' });
    expect(await list('?assignee=second%20line&state=unresolved')).toHaveLength(1);
    const { body } = await act(id, 'resolve', { text: 'done' });
    expect(body.notes.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
      'taken: taken by test',
      'note: called the user',
      'taken: taken by second line: needs a session',
      'resolved: done',
    ]);
    expect((await act(id, 'take', {})).status).toBe(409);
    expect((await act(id, 'resolve', { text: 'done' })).status).toBe(409);
    expect((await act(999, 'notes', { text: 'x' })).status).toBe(404);
  });

  it('opens what the policy wants, and never more than it allows', async () => {
    const { body: policy } = await client.call<{ maxOpen: number; kinds: Record<string, object> }>(
      'GET',
      '/care/policy',
    );
    const stricter = {
      maxOpen: 2,
      kinds: { ...policy.kinds, 'user-refused': { opens: false, severity: 'low' } },
    };
    expect((await client.call('PUT', '/care/policy', stricter)).body).toEqual(stricter);
    expect(await report({ kind: 'user-refused', outcome: 'user-refused' })).toBeUndefined();
    for (const about of ['a', 'b', 'c', 'd', 'e']) await report({ about });
    const cases = await list();
    expect(cases.map(({ outcome, count }) => [outcome.code, count])).toEqual([
      ['too-many', 3],
      ['status-404', 1],
      ['status-404', 1],
    ]);
    expect((await client.call('PUT', '/care/policy', { maxOpen: 0, kinds: {} })).status).toBe(400);
  });

  it('finds errors in the log, each once, whoever follows it', async () => {
    const followers = [1, 2].map(
      () =>
        new Follower({
          store: client.store,
          feed: client.feed,
          name: 'care',
          types: CARE_EVENTS,
          handle: openCasesFor,
          onError: (error) => expect.fail(String(error)),
        }),
    );
    const catchUp = () => Promise.all(followers.map((follower) => follower.catchUp()));
    await catchUp();
    const results = [
      { step: 0, command: 'Exec', uri: './A', status: 215 },
      { step: 0, command: 'Exec', uri: './B', status: 425 },
    ];
    await client.store.transaction(async (db) => {
      const task = await db
        .insertInto('tasks')
        .values({
          device_id: device,
          steps: '[]',
          state: 'failed',
          results: JSON.stringify(results),
          created_at: 1,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      const about = { at: client.clock.now, deviceId: device };
      const reason = 'the device answered Exec ./A with 215; the device answered Exec ./B with 425';
      const failed = {
        ...about,
        type: 'task.failed',
        text: 'Task failed.',
        taskId: task.id,
        data: { reason },
      } as const;
      for (const _ of [1, 2, 3]) await recordEvent(db, failed);
      const alert = { ...about, type: 'alert.received', text: 'An alert.' } as const;
      await recordEvent(db, { ...alert, data: { type: 'urn:x', mark: 'fatal' } });
      await recordEvent(db, { ...alert, data: { type: 'urn:x', mark: 'informational' } });
      for (const _ of [1, 2])
        await recordEvent(db, { ...about, type: 'notification.failed', text: 'No way.', campaignId: 7 });
    });
    await catchUp();
    await catchUp();
    const cases = await list();
    expect(cases.map(({ kind, outcome, count }) => [kind, outcome.code, count])).toEqual([
      ['unreachable', 'unreachable', 2],
      ['alert', 'device-alert', 1],
      ['task-failed', 'status-425', 3],
    ]);
  });

  it('explains what may come of work', async () => {
    const { body } = await client.call<{ items: { code: string }[] }>('GET', '/outcomes');
    expect(body.items.length).toBeGreaterThan(40);
    expect((await client.call('GET', '/outcomes/status-420')).body).toMatchObject({ mover: 'user' });
    expect((await client.call('GET', '/outcomes/nothing')).status).toBe(404);
  });
}
