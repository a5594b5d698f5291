/** The cases of customer care: what is to be looked after, by whom, and what was done. */
import { Conflict, idAfter, NotFound, type Page, type PageRequest, pageOf } from '@grove/api';
import { recordEvent } from '../events/index.ts';
import { type Outcome, outcomeOf } from '../outcomes/index.ts';
import {
  type CareNoteTable,
  type CareSeverity,
  type CareState,
  isCaseOpen,
  isCaseResolved,
  type Queries,
} from '../store/index.ts';

/** An error that customer care looks after. Times are milliseconds since the epoch. */
export interface CareCase {
  id: number;
  kind: string;
  state: CareState;
  severity: CareSeverity;
  /** What has happened last, in a sentence. */
  text: string;
  /** What it comes to, whose move it is and what to do. */
  outcome: Outcome;
  /** How often it has come. */
  count: number;
  deviceId: number | null;
  devId: string | null;
  /** Whose the device was when the case was opened. */
  subscriberId: number | null;
  taskId: number | null;
  campaignId: number | null;
  sessionId: number | null;
  /** Who looks after it. */
  assignee: string | null;
  openedAt: number;
  lastAt: number;
  resolvedAt: number | null;
}

/** What was done about a case. */
export interface CareNote {
  at: number;
  author: string;
  kind: CareNoteTable['kind'];
  text: string;
}

/** A case with what was done about it. */
export interface CareCaseDetail extends CareCase {
  notes: CareNote[];
}

/** Which cases; all of what is given must hold. */
export interface CareFilter {
  /** `unresolved` is open or taken. */
  readonly state?: CareState | 'unresolved' | undefined;
  readonly severity?: CareSeverity | undefined;
  readonly kind?: string | undefined;
  readonly assignee?: string | undefined;
  readonly deviceId?: number | undefined;
  readonly subscriberId?: number | undefined;
}

/** Notes that are shown with a case, the newest. */
const NOTES = 200;

function select(db: Queries) {
  return db
    .selectFrom('care_cases')
    .leftJoin('devices', 'devices.id', 'care_cases.device_id')
    .selectAll('care_cases')
    .select('devices.dev_id');
}

type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

function caseOf(row: Row): CareCase {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    severity: row.severity,
    text: row.text,
    outcome: outcomeOf(row.outcome),
    count: row.count,
    deviceId: row.device_id,
    devId: row.dev_id,
    subscriberId: row.subscriber_id,
    taskId: row.task_id,
    campaignId: row.campaign_id,
    sessionId: row.session_id,
    assignee: row.assignee,
    openedAt: row.opened_at,
    lastAt: row.last_at,
    resolvedAt: row.resolved_at,
  };
}

/** Cases, the newest first. */
export async function listCases(
  db: Queries,
  { state, severity, kind, assignee, deviceId, subscriberId }: CareFilter,
  page: PageRequest,
): Promise<Page<CareCase>> {
  let query = select(db)
    .where('care_cases.id', '<', idAfter(page) ?? Number.MAX_SAFE_INTEGER)
    .orderBy('care_cases.id', 'desc')
    .limit(page.limit + 1);
  if (state === 'unresolved') query = query.where(isCaseOpen);
  else if (state === 'resolved') query = query.where('care_cases.state', '=', state);
  else if (state !== undefined) query = query.where(isCaseOpen).where('care_cases.state', '=', state);
  if (severity !== undefined) query = query.where('care_cases.severity', '=', severity);
  if (kind !== undefined) query = query.where('care_cases.kind', '=', kind);
  if (assignee !== undefined) query = query.where('care_cases.assignee', '=', assignee);
  if (deviceId !== undefined) query = query.where('care_cases.device_id', '=', deviceId);
  if (subscriberId !== undefined) query = query.where('care_cases.subscriber_id', '=', subscriberId);
  return pageOf((await query.execute()).map(caseOf), page.limit, ({ id }) => id);
}

/** @throws {NotFound} */
export async function showCase(db: Queries, id: number): Promise<CareCaseDetail> {
  const row = await select(db).where('care_cases.id', '=', id).executeTakeFirst();
  if (row === undefined) throw new NotFound('case', id);
  const notes = await db
    .selectFrom('care_notes')
    .select(['at', 'author', 'kind', 'text'])
    .where('case_id', '=', id)
    .orderBy('id', 'desc')
    .limit(NOTES)
    .execute();
  return { ...caseOf(row), notes: notes.reverse() };
}

