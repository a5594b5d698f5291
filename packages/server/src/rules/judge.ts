/**
 * What a rule does about a device. Whether it acts depends on what it has done there before, so that a rule that goes on
 * to hold is no loop: it acts once, is reported as still matching when that has not helped, and acts again only after it
 * has not held for a while.
 */
import { recordEvent } from '../events/index.ts';
import {
  type FiringOutcome,
  type Params,
  type Queries,
  type RuleState,
  statement,
  type TaskState,
} from '../store/index.ts';
import { type ActMeans, carryOut, type Occasion, whatItDoes } from './act.ts';
import type { LoadedRule } from './book.ts';
import { DEFAULTS } from './definition.ts';
import { evidenceOf } from './firing.ts';

/** What a rule is to a device, as it is stored, with the state of the task that it has made. */
export interface Standing {
  readonly rule_id: number;
  readonly state: RuleState;
  readonly task_id: number | null;
  readonly fired_at: number | null;
  readonly due_at: number | null;
  readonly task_state: TaskState | null;
}

/** What came of it. */
export interface Verdict {
  readonly outcome: FiringOutcome | 'nothing to do' | 'cooling down' | 'held back' | 'under way';
  readonly taskId: number | null;
  /** Whether somebody is to be notified. */
  readonly notifies: boolean;
}

const verdict = (outcome: Verdict['outcome'], taskId: number | null = null): Verdict => ({
  outcome,
  taskId,
  notifies: false,
});

const HOUR = 3_600_000;

const standings = statement<{ deviceId: number }, Standing>((q, p) =>
  q
    .selectFrom('rule_states')
    .leftJoin('tasks', 'tasks.id', 'rule_states.task_id')
    .select([
      'rule_states.rule_id',
      'rule_states.state',
      'rule_states.task_id',
      'rule_states.fired_at',
      'rule_states.due_at',
      'tasks.state as task_state',
    ])
    .where('rule_states.device_id', '=', p('deviceId')),
);

/** What all rules are to a device, by their ids. */
export async function standingsOf(db: Queries, deviceId: number): Promise<Map<number, Standing>> {
  const rows = await standings.all(db, { deviceId });
  return new Map(rows.map((row) => [row.rule_id, row]));
}

/**
 * Does what follows from whether a rule holds for a device. A rule that waits for something to happen holds each time that
 * it does: it acts again once its cool-down is over.
 *
 * @param before what the rule was to the device; undefined = nothing
 */
export async function judge(
  db: Queries,
  rule: LoadedRule,
  holds: boolean,
  before: Standing | undefined,
  occasion: Occasion,
  means: ActMeans,
): Promise<Verdict> {
  const { now, deviceId } = occasion;
  const underWay = isUnderWay(before);
  const isStateless = rule.definition.on !== undefined;
  if (!holds) {
    if (before !== undefined && before.state !== 'clear' && !underWay)
      await change(db, rule.id, deviceId, before, { state: 'clear', due_at: null });
    return verdict('nothing to do');
  }
  if (before === undefined) return act(db, rule, before, occasion, means);
  if (underWay) return verdict('under way', before.task_id);
  const coolUntil = (before.fired_at ?? 0) + (rule.definition.coolDown ?? DEFAULTS.coolDown) * 1000;
  const isCool = before.fired_at === null || coolUntil <= now;
  if (before.state === 'held') {
    const isDue = before.due_at === null || before.due_at <= now;
    return isDue ? act(db, rule, before, occasion, means) : verdict('held back');
  }
  if (isStateless) {
    if (isCool) return act(db, rule, before, occasion, means);
    // What the network goes on to see has not been helped by what was done.
    const isStill =
      occasion.cause === 'event' && before.state === 'fired' && before.task_state === 'succeeded';
    return isStill ? noteStill(db, rule, before, occasion) : verdict('cooling down');
  }
  if (before.state === 'still') return verdict('nothing to do');
  if (before.state === 'fired') {
    if (before.task_state === 'succeeded') return noteStill(db, rule, before, occasion);
    // Nothing tells whether a group or customer care has helped.
    if (before.task_id === null) return verdict('nothing to do');
  }
  return isCool ? act(db, rule, before, occasion, means) : hold(db, rule, before, occasion, coolUntil);
}

function isUnderWay(standing: Standing | undefined): boolean {
  const state = standing?.state === 'fired' ? standing.task_state : null;
  return state === 'pending' || state === 'running' || state === 'waiting';
}

type Change = Partial<Pick<Standing, 'state' | 'task_id' | 'fired_at' | 'due_at'>>;

/** @returns false when another process was quicker */
async function change(
  db: Queries,
  ruleId: number,
  deviceId: number,
  before: Standing,
  after: Change,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('rule_states')
    .set(after)
    .where('rule_id', '=', ruleId)
    .where('device_id', '=', deviceId)
    .where('state', '=', before.state)
    .where((where) =>
      before.fired_at === null ? where('fired_at', 'is', null) : where('fired_at', '=', before.fired_at),
    )
    .where((where) =>
      before.due_at === null ? where('due_at', 'is', null) : where('due_at', '=', before.due_at),
    )
    .executeTakeFirst();
  return Number(numUpdatedRows) > 0;
}

