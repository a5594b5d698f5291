import { Conflict, idAfter, NotFound, type Page, type PageRequest, pageOf } from '@grove/api';
import { type Selectable, sql } from 'kysely';
import { useContents } from '../contents/index.ts';
import { recordEvent } from '../events/index.ts';
import { type KeptWish, readWish, type Wish } from '../notifications/index.ts';
import { stepsForAll } from '../profiles/index.ts';
import type { CommandResult, Step } from '../steps/index.ts';
import type { CampaignState, CampaignTable, Queries } from '../store/index.ts';

/** The same work for many devices. Times are milliseconds since the epoch. */
export interface Campaign {
  id: number;
  name: string;
  /** The profile that its steps were made of, at the version of that time; null where steps were given. */
  profile: { name: string; version: number } | null;
  steps: Step[];
  /** How its devices are asked to call; null = they are not. */
  notify: Wish | null;
  target: 'all';
  state: CampaignState;
  createdAt: number;
  finishedAt: number | null;
}

/** How far a campaign has come. */
export interface CampaignCounts {
  /** Devices that it is for: while it runs, all that are registered; afterwards, those that it reached. */
  devices: number;
  succeeded: number;
  failed: number;
  /** Devices that it has still to reach. */
  pending: number;
}

/** A campaign as lists show it. */
export type CampaignSummary = Omit<Campaign, 'steps' | 'notify'>;

/** A device on which a campaign failed, and why. */
export interface CampaignFailure {
  deviceId: number;
  devId: string;
  reason: string | null;
  results: CommandResult[];
  /** Null where the device was left out. */
  sessionId: number | null;
  at: number;
}

/** What a campaign does: the newest version of a profile, or steps that `checkSteps` returned. */
export type CampaignWork = { profile: string } | { steps: readonly Step[] };

const SUMMARY = [
  'campaigns.id',
  'campaigns.name',
  'campaigns.profile_version',
  'campaigns.target',
  'campaigns.state',
  'campaigns.created_at',
  'campaigns.finished_at',
  'profiles.name as profile_name',
] as const;

type SummaryRow = Pick<
  Selectable<CampaignTable>,
  'id' | 'name' | 'profile_version' | 'target' | 'state' | 'created_at' | 'finished_at'
> & { profile_name: string | null };

