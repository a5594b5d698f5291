/**
 * How many devices have which outcome. Each change is a row of its own, as rows that all devices changed would have every
 * process wait for every other; soon after, the changes are added up and deleted.
 */
import { sql } from 'kysely';
import { type OutcomeState, type Params, type Queries, statement } from '../store/index.ts';
import { type Counts, NO_COUNTS } from './standing.ts';

export interface Change {
  readonly campaignId: number;
  readonly deviceId: number;
  readonly wave: number;
  /** What the device had before; null = no outcome. */
  readonly was: OutcomeState | null;
  /** What it has now; null where the device is gone. */
  readonly outcome: OutcomeState | null;
  /** Why; of one that is tried again, why it was. */
  readonly reason: string | null;
}

const insertChange = statement((q, p: Params<Change>) =>
  q.insertInto('campaign_changes').values({
    campaign_id: p('campaignId'),
    device_id: p('deviceId'),
    wave: p('wave'),
    was: p('was'),
    outcome: p('outcome'),
    reason: p('reason'),
  }),
);

/** Characters of a reason that tell it from others. */
const MAX_REASON = 300;

/** Counts that a device got another outcome, within the unit of work that gives it. */
export async function recordChange(db: Queries, change: Change): Promise<void> {
  await insertChange.run(db, { ...change, reason: change.reason?.slice(0, MAX_REASON) ?? null });
}

/** Changes that one unit of work adds up. */
const BATCH = 2000;
/** Reasons of one campaign and outcome that are told apart; others are counted together. */
const MAX_REASONS = 200;
const EXAMPLES = 5;
/** Stands for reasons that are not told apart. */
export const OTHER_REASONS = 'other reasons';

/**
 * Adds up changes, some of them per call.
 *
 * @returns the campaigns that had any, and whether there may be more
 */
export async function foldChanges(
  db: Queries,
  engine: 'sqlite' | 'postgres',
): Promise<{ campaigns: number[]; more: boolean }> {
  // Where nothing has come, nothing is written.
  const first = await db.selectFrom('campaign_changes').select('id').limit(1).executeTakeFirst();
  if (first === undefined) return { campaigns: [], more: false };
  const rows = await db
    .deleteFrom('campaign_changes')
    .where('id', 'in', (query) =>
      query
        .selectFrom('campaign_changes as first')
        .select('first.id')
        .orderBy('first.id')
        .limit(BATCH)
        .$if(engine === 'postgres', (found) => found.forUpdate().skipLocked()),
    )
    .returningAll()
    .execute();
  if (rows.length === 0) return { campaigns: [], more: false };
  const counts = new Map<string, { campaign: number; wave: number; outcome: OutcomeState; by: number }>();
  const reasons = new Map<string, ReasonChange>();
  const add = (campaign: number, wave: number, outcome: OutcomeState, by: number) => {
    const key = `${campaign}/${wave}/${outcome}`;
    const known = counts.get(key) ?? { campaign, wave, outcome, by: 0 };
    counts.set(key, { ...known, by: known.by + by });
  };
  for (const { campaign_id: campaign, wave, was, outcome, reason, device_id } of rows) {
    if (was !== null) add(campaign, wave, was, -1);
    if (outcome === null) continue;
    add(campaign, wave, outcome, 1);
    if (reason === null) continue;
    const isOver = outcome === 'begun';
    const of = isOver ? 'retrying' : outcome;
    const key = `${campaign}/${of}/${reason}`;
    const known = reasons.get(key) ?? { campaign, outcome: of, reason, by: 0, examples: [] };
    if (!isOver && known.examples.length < EXAMPLES) known.examples.push(device_id);
    reasons.set(key, { ...known, by: known.by + (isOver ? -1 : 1) });
  }
  const campaigns = [...new Set(rows.map((row) => row.campaign_id))].sort((a, b) => a - b);
  // In one order everywhere, so that no two processes wait for each other.
  const inOrder = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
  for (const { campaign, wave, outcome, by } of inOrder) {
    if (by === 0) continue;
    await db
      .insertInto('campaign_counts')
      .values({ campaign_id: campaign, wave, outcome, devices: by })
      .onConflict((conflict) =>
        conflict
          .columns(['campaign_id', 'wave', 'outcome'])
          .doUpdateSet({ devices: sql`campaign_counts.devices + ${by}` }),
      )
      .execute();
  }
  for (const [, change] of [...reasons].sort(([a], [b]) => (a < b ? -1 : 1))) await addReason(db, change);
  return { campaigns, more: rows.length === BATCH };
}

