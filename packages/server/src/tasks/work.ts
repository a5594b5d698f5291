/**
 * What a device has to do: its own tasks, then the running campaigns that have no outcome for it.
 *
 * Nothing is written per device when work is made; what a device should get is computed when it calls,
 * so this is on the path of every session.
 */
import { type Kysely, sql } from 'kysely';
import type { CommandResult, Step } from '../steps/step.ts';
import type { Database } from '../store/schema.ts';

/** A task or a campaign, as something for one device to do. */
export interface Work {
  kind: 'task' | 'campaign';
  /** Id of the task or of the campaign. */
  id: number;
  steps: Step[];
}

/** Which work, without what it is. */
export type WorkRef = Pick<Work, 'kind' | 'id'>;

/** How work ended on a device. */
export interface WorkResult {
  state: 'succeeded' | 'failed';
  results: CommandResult[];
  /** Why it failed, in a sentence; null when it did not. */
  reason: string | null;
}

/**
 * Work that waits for a device, in the order in which it is to be done.
 *
 * A campaign is part of it until {@link finishWork} was called, so a session that has one in hand leaves
 * it out of what it reads here. Tasks are left out as soon as they are marked running.
 *
 * @param limit how many at most
 */
export async function pendingWork(db: Kysely<Database>, deviceId: number, limit: number): Promise<Work[]> {
  const { rows } = await sql<{ turn: number; id: number; steps: string }>`
    select * from (
      select 0 as turn, id, steps from tasks
      where device_id = ${deviceId} and state = 'pending' order by id limit ${limit}
    ) as task
    union all
    select * from (
      select 1 as turn, id, steps from campaigns
      where state = 'running' and not exists (
        select 1 from outcomes where outcomes.campaign_id = campaigns.id and outcomes.device_id = ${deviceId}
      ) order by id limit ${limit}
    ) as campaign
    order by turn, id limit ${limit}`.execute(db);
  return rows.map((row) => ({
    kind: row.turn === 0 ? 'task' : 'campaign',
    id: row.id,
    steps: JSON.parse(row.steps) as Step[],
  }));
}

/**
 * Marks tasks as being worked on in a session.
 *
 * @returns the ids of those that were marked; a task that was cancelled in the meantime is missing
 */
export async function markRunning(
  db: Kysely<Database>,
  taskIds: readonly number[],
  sessionId: number,
): Promise<number[]> {
  if (taskIds.length === 0) return [];
  const rows = await db
    .updateTable('tasks')
    .set({ state: 'running', session_id: sessionId })
    .where('id', 'in', taskIds)
    .where('state', '=', 'pending')
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
}

/**
 * Of the work that a session left unfinished, what is still wanted: a task that was not cancelled and a
 * campaign that is running. The tasks are marked as worked on in the session that goes on with them.
 */
export async function resumeWork<W extends WorkRef>(
  db: Kysely<Database>,
  work: readonly W[],
  sessionId: number,
): Promise<W[]> {
  const ids = (kind: Work['kind']) => work.filter((one) => one.kind === kind).map((one) => one.id);
  const tasks = ids('task');
  const campaigns = ids('campaign');
  const wanted = new Set<string>();
  if (tasks.length > 0) {
    const rows = await db
      .updateTable('tasks')
      .set({ session_id: sessionId })
      .where('id', 'in', tasks)
      .where('state', '=', 'running')
      .returning('id')
      .execute();
    for (const row of rows) wanted.add(`task ${row.id}`);
  }
  if (campaigns.length > 0) {
    const rows = await db
      .selectFrom('campaigns')
      .select('id')
      .where('id', 'in', campaigns)
      .where('state', '=', 'running')
      .execute();
    for (const row of rows) wanted.add(`campaign ${row.id}`);
  }
  return work.filter((one) => wanted.has(`${one.kind} ${one.id}`));
}

/**
 * Records how work ended on a device. Work that has ended already stays as it is, so that recording it
 * again, after a message that was sent twice, changes nothing.
 *
 * @param now milliseconds since the epoch
 */
export async function finishWork(
  db: Kysely<Database>,
  work: WorkRef,
  deviceId: number,
  sessionId: number,
  result: WorkResult,
  now: number,
): Promise<void> {
  const results = JSON.stringify(result.results);
  if (work.kind === 'task') {
    await db
      .updateTable('tasks')
      .set({ state: result.state, results, reason: result.reason, session_id: sessionId, finished_at: now })
      .where('id', '=', work.id)
      .where('device_id', '=', deviceId)
      .where('state', 'in', ['pending', 'running'])
      .execute();
    return;
  }
  await db
    .insertInto('outcomes')
    .values({
      campaign_id: work.id,
      device_id: deviceId,
      state: result.state,
      results,
      reason: result.reason,
      session_id: sessionId,
      at: now,
    })
    .onConflict((conflict) => conflict.columns(['campaign_id', 'device_id']).doNothing())
    .execute();
}
