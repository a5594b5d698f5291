/** Whether a device gets a campaign now, and why not: one answer for the device that calls and for who asks. */
import type { OutcomeState } from '../store/index.ts';
import { type RunningCampaign, waveOf } from './book.ts';
import { FINAL } from './standing.ts';

/** What is known of a device in a campaign; each is asked for only where it matters. */
export interface Facts {
  readonly deviceId: number;
  /** Its row, if it has begun or was left out. */
  outcome(): Promise<
    { readonly state: OutcomeState; readonly retryAt: number | null; readonly delay: number } | undefined
  >;
  /** Whether it joins, where it is none of the campaign's devices so far. */
  joins(): Promise<boolean>;
  /** The time zone that it or its subscriber is in, if that is known. */
  zone(): Promise<string | null>;
  /** Devices that have the campaign in hand, counted up to a number. */
  inHand(most: number): Promise<number>;
  /** Whether the rate has room for it, which it takes. */
  permit(): boolean;
}

/** Why a device does not get a campaign now. Times are milliseconds since the epoch. */
export type Refusal =
  | { readonly kind: 'stranger' }
  | { readonly kind: 'ended'; readonly state: OutcomeState }
  | { readonly kind: 'retry'; readonly until: number }
  | { readonly kind: 'wave'; readonly wave: number }
  | { readonly kind: 'window'; readonly until: number; readonly zone: string }
  | { readonly kind: 'concurrent'; readonly most: number }
  | { readonly kind: 'rate'; readonly rate: number };

export type Verdict =
  | { readonly kind: 'due'; readonly wave: number; readonly zone?: string | undefined }
  | { readonly kind: 'not'; readonly why: Refusal };

const not = (why: Refusal): Verdict => ({ kind: 'not', why });

/** The zone of devices of which it is not known, where the campaign says nothing either. */
export const DEFAULT_ZONE = 'UTC';

export async function admit(campaign: RunningCampaign, facts: Facts, now: number): Promise<Verdict> {
  const { deviceId } = facts;
  const { members, plan, row, windows } = campaign;
  const isMember = members?.has(deviceId) ?? true;
  if (!isMember && (row.dynamic === 0 || !(await facts.joins()))) return not({ kind: 'stranger' });
  const wave = waveOf(campaign, deviceId);
  const outcome = await facts.outcome();
  // What was begun is gone on with, whatever the time.
  if (outcome?.state === 'begun') return { kind: 'due', wave };
  if (outcome !== undefined && FINAL.includes(outcome.state))
    return not({ kind: 'ended', state: outcome.state });
  if (outcome !== undefined && outcome.retryAt !== null && !isOver(outcome.retryAt, outcome.delay, now))
    return not({ kind: 'retry', until: outcome.retryAt });
  if (wave > row.wave) return not({ kind: 'wave', wave });
  if (windows !== undefined) {
    const zone = (await facts.zone()) ?? plan.timeZone ?? DEFAULT_ZONE;
    const opening = windows.at(zone, now);
    if (!opening.isOpen) return not({ kind: 'window', until: opening.until, zone });
  }
  const { concurrent, rate } = plan;
  if (concurrent !== undefined && (await facts.inHand(concurrent)) >= concurrent)
    return not({ kind: 'concurrent', most: concurrent });
  if (rate !== undefined && !facts.permit()) return not({ kind: 'rate', rate });
  return { kind: 'due', wave };
}

/** Whether a time has come that was so many milliseconds ahead when it was set: a clock that was put back delays nothing. */
export function isOver(at: number, delay: number, now: number): boolean {
  return now >= at || at - now > delay;
}
