/** Why nothing happens, or not more: who waits for what, in words. */

import { loadSet } from '../sets/index.ts';
import type { Queries, Store } from '../store/index.ts';
import { WindowClock } from '../windows/index.ts';
import { admit, DEFAULT_ZONE, type Refusal, type Verdict } from './admission.ts';
import type { CampaignBook } from './book.ts';
import { type Estimate, estimate } from './estimate.ts';
import { circumstancesOf, factsOf, findOutcome } from './facts.ts';
import { type CampaignRow, findCampaign } from './move.ts';
import { standingOf } from './progress.ts';
import { addCounts, endedOf, type Obstacle, obstaclesOf, type Standing } from './standing.ts';
import { groupsOf, lastCallsOf, type Survey, surveyOf, thoseOf } from './survey.ts';

/** Something that devices of a campaign, or the campaign itself, wait for. */
export interface Waiting {
  readonly kind:
    | 'state'
    | 'wave'
    | 'window'
    | 'rate'
    | 'concurrent'
    | 'retry'
    | 'begun'
    | 'call'
    | 'notification'
    | 'profile'
    | 'nothing';
  /** Devices that wait for it; null where it is all of them, or none in particular. */
  readonly devices: number | null;
  readonly text: string;
  /** Until when, in milliseconds since the epoch, where that is known. */
  readonly until: number | null;
}

export interface Explanation {
  readonly waiting: readonly Waiting[];
  /** Whether numbers of devices are estimated from a part of them. */
  readonly isSampled: boolean;
  readonly estimate: Estimate;
}

const waits = (
  kind: Waiting['kind'],
  text: string,
  devices: number | null = null,
  until: number | null = null,
): Waiting => ({ kind, devices, text, until });

const NO_SURVEY: Survey = { devices: [], each: 1 };

/** @throws {NotFound} */
export async function explainCampaign(
  store: Store,
  book: CampaignBook,
  id: number,
  now: number,
): Promise<Explanation> {
  const db = store.reader;
  const row = await findCampaign(db, id);
  const standing = await standingOf(db, row, now);
  const survey = row.members === null ? NO_SURVEY : await surveyOf(db, await loadSet(db, row.members), id);
  const open = thoseOf(survey, ({ outcome }) => outcome === null || outcome === 'retrying');
  return {
    waiting: [...ofState(row), ...(row.state === 'running' ? ofDevices(row, standing, open, book, now) : [])],
    isSampled: survey.each > 1,
    estimate: estimateOf(row, standing, open, now),
  };
}

function estimateOf(row: CampaignRow, { plan, waves }: Standing, open: Survey, now: number): Estimate {
  const counts = addCounts(waves.map((wave) => wave.counts));
  return estimate({
    plan,
    left: Math.max(0, row.devices - endedOf(counts)),
    ended: endedOf(counts),
    startedAt: row.started_at,
    lastCalls: lastCallsOf(open, now),
    isAsked: row.notify !== null,
    now,
  });
}

function ofState({ state, reason, paused_by, start_at, created_by_name }: CampaignRow): Waiting[] {
  const because = reason === null ? '' : `: ${reason}`;
  switch (state) {
    case 'draft':
      return [waits('state', 'it is a draft; start it')];
    case 'awaiting-approval':
      return [
        waits(
          'state',
          `it waits for the approval of somebody other than ${created_by_name ?? 'whoever has made it'}${because}`,
        ),
      ];
    case 'scheduled':
      return [waits('state', 'it begins when its time has come', null, start_at)];
    case 'paused':
      return [
        waits(
          'state',
          `it is paused by ${paused_by === 'threshold' ? 'its error threshold' : 'an operator'}${because}; no device begins until it is resumed`,
        ),
      ];
    case 'stopping':
      return [waits('state', `it was stopped${because}; it waits for the devices that have it in hand`)];
    case 'running':
      return [];
    default:
      return [waits('state', `it has ended (${state})${because}`)];
  }
}

function ofDevices(
  row: CampaignRow,
  standing: Standing,
  open: Survey,
  book: CampaignBook,
  now: number,
): Waiting[] {
  const { plan, waves } = standing;
  const counts = addCounts(waves.map((wave) => wave.counts));
  const found: Waiting[] = [];
  const profile = book.find(row.id)?.profile;
  if (profile !== undefined && 'problem' in profile)
    found.push(waits('profile', `its profile cannot be brought to any device: ${profile.problem}`));
  const later = waves.slice(row.wave + 1);
  if (later.length > 0) {
    const devices = later.reduce((sum, wave) => sum + wave.devices, 0);
    for (const obstacle of obstaclesOf(standing)) found.push(ofObstacle(obstacle, row.wave, devices));
  }
  if (counts.begun > 0)
    found.push(waits('begun', 'have it in hand: in a session, or waiting for an alert', counts.begun));
  if (counts.retrying > 0) found.push(waits('retry', 'have failed and are tried again', counts.retrying));
  found.push(...ofWindows(plan.windows, plan.timeZone, open, now));
  if (plan.rate !== undefined) found.push(waits('rate', `${plan.rate} devices begin in a minute at most`));
  if (plan.concurrent !== undefined && counts.begun >= plan.concurrent)
    found.push(
      waits('concurrent', `${plan.concurrent} devices have it in hand, as many as may at the same time`),
    );
  found.push(...ofNotifications(row, open));
  const calls = lastCallsOf(open, now);
  if (calls.never > 0) found.push(waits('call', 'have never called', calls.never));
  if (calls.before > 0) found.push(waits('call', 'have not called for 30 days', calls.before));
  if (calls.month > 0) found.push(waits('call', 'have not called for 7 days', calls.month));
  const recent = calls.hour + calls.day + calls.week;
  if (recent > 0)
    found.push(waits('call', 'have called within 7 days, and get it when they call next', recent));
  return found.length === 0 ? [waits('nothing', 'no device waits')] : found;
}

