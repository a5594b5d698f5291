import { Conflict, idAfter, NotFound, type Page, type PageRequest, pageOf } from '@grove/api';
import type { Selectable } from 'kysely';
import { useContents } from '../contents/index.ts';
import { recordEvent } from '../events/index.ts';
import type { CommandResult, Step } from '../steps/index.ts';
import type { Queries, TaskState, TaskTable } from '../store/index.ts';

/** Work for one device, with what came of it. Times are milliseconds since the epoch. */
export interface Task {
  id: number;
  deviceId: number;
  devId: string;
  steps: Step[];
  state: TaskState;
  /** What the device answered; null until something was. */
  results: CommandResult[] | null;
  /** Why it failed, in a sentence. */
  reason: string | null;
  /** The session in which it runs or ran. */
  sessionId: number | null;
  createdAt: number;
  finishedAt: number | null;
}

/** A task as lists show it. */
export type TaskSummary = Omit<Task, 'steps' | 'results'>;

/** Which tasks; all of what is given must hold. */
export interface TaskFilter {
  deviceId?: number | undefined;
  state?: TaskState | undefined;
}

const SUMMARY = [
  'tasks.id',
  'tasks.device_id',
  'devices.dev_id',
  'tasks.state',
  'tasks.reason',
  'tasks.session_id',
  'tasks.created_at',
  'tasks.finished_at',
] as const;

type SummaryRow = Omit<Selectable<TaskTable>, 'steps' | 'results'> & { dev_id: string };

function summaryOf(row: SummaryRow): TaskSummary {
  return {
    id: row.id,
    deviceId: row.device_id,
    devId: row.dev_id,
    state: row.state,
    reason: row.reason,
    sessionId: row.session_id,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}

/**
 * Gives a device work, which it gets when it calls. The steps are those that `checkSteps` returned.
 *
 * @throws {InvalidInput} when they name a content that is not there
 */
export async function createTask(
  db: Queries,
  deviceId: number,
  steps: readonly Step[],
  now: number,
): Promise<Task> {
  const row = await db
    .insertInto('tasks')
    .values({
      device_id: deviceId,
      steps: JSON.stringify(steps),
      state: 'pending',
      results: null,
      reason: null,
      session_id: null,
      created_at: now,
      finished_at: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await useContents(db, steps, { kind: 'task', id: row.id });
  return showTask(db, row.id);
}

/** Tasks, the newest first. */
export async function listTasks(
  db: Queries,
  filter: TaskFilter,
  page: PageRequest,
): Promise<Page<TaskSummary>> {
  const before = idAfter(page);
  const { deviceId, state } = filter;
  const rows = await db
    .selectFrom('tasks')
    .innerJoin('devices', 'devices.id', 'tasks.device_id')
    .select(SUMMARY)
    .$if(deviceId !== undefined, (query) => query.where('tasks.device_id', '=', deviceId as number))
    .$if(state !== undefined, (query) => query.where('tasks.state', '=', state as TaskState))
    .$if(before !== undefined, (query) => query.where('tasks.id', '<', before as number))
    .orderBy('tasks.id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows.map(summaryOf), page.limit, (task) => task.id);
}

/** @throws {NotFound} */
export async function showTask(db: Queries, id: number): Promise<Task> {
  const row = await db
    .selectFrom('tasks')
    .innerJoin('devices', 'devices.id', 'tasks.device_id')
    .select([...SUMMARY, 'tasks.steps', 'tasks.results'])
    .where('tasks.id', '=', id)
    .executeTakeFirst();
  if (row === undefined) throw new NotFound('task', id);
  return {
    ...summaryOf(row),
    steps: JSON.parse(row.steps) as Step[],
    results: row.results === null ? null : (JSON.parse(row.results) as CommandResult[]),
  };
}

/**
 * Cancels a task that no open session works on.
 *
 * A running task is left alone while its session is open, since its commands are on their way; when that
 * session has ended without finishing it, the task waits for the device to come back and can be cancelled.
 *
 * @throws {NotFound}
 * @throws {Conflict} when it has ended, or runs in a session that is open
 */
export async function cancelTask(db: Queries, id: number, now: number): Promise<Task> {
  const cancelled = await db
    .updateTable('tasks')
    .set({ state: 'cancelled', finished_at: now })
    .where('id', '=', id)
    .where((where) =>
      where.or([
        where('state', 'in', ['pending', 'waiting']),
        where.and([
          where('state', '=', 'running'),
          where.not(
            where.exists(
              where
                .selectFrom('devices')
                .innerJoin('sessions', 'sessions.id', 'devices.live_session')
                .select('sessions.id')
                .whereRef('devices.id', '=', 'tasks.device_id')
                .where('sessions.state', '=', 'open'),
            ),
          ),
        ]),
      ]),
    )
    .returning('id')
    .executeTakeFirst();
  const task = await showTask(db, id);
  if (cancelled !== undefined) {
    await db.deleteFrom('waits').where('task_id', '=', id).execute();
    await recordEvent(db, {
      type: 'task.cancelled',
      at: now,
      text: `Task ${id} was cancelled.`,
      deviceId: task.deviceId,
      taskId: id,
    });
    return task;
  }
  throw new Conflict(
    task.state === 'running'
      ? `task ${id} cannot be cancelled now: the device is carrying it out; it can be when the session has ended without finishing it`
      : `task ${id} cannot be cancelled: it has ended already (${task.state})`,
  );
}
