/** Moves campaigns from one state to another, as `states.ts` says they may be. */
import { type Caller, Conflict, NotFound } from '@grove/api';
import { type Selectable, sql, type Updateable } from 'kysely';
import { type EventType, recordEvent } from '../events/index.ts';
import { releaseGroups } from '../groups/index.ts';
import type { CampaignTable, Queries } from '../store/index.ts';
import { type Action, actionsIn, hasEnded, transitionOf } from './states.ts';

export type CampaignRow = Selectable<CampaignTable>;

/** @throws {NotFound} */
export async function findCampaign(db: Queries, id: number): Promise<CampaignRow> {
  const row = await db.selectFrom('campaigns').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new NotFound('campaign', id);
  return row;
}

/** What is done, by whom, and why. */
export interface Done {
  /** Null = the server itself. */
  readonly by: Caller | null;
  /** In his words, or in the server's. */
  readonly text?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What is told of an action in the log, after the campaign's name. */
const TOLD: Readonly<Record<Action, readonly [EventType, string]>> = {
  submit: ['campaign.submitted', 'waits for approval'],
  start: ['campaign.scheduled', 'is to begin'],
  approve: ['campaign.approved', 'was approved'],
  deny: ['campaign.denied', 'was denied'],
  begin: ['campaign.begun', 'has begun'],
  pause: ['campaign.paused', 'was paused'],
  trip: ['campaign.paused', 'has paused'],
  resume: ['campaign.resumed', 'was resumed'],
  stop: ['campaign.stopping', 'was stopped: what was begun comes to its end'],
  expire: ['campaign.stopping', 'stops'],
  drain: ['campaign.stopped', 'has stopped'],
  finish: ['campaign.finished', 'has finished'],
  lapse: ['campaign.cancelled', 'has lapsed'],
  cancel: ['campaign.cancelled', 'was cancelled'],
};

/**
 * Does something to a campaign: its state, its history, the log, and the number by which processes know that it changed.
 *
 * @param change further columns that are set
 * @throws {NotFound}
 * @throws {Conflict} when it is not in a state in which that can be done
 */
export async function move(
  db: Queries,
  id: number,
  action: Action,
  { by, text, now }: Done,
  change: Updateable<CampaignTable> = {},
): Promise<CampaignRow> {
  const row = await tryMove(db, id, action, { by, text, now }, change);
  if (row !== undefined) return row;
  const { state } = await findCampaign(db, id);
  const possible = actionsIn(state);
  const instead = possible.length === 0 ? 'it has ended' : `it can be: ${possible.join(', ')}`;
  throw new Conflict(`campaign ${id} is ${state}; "${action}" is not for that state: ${instead}`);
}

/** As {@link move}. @returns undefined when it is not in such a state, or not there */
export async function tryMove(
  db: Queries,
  id: number,
  action: Action,
  { by, text, now }: Done,
  change: Updateable<CampaignTable> = {},
): Promise<CampaignRow | undefined> {
  const { from, to } = transitionOf(action);
  const row = await db
    .updateTable('campaigns')
    .set({
      state: to,
      changed_at: now,
      reason: text ?? null,
      paused_by: null,
      ...(hasEnded(to) ? { finished_at: now } : {}),
      ...change,
    })
    .where('id', '=', id)
    .where('state', 'in', from)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  if (hasEnded(to)) await releaseGroups(db, { kind: 'campaign', id });
  await note(db, id, action, { by, text, now });
  const [type, told] = TOLD[action];
  const why = text === undefined ? '' : `: ${text}`;
  const who = by === null ? '' : ` by ${by.name}`;
  await recordEvent(db, {
    type,
    at: now,
    text: `Campaign ${id} (${row.name}) ${told}${who}${why}.`.replace(/\.\.$/, '.'),
    campaignId: id,
    data: {
      name: row.name,
      state: to,
      ...(by === null ? {} : { by: by.name }),
      ...(text === undefined ? {} : { reason: text }),
    },
  });
  await turnPage(db);
  return row;
}

/** Writes what was done into the campaign's history. */
export async function note(db: Queries, id: number, action: string, { by, text, now }: Done): Promise<void> {
  await db
    .insertInto('campaign_history')
    .values({
      campaign_id: id,
      at: now,
      action,
      actor: by?.id ?? null,
      actor_name: by?.name ?? null,
      text: text ?? null,
    })
    .execute();
}

/** Lets every process know that campaigns have changed. */
export async function turnPage(db: Queries): Promise<void> {
  await db
    .updateTable('campaign_book')
    .set({ generation: sql`generation + 1` })
    .where('id', '=', 1)
    .execute();
}