function ofObstacle(obstacle: Obstacle, wave: number, devices: number): Waiting {
  const next = `wave ${wave + 2} waits`;
  switch (obstacle.kind) {
    case 'success': {
      const { succeeded, needed, possible } = obstacle;
      const vain = possible < needed ? '; that cannot be reached any more: open it by hand, or stop' : '';
      return waits(
        'wave',
        `${next} until ${needed} devices of wave ${wave + 1} have succeeded; ${succeeded} have${vain}`,
        devices,
      );
    }
    case 'time':
      return waits('wave', `${next} until its time has come`, devices, obstacle.until);
    case 'approval':
      return waits('wave', `${next} for a person to open it`, devices);
  }
}

function ofWindows(
  windows: Standing['plan']['windows'],
  zone: string | undefined,
  open: Survey,
  now: number,
): Waiting[] {
  if (windows === undefined) return [];
  const clock = new WindowClock(windows);
  return groupsOf(open, (device) => device.zone ?? zone ?? DEFAULT_ZONE).flatMap(({ key, devices }) => {
    const { isOpen, until } = clock.at(key, now);
    return isOpen ? [] : [waits('window', `wait for their window in ${key}`, devices, until)];
  });
}

/** Reasons for which devices could not be asked that are told. */
const REASONS = 5;

function ofNotifications({ notify }: CampaignRow, open: Survey): Waiting[] {
  if (notify === null)
    return [waits('notification', 'devices are not asked to call: they get it when they call by themselves')];
  const failed = groupsOf(open, ({ asked, askedReason }) =>
    asked === 'failed' || asked === 'expired' ? (askedReason ?? asked) : undefined,
  ).slice(0, REASONS);
  const unasked = thoseOf(open, ({ asked }) => asked === null).devices.length * open.each;
  return [
    ...failed.map(({ key, devices }) => waits('notification', `could not be asked to call: ${key}`, devices)),
    ...(unasked > 0 ? [waits('notification', 'have not been asked to call yet', Math.round(unasked))] : []),
  ];
}

/** Where one device stands in a campaign. */
export interface DeviceStanding {
  readonly deviceId: number;
  readonly isDue: boolean;
  /** Why it does not get it now, or that it does, in a sentence. */
  readonly text: string;
  readonly until: number | null;
}

/** @throws {NotFound} when there is no such campaign */
export async function explainDevice(
  db: Queries,
  book: CampaignBook,
  id: number,
  deviceId: number,
  now: number,
): Promise<DeviceStanding> {
  const row = await findCampaign(db, id);
  const campaign = book.find(id);
  const outcome = await findOutcome(db, id, deviceId);
  const told = (isDue: boolean, text: string, until: number | null = null) => ({
    deviceId,
    isDue,
    text,
    until,
  });
  if (outcome !== undefined && outcome.state !== 'begun' && outcome.state !== 'retrying')
    return told(
      false,
      `it has ended there: ${outcome.state}${outcome.reason === null ? '' : ` (${outcome.reason})`}`,
    );
  if (campaign === undefined || row.state !== 'running')
    return told(false, ofState(row)[0]?.text ?? row.state);
  const around = () => circumstancesOf(db, deviceId);
  const permit = () => campaign.pace?.isFree ?? true;
  const verdict = await admit(campaign, factsOf(db, campaign, deviceId, now, around, permit), now);
  if (verdict.kind === 'due') return told(true, dueText(outcome?.state));
  return told(false, ...refusalText(verdict));
}

function dueText(state: string | undefined): string {
  return state === 'begun'
    ? 'it has it in hand, and goes on when it sends its next message'
    : 'it gets it when it calls next';
}

function refusalText({ why }: Verdict & { kind: 'not' }): [text: string, until?: number] {
  const texts: { [K in Refusal['kind']]: (refusal: Refusal & { kind: K }) => [string, number?] } = {
    stranger: () => ['it is none of its devices'],
    ended: ({ state }) => [`it has ended there: ${state}`],
    retry: ({ until }) => ['it has failed there, and is tried again later', until],
    wave: ({ wave }) => [`it is in wave ${wave + 1}, which has not begun`],
    window: ({ until, zone }) => [`its window in ${zone} is closed`, until],
    concurrent: ({ most }) => [`${most} devices have it in hand, as many as may at the same time`],
    rate: ({ rate }) => [`${rate} devices begin in a minute at most, and that many have`],
  };
  const tell = texts[why.kind] as (refusal: Refusal) => [string, number?];
  return tell(why);
}