async function put(
  db: Queries,
  { id }: LoadedRule,
  deviceId: number,
  before: Standing | undefined,
  after: Required<Change>,
): Promise<boolean> {
  if (before !== undefined) return change(db, id, deviceId, before, after);
  // Another process may have deleted it since it was read.
  const isThere = await db.selectFrom('rules').select('id').where('id', '=', id).executeTakeFirst();
  if (isThere === undefined) return false;
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('rule_states')
    .values({ rule_id: id, device_id: deviceId, ...after })
    .onConflict((conflict) => conflict.columns(['rule_id', 'device_id']).doNothing())
    .executeTakeFirst();
  return Number(numInsertedOrUpdatedRows ?? 0) > 0;
}

/** Has a rule wait. */
async function hold(
  db: Queries,
  rule: LoadedRule,
  before: Standing | undefined,
  { deviceId }: Occasion,
  until: number,
): Promise<Verdict> {
  const { task_id = null, fired_at = null } = before ?? {};
  await put(db, rule, deviceId, before, { state: 'held', task_id, fired_at, due_at: until });
  return verdict('held back');
}

async function noteStill(
  db: Queries,
  rule: LoadedRule,
  before: Standing,
  occasion: Occasion,
): Promise<Verdict> {
  const { task_id: taskId } = before;
  if (!(await change(db, rule.id, occasion.deviceId, before, { state: 'still' })))
    return verdict('under way', taskId);
  const text = `It still holds although task ${taskId} succeeded.`;
  await log(db, rule, occasion, 'still matching', taskId, text);
  await recordEvent(db, {
    type: 'rule.still-matching',
    at: occasion.now,
    text: `Rule ${rule.name} still holds although task ${taskId} succeeded.`,
    deviceId: occasion.deviceId,
    ...(taskId === null ? {} : { taskId }),
    data: { rule: rule.name },
  });
  return verdict('still matching', taskId);
}

const allow = statement((q, p: Params<{ rule: number; hour: number; most: number }>) =>
  q
    .updateTable('rule_progress')
    .set((set) => ({
      fired: set
        .case()
        .when('hour', '=', p('hour'))
        .then(set('fired', '+', 1))
        .else(1)
        .end(),
      asked: set.case().when('hour', '=', p('hour')).then(set.ref('asked')).else(0).end(),
      hour: p('hour'),
    }))
    .where('rule_id', '=', p('rule'))
    .where((where) => where.or([where('hour', '!=', p('hour')), where('fired', '<', p('most'))])),
);

/** Whether a rule has not acted yet as often as it may in an hour. */
export async function mayAct(db: Queries, { id, definition }: LoadedRule, now: number): Promise<boolean> {
  const { perHour = DEFAULTS.perHour, dryRun = false } = definition;
  if (dryRun) return true;
  const row = await db
    .selectFrom('rule_progress')
    .select(['hour', 'fired'])
    .where('rule_id', '=', id)
    .executeTakeFirst();
  return row !== undefined && (row.hour !== Math.floor(now / HOUR) || row.fired < perHour);
}

async function act(
  db: Queries,
  rule: LoadedRule,
  before: Standing | undefined,
  occasion: Occasion,
  means: ActMeans,
): Promise<Verdict> {
  const { deviceId, now } = occasion;
  const { perHour = DEFAULTS.perHour, dryRun = false } = rule.definition;
  const fired = { state: 'fired', task_id: null, fired_at: now, due_at: null } as const;
  if (dryRun) {
    if (!(await put(db, rule, deviceId, before, fired))) return verdict('under way');
    await log(db, rule, occasion, 'dry run', null, `It would have ${whatItDoes(rule)}.`);
    return verdict('dry run');
  }
  const hour = Math.floor(now / HOUR);
  if ((await allow.run(db, { rule: rule.id, hour, most: perHour })) === 0)
    return hold(db, rule, before, occasion, (hour + 1) * HOUR);
  if (!(await put(db, rule, deviceId, before, fired))) return verdict('under way');
  const { reason, done } = await carryOut(db, rule, occasion, means);
  if (done === undefined) {
    await log(db, rule, occasion, 'failed', null, reason);
    const again = now + (rule.definition.coolDown ?? DEFAULTS.coolDown) * 1000;
    await settle(db, rule, deviceId, { state: 'held', due_at: Math.max(again, now + HOUR) });
    return verdict('failed');
  }
  const { taskId, text, notifies } = done;
  if (taskId !== null) await settle(db, rule, deviceId, { task_id: taskId });
  await log(db, rule, occasion, 'acted', taskId, text);
  await recordEvent(db, {
    type: 'rule.fired',
    at: now,
    text: `Rule ${rule.name} has found the device. ${text}`,
    deviceId,
    ...(taskId === null ? {} : { taskId }),
    data: { rule: rule.name, cause: occasion.cause },
  });
  return { outcome: 'acted', taskId, notifies };
}

/** Changes what was just put. */
function settle(db: Queries, { id }: LoadedRule, deviceId: number, after: Change): Promise<unknown> {
  return db
    .updateTable('rule_states')
    .set(after)
    .where('rule_id', '=', id)
    .where('device_id', '=', deviceId)
    .execute();
}

async function log(
  db: Queries,
  rule: LoadedRule,
  { deviceId, cause, reported, now }: Occasion,
  outcome: FiringOutcome,
  taskId: number | null,
  text: string,
): Promise<void> {
  const why = await evidenceOf(db, { deviceId, now }, rule.predicate?.expression, reported);
  await db
    .insertInto('rule_firings')
    .values({
      rule_id: rule.id,
      device_id: deviceId,
      at: now,
      outcome,
      cause,
      why: JSON.stringify(why),
      task_id: taskId,
      text,
    })
    .execute();
}
