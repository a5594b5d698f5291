/** Tasks as a source of work. */
import { type NewEvent, recordEvent } from '../events/index.ts';
import { readSteps, stepsOfRendering } from '../renderings/index.ts';
import type { WorkResult } from '../steps/index.ts';
import { isTaskToDo, type Params, statement, type TaskTable } from '../store/index.ts';
import type { WorkSource } from '../work/index.ts';

const pendingTasks = statement((q, p: Params<{ deviceId: number; limit: number }>) =>
  q
    .selectFrom('tasks')
    .select(['id', 'steps'])
    .where('device_id', '=', p('deviceId'))
    .where(isTaskToDo)
    .where('state', '=', 'pending')
    .orderBy('id')
    .limit(p('limit')),
);

const findTask = statement((q, p: Params<{ id: number }>) =>
  q.selectFrom('tasks').select(['steps', 'state']).where('id', '=', p('id')),
);

const markTask = statement((q, p: Params<{ id: number; sessionId: number }>) =>
  q
    .updateTable('tasks')
    .set({ state: 'running', session_id: p('sessionId') })
    .where('id', '=', p('id'))
    .where('state', 'in', ['pending', 'waiting']),
);

const markWaiting = statement((q, p: Params<{ id: number; results: string }>) =>
  q
    .updateTable('tasks')
    .set({ state: 'waiting', results: p('results') })
    .where('id', '=', p('id'))
    .where('state', 'in', ['running', 'waiting']),
);

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

/** The tasks of devices: each is work for one of them, once. */
export const taskSource: WorkSource = {
  kind: 'task',

  async pending(db, { deviceId, task }, limit) {
    if (task === null) return [];
    const rows = await pendingTasks.all(db, { deviceId, limit });
    return rows.map(({ id, steps }) => ({ kind: 'task', id, steps: readSteps(steps) }));
  },

  async stepsOf(db, { id, rendering }) {
    const row = await findTask.first(db, { id });
    if (row?.state !== 'running') return undefined;
    return rendering == null ? readSteps(row.steps) : stepsOfRendering(db, rendering);
  },

  begin: async (db, { id }, _deviceId, sessionId) => (await markTask.run(db, { id, sessionId })) > 0,

  async park(db, { id }, _deviceId, results) {
    await markWaiting.run(db, { id, results });
  },

  async finish(db, { id }, deviceId, sessionId, result, now) {
    const ended = await endTask.run(db, {
      id,
      device_id: deviceId,
      state: result.state,
      results: JSON.stringify(result.results),
      reason: result.reason,
      session_id: sessionId,
      finished_at: now,
    });
    if (ended > 0) await recordEvent(db, taskEnded(id, deviceId, sessionId, result, now));
  },
};

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
