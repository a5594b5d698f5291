/**
 * What a device has to do: its own tasks, then the running campaigns that have no outcome for it.
 *
 * Nothing is written per device when work is made; what a device should get is computed when it calls,
 * so this is on the path of every session.
 */
import { GenerationCache } from '@grove/store';
import { type NewEvent, recordEvent } from '../events/index.ts';
import type { Step, Work, WorkRef, WorkResult } from '../steps/index.ts';
import {
  isCampaignRunning,
  isTaskToDo,
  type OutcomeTable,
  type Params,
  type Queries,
  statement,
  type TaskTable,
} from '../store/index.ts';

interface Bounds {
  deviceId: number;
  limit: number;
}

const pendingTasks = statement((q, p: Params<Bounds>) =>
  q
    .selectFrom('tasks')
    .select(['id', 'steps'])
    .where('device_id', '=', p('deviceId'))
    .where(isTaskToDo)
    .where('state', '=', 'pending')
    .orderBy('id')
    .limit(p('limit')),
);

const pendingCampaigns = statement((q, p: Params<Bounds>) =>
  q
    .selectFrom('campaigns')
    .select(['id', 'steps'])
    .where(isCampaignRunning)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('outcomes')
            .select('outcomes.device_id')
            .whereRef('outcomes.campaign_id', '=', 'campaigns.id')
            .where('outcomes.device_id', '=', p('deviceId')),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('waits')
            .select('waits.id')
            .whereRef('waits.campaign_id', '=', 'campaigns.id')
            .where('waits.device_id', '=', p('deviceId')),
        ),
      ),
    )
    .orderBy('id')
    .limit(p('limit')),
);

/** Steps by their JSON: those of a campaign are read once for all its devices. Nobody changes them. */
const parsed = new GenerationCache<string, readonly Step[]>(64);

/** The steps of a task or campaign from how they are stored. */
export function stepsOf(json: string): readonly Step[] {
  let steps = parsed.get(json);
  if (steps === undefined) {
    steps = JSON.parse(json) as Step[];
    parsed.set(json, steps);
  }
  return steps;
}

/**
 * Work that waits for a device, in the order in which it is to be done: its tasks, then campaigns.
 *
 * A campaign is part of it until {@link finishWork} was called, so a session that has one in hand leaves
 * it out of what it reads here. Tasks are left out as soon as they are marked running.
 *
 * @param limit how many at most
 */
export async function pendingWork(db: Queries, deviceId: number, limit: number): Promise<Work[]> {
  const work: Work[] = [];
  for (const { id, steps } of await pendingTasks.all(db, { deviceId, limit })) {
    work.push({ kind: 'task', id, steps: stepsOf(steps) });
  }
  for (const { id, steps } of await pendingCampaigns.all(db, { deviceId, limit })) {
    if (work.length < limit) work.push({ kind: 'campaign', id, steps: stepsOf(steps) });
  }
  return work;
}

const markTask = statement((q, p: Params<{ id: number; sessionId: number }>) =>
  q
    .updateTable('tasks')
    .set({ state: 'running', session_id: p('sessionId') })
    .where('id', '=', p('id'))
    .where('state', 'in', ['pending', 'waiting']),
);

/**
 * Marks tasks as being worked on in a session.
 *
 * @returns the ids of those that were marked; a task that was cancelled in the meantime is missing
 */
export async function markRunning(
  db: Queries,
  taskIds: readonly number[],
  sessionId: number,
): Promise<number[]> {
  const marked: number[] = [];
  for (const id of taskIds) {
    if ((await markTask.run(db, { id, sessionId })) > 0) marked.push(id);
  }
  return marked;
}

type TaskEnd = Pick<TaskTable, 'device_id' | 'results' | 'reason' | 'session_id' | 'finished_at'> & {
  id: number;
  state: WorkResult['state'];
};

const endTask = statement((q, p: Params<TaskEnd>) =>
  q
    .updateTable('tasks')
    .set({
      state: p('state'),
      results: p('results'),
      reason: p('reason'),
      session_id: p('session_id'),
      finished_at: p('finished_at'),
    })
    .where('id', '=', p('id'))
    .where('device_id', '=', p('device_id'))
    .where('state', 'in', ['pending', 'running', 'waiting']),
);

const insertOutcome = statement((q, p: Params<OutcomeTable>) =>
  q
    .insertInto('outcomes')
    .values({
      campaign_id: p('campaign_id'),
      device_id: p('device_id'),
      state: p('state'),
      results: p('results'),
      reason: p('reason'),
      session_id: p('session_id'),
      at: p('at'),
    })
    .onConflict((conflict) => conflict.columns(['campaign_id', 'device_id']).doNothing()),
);

/**
 * Records how work ended on a device. Work that has ended already stays as it is, so that recording it
 * again, after a message that was sent twice, changes nothing.
 *
 * @param now milliseconds since the epoch
 */
export async function finishWork(
  db: Queries,
  work: WorkRef,
  deviceId: number,
  sessionId: number,
  result: WorkResult,
  now: number,
): Promise<void> {
  const end = {
    device_id: deviceId,
    state: result.state,
    results: JSON.stringify(result.results),
    reason: result.reason,
    session_id: sessionId,
  };
  if (work.kind === 'task') {
    if ((await endTask.run(db, { ...end, id: work.id, finished_at: now })) > 0)
      await recordEvent(db, taskEnded(work.id, deviceId, sessionId, result, now));
  } else await insertOutcome.run(db, { ...end, campaign_id: work.id, at: now });
}

function taskEnded(
  taskId: number,
  deviceId: number,
  sessionId: number,
  { state, reason }: WorkResult,
  at: number,
): NewEvent {
  const about = { at, deviceId, taskId, sessionId };
  if (state === 'succeeded') return { ...about, type: 'task.succeeded', text: `Task ${taskId} succeeded.` };
  const why = reason === null ? '.' : `: ${reason}`;
  return { ...about, type: 'task.failed', text: `Task ${taskId} failed${why}`, data: { reason } };
}