interface ReasonChange {
  readonly campaign: number;
  readonly outcome: OutcomeState;
  readonly reason: string;
  readonly by: number;
  readonly examples: number[];
}

async function addReason(db: Queries, change: ReasonChange): Promise<void> {
  const { campaign, outcome, by, examples } = change;
  let { reason } = change;
  const find = (named: string) =>
    db
      .selectFrom('campaign_reasons')
      .select(['devices', 'examples'])
      .where('campaign_id', '=', campaign)
      .where('outcome', '=', outcome)
      .where('reason', '=', named)
      .executeTakeFirst();
  let known = await find(reason);
  if (known === undefined) {
    const { count } = await db
      .selectFrom('campaign_reasons')
      .select(sql<number>`count(*)`.as('count'))
      .where('campaign_id', '=', campaign)
      .where('outcome', '=', outcome)
      .executeTakeFirstOrThrow();
    if (Number(count) >= MAX_REASONS) {
      reason = OTHER_REASONS;
      known = await find(reason);
    }
  }
  const before = known === undefined ? [] : (JSON.parse(known.examples) as number[]);
  const kept = JSON.stringify([...new Set([...before, ...examples])].slice(0, EXAMPLES));
  await db
    .insertInto('campaign_reasons')
    .values({ campaign_id: campaign, outcome, reason, devices: by, examples: kept })
    .onConflict((conflict) =>
      conflict
        .columns(['campaign_id', 'outcome', 'reason'])
        .doUpdateSet({ devices: sql`campaign_reasons.devices + ${by}`, examples: kept }),
    )
    .execute();
}

/**
 * The counts of campaigns by their waves, in one look: what was added up, and what has come since.
 *
 * @returns for each campaign its counts by the number of the wave; a wave without any outcome is missing
 */
export async function countsOf(
  db: Queries,
  campaigns: readonly number[],
): Promise<Map<number, Map<number, Counts>>> {
  const found = new Map<number, Map<number, Counts>>(campaigns.map((id) => [id, new Map()]));
  if (campaigns.length === 0) return found;
  const rows = await db
    .selectFrom('campaign_counts')
    .select(['campaign_id', 'wave', 'outcome', 'devices'])
    .where('campaign_id', 'in', campaigns)
    .unionAll((query) =>
      query
        .selectFrom('campaign_changes')
        .select([
          'campaign_id',
          'wave',
          sql<OutcomeState>`outcome`.as('outcome'),
          sql<number>`count(*)`.as('devices'),
        ])
        .where('campaign_id', 'in', campaigns)
        .where('outcome', 'is not', null)
        .groupBy(['campaign_id', 'wave', 'outcome']),
    )
    .unionAll((query) =>
      query
        .selectFrom('campaign_changes')
        .select([
          'campaign_id',
          'wave',
          sql<OutcomeState>`was`.as('outcome'),
          sql<number>`-count(*)`.as('devices'),
        ])
        .where('campaign_id', 'in', campaigns)
        .where('was', 'is not', null)
        .groupBy(['campaign_id', 'wave', 'was']),
    )
    .execute();
  for (const { campaign_id, wave, outcome, devices } of rows) {
    const waves = found.get(campaign_id);
    const known = waves?.get(wave) ?? NO_COUNTS;
    waves?.set(wave, { ...known, [outcome]: known[outcome] + Number(devices) });
  }
  return found;
}

/** A reason for which devices have an outcome. */
export interface OutcomeReason {
  readonly outcome: OutcomeState;
  /** In words. */
  readonly reason: string;
  readonly devices: number;
  /** Ids of some of the devices; some may be gone. */
  readonly examples: readonly number[];
}

/** Why devices did not succeed, the most frequent reasons first; as it was some seconds ago. */
export async function reasonsOf(db: Queries, campaignId: number, limit: number): Promise<OutcomeReason[]> {
  const rows = await db
    .selectFrom('campaign_reasons')
    .select(['outcome', 'reason', 'devices', 'examples'])
    .where('campaign_id', '=', campaignId)
    .where('devices', '>', 0)
    .orderBy('devices', 'desc')
    .orderBy('reason')
    .limit(limit)
    .execute();
  return rows.map(({ examples, ...row }) => ({ ...row, examples: JSON.parse(examples) as number[] }));
}
