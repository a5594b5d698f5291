/** Work that waits for an alert of the device, and what its alerts make of it. */
import { ALERT } from '@grove/protocol';
import {
  type AlertSaid,
  alertWork,
  type BegunWork,
  refOf,
  type Situation,
  type Work,
  type WorkProgress,
  type WorkRef,
  waitsUntil,
  workNamed,
} from '../steps/index.ts';
import { canonicalUri } from './item.ts';
import type { Turn } from './receive.ts';
import type { DeviceAlert } from './state.ts';

/** Work that was begun and waits. */
export interface WaitingWork extends Work {
  readonly begun: BegunWork;
  /** Milliseconds since the epoch; null when it waits for nothing but the device to call. */
  readonly until: number | null;
}

/**
 * Gives the alerts of a message to the work that waits for them, each to the first that does.
 *
 * @param waiting the device's work that waits, but for what the session has in hand
 */
export function takeAlerts(turn: Turn, waiting: readonly WaitingWork[]): void {
  for (const alert of turn.effects.alerts) {
    if (alert.code !== ALERT.GENERIC) continue;
    const said = saidBy(alert);
    alert.work = takeInHand(turn, said) ?? takeWaiting(turn, waiting, said);
    if (alert.work !== undefined) continue;
    // Too late, or not waited for: what it is about is known all the same.
    const named = workNamed(alert.correlator ?? '');
    if (named !== undefined) alert.named = named;
  }
}

function saidBy({ type, source, correlator, data, format }: DeviceAlert): AlertSaid {
  return { type, source: source === null ? null : canonicalUri(source), correlator, data, format };
}

function takeInHand(turn: Turn, alert: AlertSaid): WorkRef | undefined {
  const { work } = turn.state;
  if (work === undefined) return undefined;
  const next = alertWork(turn.steps, work.progress, alert, situationOf(turn, work.ref));
  if (next === undefined) return undefined;
  work.progress = next;
  work.size += alert.data?.length ?? 0;
  return work.ref;
}

function takeWaiting(turn: Turn, waiting: readonly WaitingWork[], alert: AlertSaid): WorkRef | undefined {
  for (const work of waiting) {
    const ref = refOf(work);
    const { progress, size } = begunOf(turn, work);
    const situation = situationOf(turn, ref);
    const next = alertWork(work.steps, progress, alert, situation);
    if (next === undefined) continue;
    const until = waitsUntil(work.steps, next, situation) ?? null;
    park(turn, ref, { progress: next, size: size + (alert.data?.length ?? 0) }, until);
    return ref;
  }
  return undefined;
}

/** Whose the work is, and what is known of the device. */
export function situationOf({ traits, serverID }: Turn, work: WorkRef): Situation {
  return { abilities: traits, serverID, work };
}

/** Puts work aside until an alert comes, or until the device calls when there is nothing to wait for. */
export function park({ effects }: Turn, work: WorkRef, begun: BegunWork, until: number | null): void {
  effects.parked = effects.parked.filter((each) => !isSame(each.work, work));
  effects.parked.push({ work, ...begun, until });
}

function begunOf({ effects }: Turn, work: WaitingWork): BegunWork {
  return effects.parked.find((each) => isSame(each.work, work)) ?? work.begun;
}

/** The waiting work that can go on, with what the message has made of it. */
export function readyWork(turn: Turn, waiting: readonly WaitingWork[]): Work[] {
  return waiting.flatMap((work): Work[] => {
    const parked = turn.effects.parked.find((each) => isSame(each.work, work));
    const until = parked === undefined ? work.until : parked.until;
    if (until !== null) return [];
    const { progress, size }: { progress: WorkProgress; size: number } = parked ?? work.begun;
    return [{ ...refOf(work), steps: work.steps, begun: { progress, size } }];
  });
}

export function isSame(a: WorkRef, b: WorkRef): boolean {
  return a.kind === b.kind && a.id === b.id;
}