/** What is done to a case by somebody. */
export interface CareAct {
  /** Name of who does it. */
  readonly author: string;
  readonly text: string;
  readonly now: number;
}

async function note(db: Queries, id: number, kind: CareNote['kind'], { author, text, now }: CareAct) {
  await db.insertInto('care_notes').values({ case_id: id, at: now, author, kind, text }).execute();
}

/** Adds a note, in whatever state the case is. @throws {NotFound} */
export async function noteCase(db: Queries, id: number, act: CareAct): Promise<void> {
  await showCase(db, id);
  await note(db, id, 'note', act);
}

/**
 * Has somebody look after a case, in place of whoever did.
 *
 * @throws {NotFound}
 * @throws {Conflict} when it is resolved
 */
export async function takeCase(db: Queries, id: number, assignee: string, act: CareAct): Promise<void> {
  const taken = await db
    .updateTable('care_cases')
    .set({ state: 'taken', assignee })
    .where('id', '=', id)
    .where(isCaseOpen)
    .returning('id')
    .executeTakeFirst();
  if (taken === undefined) await refuse(db, id, 'be taken');
  await note(db, id, 'taken', {
    ...act,
    text: `taken by ${assignee}${act.text === '' ? '' : `: ${act.text}`}`,
  });
}

/**
 * Says that a case is done with. The same error opens another one.
 *
 * @throws {NotFound}
 * @throws {Conflict} when it is resolved already
 */
export async function resolveCase(db: Queries, id: number, act: CareAct): Promise<void> {
  const resolved = await db
    .updateTable('care_cases')
    .set({ state: 'resolved', resolved_at: act.now })
    .where('id', '=', id)
    .where(isCaseOpen)
    .returning(['device_id', 'kind'])
    .executeTakeFirst();
  if (resolved === undefined) return refuse(db, id, 'be resolved');
  await note(db, id, 'resolved', act);
  await recordEvent(db, {
    type: 'care.case.resolved',
    at: act.now,
    text: `Case ${id} was resolved by ${act.author}.`,
    deviceId: resolved.device_id ?? undefined,
    data: { case: id, kind: resolved.kind },
  });
}

/**
 * Opens a case again.
 *
 * @throws {NotFound}
 * @throws {Conflict} when it is open, or another one is for the same error
 */
export async function reopenCase(db: Queries, id: number, act: CareAct): Promise<void> {
  const other = await db
    .selectFrom('care_cases as old')
    .innerJoin('care_cases', 'care_cases.key', 'old.key')
    .select('care_cases.id')
    .where('old.id', '=', id)
    .where(isCaseOpen)
    .executeTakeFirst();
  if (other !== undefined) {
    const which = other.id === id ? 'it is open' : `case ${other.id} is open for the same error`;
    throw new Conflict(`case ${id} cannot be opened again: ${which}`);
  }
  const reopened = await db
    .updateTable('care_cases')
    .set({ state: 'open', resolved_at: null, assignee: null })
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst();
  if (reopened === undefined) throw new NotFound('case', id);
  await note(db, id, 'reopened', act);
}

async function refuse(db: Queries, id: number, what: string): Promise<never> {
  const { state } = await showCase(db, id);
  throw new Conflict(`case ${id} cannot ${what}: it is ${state}`);
}

/** Rows that one statement deletes at most. */
const BATCH = 500;

/**
 * Deletes cases that were resolved long ago; some of them per call.
 *
 * @param before those that were resolved since then are kept, milliseconds since the epoch
 * @returns whether there may be more to delete
 */
export async function trimCases(db: Queries, before: number): Promise<boolean> {
  const rows = await db
    .selectFrom('care_cases')
    .select('id')
    .where(isCaseResolved)
    .where('resolved_at', '<', before)
    .orderBy('resolved_at')
    .limit(BATCH)
    .execute();
  const ids = rows.map(({ id }) => id);
  if (ids.length > 0) await db.deleteFrom('care_cases').where('id', 'in', ids).execute();
  return ids.length === BATCH;
}