function summaryOf(row: SummaryRow): CampaignSummary {
  return {
    id: row.id,
    name: row.name,
    profile:
      row.profile_name === null || row.profile_version === null
        ? null
        : { name: row.profile_name, version: row.profile_version },
    target: 'all',
    state: row.state,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}

const summaries = (db: Queries) =>
  db.selectFrom('campaigns').leftJoin('profiles', 'profiles.id', 'campaigns.profile_id').select(SUMMARY);

/**
 * Starts a campaign for all devices, those registered later included. Writes one row, however many
 * devices there are.
 *
 * @param notify how its devices are asked to call; undefined = they are not
 * @throws {NotFound} when there is no such profile
 * @throws {InvalidInput} when steps name a content that is not there
 */
export async function createCampaign(
  db: Queries,
  name: string,
  work: CampaignWork,
  notify: KeptWish | undefined,
  now: number,
): Promise<Campaign> {
  const profile = 'profile' in work ? await stepsForAll(db, work.profile) : null;
  const steps = 'steps' in work ? work.steps : (profile?.steps ?? []);
  const row = await db
    .insertInto('campaigns')
    .values({
      name,
      profile_id: profile?.id ?? null,
      profile_version: profile?.version ?? null,
      steps: JSON.stringify(steps),
      target: JSON.stringify({ all: true }),
      state: 'running',
      created_at: now,
      finished_at: null,
      notify: notify === undefined ? null : JSON.stringify(notify),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await useContents(db, steps, { kind: 'campaign', id: row.id });
  await recordEvent(db, {
    type: 'campaign.created',
    at: now,
    text: `Campaign ${row.id} (${name}) was started.`,
    campaignId: row.id,
    data: { name },
  });
  return showCampaign(db, row.id);
}

/** Campaigns, the newest first. */
export async function listCampaigns(
  db: Queries,
  filter: { state?: CampaignState | undefined },
  page: PageRequest,
): Promise<Page<CampaignSummary>> {
  const before = idAfter(page);
  const { state } = filter;
  const rows = await summaries(db)
    .$if(state !== undefined, (query) => query.where('campaigns.state', '=', state as CampaignState))
    .$if(before !== undefined, (query) => query.where('campaigns.id', '<', before as number))
    .orderBy('campaigns.id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows.map(summaryOf), page.limit, (campaign) => campaign.id);
}

/** @throws {NotFound} */
export async function showCampaign(db: Queries, id: number): Promise<Campaign> {
  const row = await summaries(db)
    .select(['campaigns.steps', 'campaigns.notify'])
    .where('campaigns.id', '=', id)
    .executeTakeFirst();
  if (row === undefined) throw new NotFound('campaign', id);
  return {
    ...summaryOf(row),
    steps: JSON.parse(row.steps) as Step[],
    notify: row.notify === null ? null : readWish(row.notify).wish,
  };
}

/** Counts a campaign's outcomes. Cost grows with the number of devices, so this is not for lists. */
export async function countCampaign(
  db: Queries,
  campaign: Pick<Campaign, 'id' | 'state'>,
): Promise<CampaignCounts> {
  const rows = await db
    .selectFrom('outcomes')
    .select(['state', sql<number>`count(*)`.as('count')])
    .where('campaign_id', '=', campaign.id)
    .groupBy('state')
    .execute();
  const countOf = (state: string) => Number(rows.find((row) => row.state === state)?.count ?? 0);
  const succeeded = countOf('changed') + countOf('unchanged');
  const failed = countOf('failed');
  const reached = succeeded + failed;
  if (campaign.state !== 'running') return { devices: reached, succeeded, failed, pending: 0 };
  const all = await db
    .selectFrom('devices')
    .select(sql<number>`count(*)`.as('count'))
    .executeTakeFirstOrThrow();
  const devices = Number(all.count);
  return { devices, succeeded, failed, pending: Math.max(0, devices - reached) };
}

/**
 * The devices on which a campaign failed, by device id.
 *
 * @throws {NotFound} when there is no such campaign
 */
export async function campaignFailures(
  db: Queries,
  id: number,
  page: PageRequest,
): Promise<Page<CampaignFailure>> {
  const after = idAfter(page);
  await showCampaign(db, id);
  const rows = await db
    .selectFrom('outcomes')
    .innerJoin('devices', 'devices.id', 'outcomes.device_id')
    .select([
      'outcomes.device_id',
      'devices.dev_id',
      'outcomes.reason',
      'outcomes.results',
      'outcomes.session_id',
      'outcomes.at',
    ])
    .where('outcomes.campaign_id', '=', id)
    .where('outcomes.state', '=', 'failed')
    .$if(after !== undefined, (query) => query.where('outcomes.device_id', '>', after as number))
    .orderBy('outcomes.device_id')
    .limit(page.limit + 1)
    .execute();
  const failures = rows.map((row) => ({
    deviceId: row.device_id,
    devId: row.dev_id,
    reason: row.reason,
    results: JSON.parse(row.results) as CommandResult[],
    sessionId: row.session_id,
    at: row.at,
  }));
  return pageOf(failures, page.limit, (failure) => failure.deviceId);
}

/**
 * Stops a campaign: devices that call from now on do not get it, and what waits for their alerts waits no
 * longer. A session that is carrying it out finishes, and its outcome counts.
 *
 * @throws {NotFound}
 * @throws {Conflict} when it does not run any more
 */
export async function cancelCampaign(db: Queries, id: number, now: number): Promise<Campaign> {
  const cancelled = await db
    .updateTable('campaigns')
    .set({ state: 'cancelled', finished_at: now })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .returning('id')
    .executeTakeFirst();
  const campaign = await showCampaign(db, id);
  if (cancelled === undefined) {
    throw new Conflict(`campaign ${id} cannot be cancelled: it is ${campaign.state}`);
  }
  await db.deleteFrom('waits').where('campaign_id', '=', id).execute();
  await recordEvent(db, {
    type: 'campaign.cancelled',
    at: now,
    text: `Campaign ${id} (${campaign.name}) was stopped.`,
    campaignId: id,
    data: { name: campaign.name },
  });
  return campaign;
}
