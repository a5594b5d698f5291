/** What came of a campaign on each of its devices. */
import { idAfter, type Page, type PageRequest, pageOf } from '@grove/api';
import type { CommandResult } from '../steps/index.ts';
import type { OutcomeState, Queries } from '../store/index.ts';
import { findCampaign } from './move.ts';

/** Where a device stands in a campaign that it has begun, or was left out of. Times are milliseconds since the epoch. */
export interface Outcome {
  readonly deviceId: number;
  readonly devId: string;
  readonly outcome: OutcomeState;
  /** From 1. */
  readonly wave: number;
  /** How often it was begun. */
  readonly attempts: number;
  readonly reason: string | null;
  readonly results: CommandResult[];
  /** Null where the device was left out. */
  readonly sessionId: number | null;
  readonly retryAt: number | null;
  /** When it came to stand there. */
  readonly at: number;
}

export interface OutcomeFilter {
  readonly outcomes?: readonly OutcomeState[] | undefined;
}

/**
 * Devices that have begun a campaign, or were left out, by their ids.
 *
 * @throws {NotFound} when there is no such campaign
 */
export async function listOutcomes(
  db: Queries,
  campaignId: number,
  { outcomes }: OutcomeFilter,
  page: PageRequest,
): Promise<Page<Outcome>> {
  const after = idAfter(page);
  await findCampaign(db, campaignId);
  const look = (state?: OutcomeState) =>
    db
      .selectFrom('outcomes')
      .innerJoin('devices', 'devices.id', 'outcomes.device_id')
      .select([
        'outcomes.device_id',
        'devices.dev_id',
        'outcomes.state',
        'outcomes.wave',
        'outcomes.attempts',
        'outcomes.reason',
        'outcomes.results',
        'outcomes.session_id',
        'outcomes.retry_at',
        'outcomes.at',
      ])
      .where('outcomes.campaign_id', '=', campaignId)
      .$if(state !== undefined, (query) => query.where('outcomes.state', '=', state as OutcomeState))
      .$if(after !== undefined, (query) => query.where('outcomes.device_id', '>', after as number))
      .orderBy('outcomes.device_id')
      .limit(page.limit + 1)
      .execute();
  // Each by the index: otherwise a rare one would be looked for among all devices.
  const parts = [];
  for (const state of outcomes ?? [undefined]) parts.push(await look(state));
  const rows = parts.flat().sort((one, other) => one.device_id - other.device_id);
  const found = rows.map((row) => ({
    deviceId: row.device_id,
    devId: row.dev_id,
    outcome: row.state,
    wave: row.wave + 1,
    attempts: row.attempts,
    reason: row.reason,
    results: JSON.parse(row.results) as CommandResult[],
    sessionId: row.session_id,
    retryAt: row.retry_at,
    at: row.at,
  }));
  return pageOf(found, page.limit, ({ deviceId }) => deviceId);
}

/** Something that was done to a campaign. */
export interface HistoryEntry {
  readonly id: number;
  readonly at: number;
  readonly action: string;
  /** Name of the token by which it was done; null = the server itself. */
  readonly by: string | null;
  readonly text: string | null;
}

/**
 * What was done to a campaign, in order.
 *
 * @throws {NotFound} when there is no such campaign
 */
export async function historyOf(
  db: Queries,
  campaignId: number,
  page: PageRequest,
): Promise<Page<HistoryEntry>> {
  const after = idAfter(page);
  await findCampaign(db, campaignId);
  const rows = await db
    .selectFrom('campaign_history')
    .select(['id', 'at', 'action', 'actor_name as by', 'text'])
    .where('campaign_id', '=', campaignId)
    .$if(after !== undefined, (query) => query.where('id', '>', after as number))
    .orderBy('id')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows, page.limit, ({ id }) => id);
}
