/** How long a campaign will take: an estimate, and what it rests on. Pure. */
import { DAYS, openingAt, type Window } from '../windows/index.ts';
import { DEFAULT_ZONE } from './admission.ts';
import type { Plan } from './plan.ts';
import { LAST_CALLS, type LastCalls } from './survey.ts';

export interface EstimateInput {
  readonly plan: Plan;
  /** Devices that have still to come to an outcome. */
  readonly left: number;
  /** Those that have, and since when: milliseconds since the epoch; null before it has begun. */
  readonly ended: number;
  readonly startedAt: number | null;
  /** When the devices that are left have last called. */
  readonly lastCalls: LastCalls;
  /** Whether devices are asked to call. */
  readonly isAsked: boolean;
  readonly now: number;
}

export interface Estimate {
  /** Devices that have still to come to an outcome. */
  readonly left: number;
  /** Devices that have come to an outcome in a minute, so far. */
  readonly measured: number | null;
  /** Devices that may begin in a minute. */
  readonly rate: number | null;
  /** The part of the time in which windows are open, 0 to 1. */
  readonly openShare: number;
  /** Seconds until nine in ten of those left have an outcome; null where that cannot be said. */
  readonly seconds: number | null;
  /** What it rests on, in sentences. */
  readonly because: readonly string[];
}

const MINUTE = 60_000;
const WEEK = DAYS.length * 24 * 60 * MINUTE;
/** Outcomes from which on the pace so far says something. */
const ENOUGH = 20;

export function estimate(input: EstimateInput): Estimate {
  const { plan, left, ended, startedAt, lastCalls, isAsked, now } = input;
  const because: string[] = [];
  const elapsed = startedAt === null ? 0 : Math.max(0, now - startedAt);
  const measured = elapsed > 0 && ended >= ENOUGH ? ended / (elapsed / MINUTE) : null;
  const openShare =
    plan.windows === undefined ? 1 : shareOf(plan.windows, plan.timeZone ?? DEFAULT_ZONE, now);
  if (openShare < 1) because.push(`windows are open ${Math.round(openShare * 100)} % of the time`);
  const rate = plan.rate ?? null;
  const most = left * 0.9;
  const times: number[] = [];
  if (rate !== null) {
    times.push(most / (rate * openShare));
    because.push(`${rate} devices may begin in a minute`);
  }
  if (measured !== null) {
    times.push(most / measured);
    because.push(`${Math.round(measured * 10) / 10} devices have ended it in a minute so far`);
  } else if (!isAsked) {
    const call = callsWithin(lastCalls, left);
    if (call === null)
      because.push('too many of its devices have not called for a month for it to be said when they will');
    else {
      times.push(call.most / MINUTE / openShare);
      because.push(
        `nine in ten of its devices have called within the last ${call.within}, and are not asked to call`,
      );
    }
    if (call === null) return { left, measured, rate, openShare, seconds: null, because };
  }
  if (left === 0) return { left, measured, rate, openShare, seconds: 0, because: ['no device is left'] };
  if (times.length === 0) {
    because.push('nothing is known yet of how soon its devices follow the notifications');
    return { left, measured, rate, openShare, seconds: null, because };
  }
  return { left, measured, rate, openShare, seconds: Math.round(Math.max(...times) * 60), because };
}

/** Within which time nine in ten of the devices have called. */
function callsWithin(calls: LastCalls, left: number): (typeof LAST_CALLS)[number] | null {
  let called = 0;
  for (const step of LAST_CALLS) {
    called += calls[step.within];
    if (called >= left * 0.9) return step;
  }
  return null;
}

/** The part of the coming week in which windows are open. */
function shareOf(windows: readonly Window[], zone: string, now: number): number {
  let open = 0;
  for (let at = now; at < now + WEEK; ) {
    const { isOpen, until } = openingAt(windows, zone, at);
    const end = Math.min(until, now + WEEK);
    if (isOpen) open += end - at;
    at = end;
  }
  return open / WEEK;
}
