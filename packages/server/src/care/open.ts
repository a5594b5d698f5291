import { recordEvent } from '../events/index.ts';
import { type OutcomeCode, outcomeOf } from '../outcomes/index.ts';
import { type CareSeverity, isBindingCurrent, isCaseOpen, type Queries } from '../store/index.ts';
import { type CareKind, showCarePolicy } from './policy.ts';

/** An error that customer care may have to know of. */
export interface CareError {
  readonly kind: CareKind;
  /** What it comes to, in the catalogue of outcomes. */
  readonly outcome: OutcomeCode;
  /** What has happened, as a sentence for people, without the device's name. */
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly deviceId?: number | undefined;
  readonly taskId?: number | undefined;
  readonly campaignId?: number | undefined;
  /** Id of the session's row. */
  readonly sessionId?: number | undefined;
  /**
   * What it is the same error by, where that is more than kind, outcome and device: the name of a policy, or `campaign 7` for
   * one case for all of a campaign's devices.
   */
  readonly about?: string | undefined;
  /** In place of the policy's. */
  readonly severity?: CareSeverity | undefined;
  /** In place of one more: how often it has come in all. */
  readonly count?: number | undefined;
}

/** Characters of what has happened that are kept. */
const TEXT = 500;

/**
 * Reports an error to customer care, within the unit of work that finds it. The same error on the same device joins the case
 * that is open; whether another one is opened is for the policy to say.
 *
 * @returns id of the case; undefined where there is none
 */
export async function openCase(db: Queries, error: CareError): Promise<number | undefined> {
  const policy = await showCarePolicy(db);
  const { opens, severity } = policy.kinds[error.kind];
  if (!opens) return undefined;
  const joined = await join(db, keyOf(error), error);
  if (joined !== undefined) return joined;
  if (!(await isFull(db, policy.maxOpen))) return open(db, keyOf(error), error, error.severity ?? severity);
  // Beyond the bound an error is only counted.
  const { deviceId: _, taskId: __, sessionId: ___, ...rest } = error;
  const key = `too-many ${error.kind}`;
  const overflow: CareError = { ...rest, outcome: 'too-many', text: `More errors: ${error.text}` };
  return (await join(db, key, overflow)) ?? open(db, key, overflow, 'high');
}

function keyOf({ kind, outcome, deviceId, about }: CareError): string {
  const device = deviceId === undefined ? '' : ` device ${deviceId}`;
  return `${kind} ${outcome}${device}${about === undefined ? '' : ` ${about}`}`.slice(0, TEXT);
}

/** What is kept of the last time. */
function lastOf({ text, at, taskId, campaignId, sessionId }: CareError) {
  return {
    text: text.length <= TEXT ? text : `${text.slice(0, TEXT)}…`,
    last_at: at,
    task_id: taskId ?? null,
    campaign_id: campaignId ?? null,
    session_id: sessionId ?? null,
  };
}

async function join(db: Queries, key: string, error: CareError): Promise<number | undefined> {
  const row = await db
    .updateTable('care_cases')
    .set(lastOf(error))
    .set(({ eb, ref }) => ({ count: error.count ?? eb(ref('count'), '+', 1) }))
    .where('key', '=', key)
    .where(isCaseOpen)
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

async function isFull(db: Queries, maxOpen: number): Promise<boolean> {
  const beyond = await db
    .selectFrom('care_cases')
    .select('id')
    .where(isCaseOpen)
    .orderBy('id')
    .offset(maxOpen - 1)
    .limit(1)
    .executeTakeFirst();
  return beyond !== undefined;
}

async function open(db: Queries, key: string, error: CareError, severity: CareSeverity): Promise<number> {
  const { kind, outcome, at, deviceId, count = 1 } = error;
  const row = {
    kind,
    key,
    severity,
    outcome,
    count,
    ...lastOf(error),
    state: 'open' as const,
    device_id: deviceId ?? null,
    subscriber_id: deviceId === undefined ? null : await ownerOf(db, deviceId),
    opened_at: at,
  };
  const { id } = await db.insertInto('care_cases').values(row).returning('id').executeTakeFirstOrThrow();
  await recordEvent(db, {
    type: 'care.case.opened',
    at,
    text: `Case ${id} was opened: ${row.text}`,
    deviceId,
    taskId: error.taskId,
    campaignId: error.campaignId,
    sessionId: error.sessionId,
    data: { case: id, kind, severity, outcome, mover: outcomeOf(outcome).mover },
  });
  return id;
}

async function ownerOf(db: Queries, deviceId: number): Promise<number | null> {
  const row = await db
    .selectFrom('subscriber_devices')
    .select('subscriber_id')
    .where('device_id', '=', deviceId)
    .where(isBindingCurrent)
    .executeTakeFirst();
  return row?.subscriber_id ?? null;
}
