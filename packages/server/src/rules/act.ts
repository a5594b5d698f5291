/** What a rule gives a device that it has found. */
import { Conflict, InvalidInput, NotFound } from '@grove/api';
import { openCase } from '../care/index.ts';
import { changeMembers } from '../groups/index.ts';
import { createNotification, keepWish, type NotificationPolicy } from '../notifications/index.ts';
import { renderForDevice, sentenceOf } from '../profiles/index.ts';
import type { Step } from '../steps/index.ts';
import type { FiringCause, Queries } from '../store/index.ts';
import { createTask } from '../tasks/index.ts';
import type { LoadedRule } from './book.ts';
import type { Reported } from './reported.ts';

/** What acting needs besides the database. */
export interface ActMeans {
  /** Unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array;
  /** By which devices are asked to call; undefined where there is no gateway. */
  readonly policy?: NotificationPolicy | undefined;
}

/** Why a rule is looked at. */
export interface Occasion {
  readonly deviceId: number;
  readonly cause: FiringCause;
  readonly reported?: Reported | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What was done. */
export interface Done {
  readonly taskId: number | null;
  /** In a sentence. */
  readonly text: string;
  /** Whether the device is to be asked to call. */
  readonly notifies: boolean;
}

/** What a rule does, as the end of a sentence: "made a task". */
export function whatItDoes({ definition: { do: action } }: LoadedRule): string {
  if (action.profile !== undefined) return `made a task for profile ${action.profile}`;
  if (action.group !== undefined) return `put the device into group ${action.group}`;
  return action.care === undefined ? 'made a task' : 'reported to customer care';
}

/**
 * Does what a rule does.
 *
 * @returns `done` is undefined where nothing was done, because of `reason`
 */
export async function carryOut(
  db: Queries,
  rule: LoadedRule,
  occasion: Occasion,
  means: ActMeans,
): Promise<{ done: Done; reason: '' } | { done: undefined; reason: string }> {
  const { deviceId, now } = occasion;
  const { group, care } = rule.definition.do;
  try {
    if (group !== undefined) {
      await changeMembers(db, group, { add: [deviceId], remove: [] }, now);
      return doneBy(`The device was put into group ${group}.`);
    }
    if (care !== undefined) {
      const about = `rule ${rule.name}`;
      const error = { kind: 'rule', outcome: 'rule-finding', text: care, at: now, deviceId, about } as const;
      const id = await openCase(db, error);
      return doneBy(
        id === undefined ? 'Customer care does not want to know.' : `Customer care has case ${id}.`,
      );
    }
    const steps = await stepsFor(db, rule, occasion);
    if ('reason' in steps) return { done: undefined, reason: steps.reason };
    const { id } = await createTask(db, deviceId, steps.steps, now);
    const notified = await notify(db, rule, occasion, id, means);
    return { done: { taskId: id, ...notified }, reason: '' };
  } catch (error) {
    // What the rule names has gone since; what it found is none the less true.
    if (!isRefusal(error)) throw error;
    return { done: undefined, reason: `It could not act: ${error.message}.` };
  }
}

function doneBy(text: string): { done: Done; reason: '' } {
  return { done: { taskId: null, text, notifies: false }, reason: '' };
}

function isRefusal(error: unknown): error is NotFound | InvalidInput | Conflict {
  return error instanceof NotFound || error instanceof InvalidInput || error instanceof Conflict;
}

async function stepsFor(
  db: Queries,
  { definition: { do: action } }: LoadedRule,
  { deviceId, now }: Occasion,
): Promise<{ steps: readonly Step[] } | { reason: string }> {
  if (action.steps !== undefined) return { steps: action.steps };
  const { profile = '' } = action;
  const rendering = await renderForDevice(db, { name: profile }, deviceId, {}, now);
  return rendering.refused ? { reason: rendering.reasons.map(sentenceOf).join('; ') } : rendering;
}

/** A device that is in a session gets its task there, and need not be asked to call. */
const IN_SESSION: ReadonlySet<FiringCause> = new Set(['tree', 'alert', 'first seen', 'software', 'outcome']);

async function notify(
  db: Queries,
  { definition }: LoadedRule,
  { deviceId, cause, now }: Occasion,
  taskId: number,
  { policy, random }: ActMeans,
): Promise<Pick<Done, 'text' | 'notifies'>> {
  const text = `Task ${taskId} was made.`;
  if (definition.notify === undefined || IN_SESSION.has(cause)) return { notifies: false, text };
  if (policy === undefined)
    return { notifies: false, text: `${text} There is no gateway to ask the device to call.` };
  try {
    const kept = await keepWish(db, definition.notify, 'notify');
    await createNotification(db, { policy, random }, deviceId, kept, { taskId }, now);
    return { notifies: true, text: `${text} The device is asked to call.` };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { notifies: false, text: `${text} The device is not asked to call: ${error.message}.` };
  }
}
