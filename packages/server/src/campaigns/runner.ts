/** Looks after campaigns: begins, goes on, pauses and ends them. Several processes on one database may do so. */

import { InvalidInput, NotFound } from '@grove/api';
import { recordEvent } from '../events/index.ts';
import { ExpressionError } from '../expressions/index.ts';
import { Rounds } from '../rounds/index.ts';
import type { Queries, Store } from '../store/index.ts';
import { isCampaignActive } from '../store/index.ts';
import { isOver } from './admission.ts';
import { beginCampaign } from './begin.ts';
import type { CampaignBook } from './book.ts';
import { foldChanges } from './counts.ts';
import { turn } from './members.ts';
import { type CampaignRow, note, tryMove, turnPage } from './move.ts';
import type { Plan } from './plan.ts';
import { standingOf } from './progress.ts';
import { addCounts, decide } from './standing.ts';
import { sweep } from './sweep.ts';

export interface RunnerOptions {
  readonly store: Store;
  readonly book: CampaignBook;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told that devices may be asked to call, or not any more. */
  readonly onChange: () => void;
  /** Told of a failure; the next round tries again. */
  readonly onError: (error: unknown) => void;
}

/** For so long a process has a campaign to itself. */
const LEASE = 60_000;
/** Milliseconds between two rounds where campaigns are active, and where none is. */
const INTERVAL = { active: 1000, idle: 2000 };
/** Milliseconds after which a process knows what another one has done to a campaign. */
const REFRESH = 250;
/** Milliseconds after which devices are asked to call that were passed over. */
const ASK_AGAIN = 5 * 60_000;
/** Milliseconds in which outcomes gather before anything is made of them. */
const SOON = 100;
/** Milliseconds for which one that is stopped waits for devices that have it in hand. */
const DRAINING = 60 * 60_000;

export class CampaignRunner {
  readonly #by: RunnerOptions;
  readonly #rounds: Rounds;
  #refreshing: NodeJS.Timeout | undefined;
  /** When the devices of campaigns were last looked through anew for those to be asked. */
  readonly #asked = new Map<number, number>();

  constructor(options: RunnerOptions) {
    this.#by = options;
    this.#rounds = new Rounds({
      round: async () => ((await this.round()) ? INTERVAL.active : INTERVAL.idle),
      soon: SOON,
      onError: options.onError,
    });
  }

  /** Reads what there is, then does round after round. */
  async start(): Promise<void> {
    await this.#by.book.refresh();
    this.#refreshing = setInterval(() => void this.#refresh(), REFRESH).unref();
    this.#rounds.start(INTERVAL.active);
  }

  async #refresh(): Promise<void> {
    try {
      await this.#by.book.refresh();
      await this.#by.book.keepPace(this.#by.now());
    } catch (error) {
      this.#by.onError(error);
    }
  }

  /** Told that an outcome came, or that somebody has done something to a campaign: a round is done soon. */
  wake(): void {
    this.#rounds.wake();
  }

  /** Does no more rounds, and waits for the one that is being done. */
  async stop(): Promise<void> {
    clearInterval(this.#refreshing);
    await this.#rounds.stop();
    await this.#by.book.settled();
  }

  /** One round. @returns whether any campaign is active */
  async round(): Promise<boolean> {
    const { store, book, now } = this.#by;
    for (let more = true; more && !this.#rounds.signal.aborted; await turn())
      ({ more } = await store.transaction((db) => foldChanges(db, store.engine)));
    const active = await store.reader
      .selectFrom('campaigns')
      .selectAll()
      .where(isCampaignActive)
      .orderBy('id')
      .execute();
    let changed = false;
    for (const row of active)
      if (!this.#rounds.signal.aborted && (await this.#lookAfter(row, now()))) changed = true;
    await book.refresh();
    if (changed) this.#by.onChange();
    return active.length > 0;
  }

  /** Does what is to be done about a campaign. @returns whether that changed it */
  async #lookAfter(row: CampaignRow, now: number): Promise<boolean> {
    switch (row.state) {
      case 'awaiting-approval':
        return row.end_by !== null && now >= row.end_by && this.#move(row, 'lapse', 'its time is over', now);
      case 'scheduled':
        if (row.end_by !== null && now >= row.end_by)
          return this.#move(row, 'lapse', 'its time was over before it began', now);
        return (row.start_at ?? now) <= now && this.begin(row);
      case 'running':
        return this.#runOn(row, now);
      case 'stopping': {
        const { waves } = await standingOf(this.#by.store.reader, row, now);
        const { begun } = addCounts(waves.map(({ counts }) => counts));
        if (begun > 0 && now - row.changed_at < DRAINING) return false;
        const left = begun === 0 ? undefined : `${begun} devices have not ended it`;
        return this.#move(row, 'drain', left, now);
      }
      default:
        return false;
    }
  }

  async #move(
    { id }: CampaignRow,
    action: Parameters<typeof tryMove>[2],
    text: string | undefined,
    now: number,
  ): Promise<boolean> {
    const moved = await this.#by.store.transaction((db) => tryMove(db, id, action, { by: null, text, now }));
    return moved !== undefined;
  }

  /** Begins a campaign, unless another process is at it. */
  async begin(row: CampaignRow): Promise<boolean> {
    const { store, now } = this.#by;
    try {
      return await this.#alone(row.id, () => beginCampaign(store, row, { by: null, now: now() }));
    } catch (error) {
      if (!(error instanceof ExpressionError || error instanceof InvalidInput || error instanceof NotFound))
        throw error;
      return this.#move(row, 'lapse', `its devices cannot be found: ${error.message}`, now());
    }
  }

  /** Does something that one process does at a time. */
  async #alone(id: number, work: () => Promise<boolean>): Promise<boolean> {
    const { store, now } = this.#by;
    const at = now();
    const lease = await store.transaction((db) => takeLease(db, id, at));
    if (!lease) return false;
    try {
      return await work();
    } finally {
      await store.transaction((db) =>
        db
          .updateTable('campaigns')
          .set({ lease_at: 0 })
          .where('id', '=', id)
          .where('lease_at', '=', at + LEASE)
          .execute(),
      );
    }
  }

  /** Looks again for devices to be asked to call that could not be when they were looked at. */
  async #askAgain({ id, notified_up_to: upTo }: CampaignRow, now: number): Promise<void> {
    const last = this.#asked.get(id) ?? 0;
    if (upTo === 0 || !isOver(last + ASK_AGAIN, ASK_AGAIN, now)) return;
    this.#asked.set(id, now);
    await this.#by.store.transaction((db) =>
      db
        .updateTable('campaigns')
        .set({ notified_up_to: 0 })
        .where('id', '=', id)
        .where('notified_up_to', '=', upTo)
        .where('state', '=', 'running')
        .execute(),
    );
  }

  async #runOn(row: CampaignRow, now: number): Promise<boolean> {
    const { store } = this.#by;
    if (row.members === null) return this.begin(row);
    const decision = decide(await standingOf(store.reader, row, now));
    switch (decision.kind) {
      case 'expire':
      case 'finish':
        return this.#move(row, decision.kind, decision.text, now);
      case 'trip': {
        const { text } = decision;
        const change = { paused_by: 'threshold' } as const;
        const done = { by: null, text, now };
        return (await store.transaction((db) => tryMove(db, row.id, 'trip', done, change))) !== undefined;
      }
      case 'open':
        return store.transaction((db) => openWave(db, row, decision.wave, { by: null, now }));
      case 'wait':
        if ((row.wave_at ?? 0) > now) await store.transaction((db) => rebase(db, row, now));
        if (mayAskAgain(row)) await this.#askAgain(row, now);
        if (row.dynamic === 1) await this.#alone(row.id, () => sweep(store, row, now));
        return false;
    }
  }
}

