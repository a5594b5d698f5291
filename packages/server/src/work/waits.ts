/**
 * Work that waits for an alert: how far it has come is kept here, one row for each piece of work and device, so
 * that the session in which it was begun may end, and so may the server.
 */
import { readSteps } from '../renderings/index.ts';
import {
  type BegunWork,
  dueRequests,
  expireWork,
  refOf,
  type Work,
  type WorkProgress,
  type WorkRef,
  waitsUntil,
  workResult,
} from '../steps/index.ts';
import { type Params, type Queries, statement, type WaitTable } from '../store/index.ts';
import type { WorkSources } from './sources.ts';

/** A piece of work on a device that waits. */
export interface Wait extends Work {
  /** Of the row; it is there only as long as nobody has changed it. */
  readonly row: number;
  readonly begun: BegunWork;
  /** Milliseconds since the epoch; null when the work can go on. */
  readonly until: number | null;
}

/** Pieces of work of one device that are read for one message. */
const MAX_WAITS = 100;

type WaitRow = Pick<
  WaitTable,
  | 'task_id'
  | 'campaign_id'
  | 'policy_id'
  | 'rendering_id'
  | 'progress'
  | 'size'
  | 'until'
  | 'device_id'
  | 'session_id'
> & {
  id: number;
  task_steps: string | null;
  campaign_steps: string | null;
  rendered_steps: string | null;
};

const waitsOfDevice = statement<{ deviceId: number; limit: number }, WaitRow>((q, p) =>
  q
    .selectFrom('waits')
    .leftJoin('tasks', 'tasks.id', 'waits.task_id')
    .leftJoin('campaigns', 'campaigns.id', 'waits.campaign_id')
    .leftJoin('renderings', 'renderings.id', 'waits.rendering_id')
    .select([
      'waits.id',
      'waits.device_id',
      'waits.session_id',
      'waits.task_id',
      'waits.campaign_id',
      'waits.policy_id',
      'waits.rendering_id',
      'waits.progress',
      'waits.size',
      'waits.until',
      'tasks.steps as task_steps',
      'campaigns.steps as campaign_steps',
      'renderings.steps as rendered_steps',
    ])
    .where('waits.device_id', '=', p('deviceId'))
    .orderBy('waits.id')
    .limit(p('limit')),
);

/** The work of a device that waits, the oldest first. */
export async function waitingWork(db: Queries, deviceId: number): Promise<Wait[]> {
  return (await waitsOfDevice.all(db, { deviceId, limit: MAX_WAITS })).map(waitOf);
}

function waitOf(row: WaitRow): Wait {
  return {
    ...workOf(row),
    row: row.id,
    steps: readSteps(row.rendered_steps ?? row.task_steps ?? row.campaign_steps ?? '[]'),
    begun: { progress: JSON.parse(row.progress) as WorkProgress, size: row.size },
    until: row.until,
  };
}

function workOf({ task_id, campaign_id, policy_id, rendering_id }: WaitRow): WorkRef {
  const rendered = rendering_id === null ? {} : { rendering: rendering_id };
  if (task_id !== null) return { kind: 'task', id: task_id, ...rendered };
  if (campaign_id !== null) return { kind: 'campaign', id: campaign_id, ...rendered };
  return { kind: 'policy', id: policy_id ?? 0, ...rendered };
}

const removeWait = statement((q, p: Params<{ row: number }>) =>
  q.deleteFrom('waits').where('id', '=', p('row')),
);

/**
 * Takes back that work waits: it goes on, or is put aside anew.
 *
 * @returns how many rows there were, 0 when another process was faster
 */
export async function endWait(db: Queries, row: number): Promise<number> {
  return removeWait.run(db, { row });
}

const insertWait = statement((q, p: Params<Omit<WaitTable, 'id'>>) =>
  q.insertInto('waits').values({
    device_id: p('device_id'),
    task_id: p('task_id'),
    campaign_id: p('campaign_id'),
    policy_id: p('policy_id'),
    rendering_id: p('rendering_id'),
    session_id: p('session_id'),
    progress: p('progress'),
    size: p('size'),
    until: p('until'),
  }),
);

/** Keeps how far work has come that waits; its source is told. */
export async function keepWait(
  db: Queries,
  sources: WorkSources,
  deviceId: number,
  sessionId: number,
  { work, progress, size, until }: BegunWork & { work: WorkRef; until: number | null },
): Promise<void> {
  await insertWait.run(db, {
    device_id: deviceId,
    task_id: work.kind === 'task' ? work.id : null,
    campaign_id: work.kind === 'campaign' ? work.id : null,
    policy_id: work.kind === 'policy' ? work.id : null,
    rendering_id: work.rendering ?? null,
    session_id: sessionId,
    progress: JSON.stringify(progress),
    size,
    until,
  });
  await sources.park(db, work, deviceId, JSON.stringify(progress.results));
}

/** Pieces of work that one call of {@link expireWaits} looks at. */
const BATCH = 100;

/**
 * Goes on with work that has waited for too long: it ends there, or is ready for when the device calls.
 *
 * @returns the work that has ended, and whether there may be more to look at
 */
export async function expireWaits(
  db: Queries,
  sources: WorkSources,
  now: number,
): Promise<{ finished: WorkRef[]; more: boolean }> {
  const rows = await db
    .selectFrom('waits')
    .leftJoin('tasks', 'tasks.id', 'waits.task_id')
    .leftJoin('campaigns', 'campaigns.id', 'waits.campaign_id')
    .leftJoin('renderings', 'renderings.id', 'waits.rendering_id')
    .selectAll('waits')
    .select([
      'tasks.steps as task_steps',
      'campaigns.steps as campaign_steps',
      'renderings.steps as rendered_steps',
    ])
    .where('waits.until', '<=', now)
    .orderBy('waits.until')
    .orderBy('waits.id')
    .limit(BATCH)
    .execute();
  const finished: WorkRef[] = [];
  for (const row of rows) {
    // A session that goes on with it at the same time has taken the row away.
    if ((await endWait(db, row.id)) === 0) continue;
    const { steps, begun, ...wait } = waitOf(row);
    const work = refOf(wait);
    const { size } = begun;
    const situation = { abilities: {}, serverID: '', work };
    const progress = expireWork(steps, begun.progress, situation, now);
    const until = waitsUntil(steps, progress, situation);
    if (until !== undefined || dueRequests(steps, progress, situation).length > 0) {
      await keepWait(db, sources, row.device_id, row.session_id, {
        work,
        progress,
        size,
        until: until ?? null,
      });
      continue;
    }
    await sources.finish(db, work, row.device_id, row.session_id, workResult(steps, progress), now);
    finished.push(work);
  }
  return { finished, more: rows.length === BATCH };
}
