/** What people do to campaigns, besides making them. */
import { type Caller, Conflict, HttpProblem } from '@grove/api';
import type { Queries } from '../store/index.ts';
import { type CampaignRow, type Done, findCampaign, move } from './move.ts';
import { standingOf } from './progress.ts';
import { openWave } from './runner.ts';
import { baselineOf } from './standing.ts';

/** A person who does something, and why in his words. */
export interface Doing extends Done {
  readonly by: Caller;
}

/**
 * Approves a campaign, or denies it.
 *
 * @throws {HttpProblem} when it is he who has made it
 * @throws {Conflict} when it does not wait for that
 */
export async function judgeCampaign(
  db: Queries,
  id: number,
  verdict: 'approve' | 'deny',
  doing: Doing,
): Promise<CampaignRow> {
  const { created_by } = await findCampaign(db, id);
  if (created_by === doing.by.id)
    throw new HttpProblem(
      'forbidden',
      `campaign ${id} was made with the token ${JSON.stringify(doing.by.name)}; somebody else has to ${verdict} it`,
    );
  return move(db, id, verdict, doing);
}

/** Lets no further device begin, until it is resumed. */
export function pauseCampaign(db: Queries, id: number, doing: Doing): Promise<CampaignRow> {
  return move(db, id, 'pause', doing, { paused_by: 'operator' });
}

/** Goes on with a campaign that is paused: what failed until now counts no more for its thresholds. */
export async function resumeCampaign(db: Queries, id: number, doing: Doing): Promise<CampaignRow> {
  const row = await findCampaign(db, id);
  const { waves } = await standingOf(db, row, doing.now);
  return move(db, id, 'resume', doing, {
    baseline: JSON.stringify(baselineOf(waves)),
    notified_up_to: 0,
  });
}

/** Lets no further device begin; what was begun comes to its end. */
export function stopCampaign(db: Queries, id: number, doing: Doing): Promise<CampaignRow> {
  return move(db, id, 'stop', doing);
}

/** Ends a campaign at once: what waits for alerts of its devices waits no longer. */
export async function cancelCampaign(db: Queries, id: number, doing: Doing): Promise<CampaignRow> {
  const row = await move(db, id, 'cancel', doing);
  await db.deleteFrom('waits').where('campaign_id', '=', id).execute();
  return row;
}

/**
 * Opens the next wave, whatever it waits for.
 *
 * @throws {Conflict} when it does not run, or has no further wave
 */
export async function openNextWave(db: Queries, id: number, doing: Doing): Promise<CampaignRow> {
  const row = await findCampaign(db, id);
  if (row.state !== 'running')
    throw new Conflict(`campaign ${id} is ${row.state}; waves are opened while it is running`);
  const { waves } = await standingOf(db, row, doing.now);
  if (row.wave + 1 >= waves.length)
    throw new Conflict(`campaign ${id} has no further wave: all ${waves.length} are open`);
  await openWave(db, row, row.wave + 1, doing);
  return findCampaign(db, id);
}
