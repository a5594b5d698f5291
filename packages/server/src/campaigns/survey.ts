/**
 * What is known of the devices of a campaign: all of them where they are few, else a sample spread over all, so that it
 * costs the same however many there are.
 */
import type { Bitmap } from '../sets/index.ts';
import type { OutcomeState, Queries } from '../store/index.ts';
import { devicesWithStanding } from './facts.ts';
import { slicesOf, turn } from './members.ts';

/** Devices that are looked at, at most. */
const SAMPLE = 20_000;
/** Devices of one query. */
const PIECE = 1_000;

export interface SurveyedDevice {
  readonly id: number;
  readonly man: string | null;
  readonly mod: string | null;
  readonly zone: string | null;
  /** When it last called; milliseconds since the epoch. */
  readonly seenAt: number | null;
  readonly outcome: OutcomeState | null;
  /** Whether a notification asks it to call; null = none ever did. */
  readonly asked: string | null;
  readonly askedReason: string | null;
}

export interface Survey {
  readonly devices: readonly SurveyedDevice[];
  /** Devices for which each of them stands. */
  readonly each: number;
}

/** @param campaignId whose outcomes and notifications are looked at; undefined for one that is not there yet */
export async function surveyOf(
  db: Queries,
  members: Bitmap,
  campaignId: number | undefined,
): Promise<Survey> {
  const stride = Math.max(1, Math.ceil(members.size / SAMPLE));
  const ids: number[] = [];
  let n = 0;
  for await (const slice of slicesOf(members)) for (const id of slice) if (n++ % stride === 0) ids.push(id);
  const devices: SurveyedDevice[] = [];
  for (let from = 0; from < ids.length; from += PIECE) {
    devices.push(...(await look(db, ids.slice(from, from + PIECE), campaignId ?? 0)));
    await turn();
  }
  return { devices, each: devices.length === 0 ? 1 : members.size / devices.length };
}

async function look(db: Queries, ids: readonly number[], campaignId: number): Promise<SurveyedDevice[]> {
  const rows = await devicesWithStanding(db, campaignId)
    .select([
      'devices.id',
      'devices.man',
      'devices.mod',
      'devices.time_zone as own',
      'subscribers.time_zone as theirs',
      'devices.seen_at as seenAt',
      'outcomes.state as outcome',
      'notifications.state as asked',
      'notifications.reason as askedReason',
    ])
    .where('devices.id', 'in', ids)
    .execute();
  return rows.map(({ own, theirs, ...row }) => ({ ...row, zone: own ?? theirs }));
}

const HOUR = 60 * 60_000;

/** How long ago devices have called, as far as it matters. */
export const LAST_CALLS = [
  { within: 'hour', most: HOUR },
  { within: 'day', most: 24 * HOUR },
  { within: 'week', most: 7 * 24 * HOUR },
  { within: 'month', most: 30 * 24 * HOUR },
] as const;

export interface LastCalls {
  readonly hour: number;
  readonly day: number;
  readonly week: number;
  readonly month: number;
  /** Longer ago. */
  readonly before: number;
  readonly never: number;
}

/** How many devices have last called when: each counts once. */
export function lastCallsOf({ devices, each }: Survey, now: number): LastCalls {
  const found: Record<keyof LastCalls, number> = { hour: 0, day: 0, week: 0, month: 0, before: 0, never: 0 };
  for (const { seenAt } of devices) {
    if (seenAt === null) found.never += 1;
    else found[LAST_CALLS.find(({ most }) => now - seenAt <= most)?.within ?? 'before'] += 1;
  }
  const { hour, day, week, month, before, never } = found;
  const scaled = (count: number) => Math.round(count * each);
  return {
    hour: scaled(hour),
    day: scaled(day),
    week: scaled(week),
    month: scaled(month),
    before: scaled(before),
    never: scaled(never),
  };
}

/** Groups devices by something, the largest group first. */
export function groupsOf<K>(
  { devices, each }: Survey,
  of: (device: SurveyedDevice) => K | undefined,
): { key: K; devices: number }[] {
  const found = new Map<K, number>();
  for (const device of devices) {
    const key = of(device);
    if (key !== undefined) found.set(key, (found.get(key) ?? 0) + 1);
  }
  return [...found]
    .map(([key, count]) => ({ key, devices: Math.round(count * each) }))
    .sort((a, b) => b.devices - a.devices);
}

/** Those of a survey for which something holds. */
export function thoseOf(survey: Survey, isOf: (device: SurveyedDevice) => boolean): Survey {
  return { ...survey, devices: survey.devices.filter(isOf) };
}