/** Whether some of its devices may be asked to call later than others, by the clock. */
function mayAskAgain({ notify, plan }: CampaignRow): boolean {
  if (notify === null) return false;
  const { windows, retries } = JSON.parse(plan) as Plan;
  return windows !== undefined || retries !== undefined;
}

async function takeLease(db: Queries, id: number, now: number): Promise<boolean> {
  const taken = await db
    .updateTable('campaigns')
    .set({ lease_at: now + LEASE })
    .where('id', '=', id)
    .where((where) => where.or([where('lease_at', '<=', now), where('lease_at', '>', now + LEASE)]))
    .returning('id')
    .executeTakeFirst();
  return taken !== undefined;
}

/**
 * Opens a wave of a campaign that runs.
 *
 * @returns false where somebody else was faster
 */
export async function openWave(
  db: Queries,
  { id, name, wave: before }: Pick<CampaignRow, 'id' | 'name' | 'wave'>,
  wave: number,
  done: Parameters<typeof note>[3],
): Promise<boolean> {
  const opened = await db
    .updateTable('campaigns')
    .set({ wave, wave_at: done.now, notified_up_to: 0 })
    .where('id', '=', id)
    .where('wave', '=', before)
    .where('state', '=', 'running')
    .returning('id')
    .executeTakeFirst();
  if (opened === undefined) return false;
  await db
    .updateTable('campaign_waves')
    .set({ opened_at: done.now })
    .where('campaign_id', '=', id)
    .where('n', '=', wave)
    .execute();
  await note(db, id, 'open wave', { ...done, text: done.text ?? `wave ${wave + 1}` });
  await recordEvent(db, {
    type: 'campaign.wave',
    at: done.now,
    text: `Wave ${wave + 1} of campaign ${id} (${name}) has begun.`,
    campaignId: id,
    data: { name, wave: wave + 1 },
  });
  await turnPage(db);
  return true;
}

/** Lets a wave have begun now whose beginning lies ahead, since the clock was put back. */
async function rebase(db: Queries, { id, wave }: CampaignRow, now: number): Promise<void> {
  await db
    .updateTable('campaigns')
    .set({ wave_at: now })
    .where('id', '=', id)
    .where('wave_at', '>', now)
    .execute();
  await db
    .updateTable('campaign_waves')
    .set({ opened_at: now })
    .where('campaign_id', '=', id)
    .where('n', '=', wave)
    .where('opened_at', '>', now)
    .execute();
}
