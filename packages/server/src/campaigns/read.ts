/** Campaigns as they are shown. */
import { idAfter, NotFound, type Page, type PageRequest, pageOf } from '@grove/api';
import { readWish, type Wish } from '../notifications/index.ts';
import { withoutSecrets } from '../secrets/index.ts';
import type { Step } from '../steps/index.ts';
import type { CampaignState, OutcomeState, Queries } from '../store/index.ts';
import { countsOf } from './counts.ts';
import type { CampaignRow } from './move.ts';
import type { Plan } from './plan.ts';
import { wavesOf } from './progress.ts';
import { addCounts, type Counts, endedOf, NO_COUNTS, succeededOf, type WaveStanding } from './standing.ts';
import type { KeptTarget } from './target.ts';

/** How many devices stand where. */
export interface CampaignCounts {
  /** Devices that it is for. */
  readonly devices: number;
  /** Those on which it succeeded: `changed` and `unchanged`. */
  readonly succeeded: number;
  /** Something was done there. */
  readonly changed: number;
  /** All was right there already. */
  readonly unchanged: number;
  readonly failed: number;
  /** Their users do not want it. */
  readonly declined: number;
  /** It cannot be brought to them. */
  readonly skipped: number;
  /** They have failed, and are tried again. */
  readonly retrying: number;
  /** They have it in hand: in a session, or waiting for an alert. */
  readonly begun: number;
  /** They have not begun. */
  readonly pending: number;
}

/** Where devices stand: an outcome, or that they have none. */
export type Standing = OutcomeState | 'pending';

/** A campaign as lists show it. Times are milliseconds since the epoch. */
export interface CampaignSummary {
  readonly id: number;
  readonly name: string;
  /** The profile that its steps were made of, at the version of that time; null where steps were given. */
  readonly profile: { readonly name: string; readonly version: number } | null;
  readonly target: KeptTarget;
  readonly dynamic: boolean;
  readonly state: CampaignState;
  /** Why it is in this state. */
  readonly reason: string | null;
  readonly pausedBy: 'operator' | 'threshold' | null;
  readonly createdBy: string | null;
  readonly createdAt: number;
  readonly startAt: number | null;
  readonly endBy: number | null;
  readonly startedAt: number | null;
  readonly changedAt: number;
  readonly finishedAt: number | null;
  readonly rerunOf: number | null;
  readonly counts: CampaignCounts;
}

/** The same work for many devices. */
export interface Campaign extends CampaignSummary {
  /** As they are shown: without secret values. */
  readonly steps: Step[];
  /** How its devices are asked to call; null = they are not. */
  readonly notify: Wish | null;
  readonly plan: Plan;
  /** The number of the last wave that is open, from 1. */
  readonly wave: number;
  readonly waves: readonly CampaignWave[];
}

export interface CampaignWave {
  /** From 1. */
  readonly wave: number;
  readonly name: string | null;
  readonly openedAt: number | null;
  readonly counts: CampaignCounts;
}

type SummaryRow = CampaignRow & { readonly profile_name: string | null };

const rows = (db: Queries) =>
  db
    .selectFrom('campaigns')
    .leftJoin('profiles', 'profiles.id', 'campaigns.profile_id')
    .selectAll('campaigns')
    .select('profiles.name as profile_name');

export function shownCounts(devices: number, counts: Counts): CampaignCounts {
  const { begun, retrying, ...ended } = counts;
  return {
    devices,
    succeeded: succeededOf(counts),
    ...ended,
    retrying,
    begun,
    // Counts are read while devices join: never less than none.
    pending: Math.max(0, devices - endedOf(counts) - begun - retrying),
  };
}

function summaryOf(row: SummaryRow, counts: Counts): CampaignSummary {
  return {
    id: row.id,
    name: row.name,
    profile:
      row.profile_name === null || row.profile_version === null
        ? null
        : { name: row.profile_name, version: row.profile_version },
    target: JSON.parse(row.target) as KeptTarget,
    dynamic: row.dynamic === 1,
    state: row.state,
    reason: row.reason,
    pausedBy: row.paused_by,
    createdBy: row.created_by_name,
    createdAt: row.created_at,
    startAt: row.start_at,
    endBy: row.end_by,
    startedAt: row.started_at,
    changedAt: row.changed_at,
    finishedAt: row.finished_at,
    rerunOf: row.rerun_of,
    counts: shownCounts(row.devices, counts),
  };
}

/** Campaigns, the newest first. */
export async function listCampaigns(
  db: Queries,
  { state }: { readonly state?: CampaignState | undefined },
  page: PageRequest,
): Promise<Page<CampaignSummary>> {
  const before = idAfter(page);
  const found = await rows(db)
    .$if(state !== undefined, (query) => query.where('campaigns.state', '=', state as CampaignState))
    .$if(before !== undefined, (query) => query.where('campaigns.id', '<', before as number))
    .orderBy('campaigns.id', 'desc')
    .limit(page.limit + 1)
    .execute();
  const counts = await countsOf(
    db,
    found.map(({ id }) => id),
  );
  const all = (id: number) => addCounts([...(counts.get(id)?.values() ?? [])]);
  return pageOf(
    found.map((row) => summaryOf(row, all(row.id))),
    page.limit,
    ({ id }) => id,
  );
}

/** @throws {NotFound} */
export async function showCampaign(db: Queries, id: number): Promise<Campaign> {
  const row = await rows(db).where('campaigns.id', '=', id).executeTakeFirst();
  if (row === undefined) throw new NotFound('campaign', id);
  const waves = await wavesOf(db, id);
  const counts = waves.length === 0 ? NO_COUNTS : addCounts(waves.map((wave) => wave.counts));
  const plan = JSON.parse(row.plan) as Plan;
  return {
    ...summaryOf(row, counts),
    steps: withoutSecrets(JSON.parse(row.steps) as Step[]),
    notify: row.notify === null ? null : readWish(row.notify).wish,
    plan,
    wave: row.wave + 1,
    waves: waves.map((wave, n) => shownWave(wave, n, plan)),
  };
}

function shownWave({ devices, openedAt, counts }: WaveStanding, n: number, { waves }: Plan): CampaignWave {
  return { wave: n + 1, name: waves?.[n]?.name ?? null, openedAt, counts: shownCounts(devices, counts) };
}
