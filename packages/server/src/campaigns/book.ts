/**
 * The campaigns that run, in memory, so that a device that calls costs nothing where there is none for it. Read anew when
 * the number in the database has grown that every change makes grow, in whichever process.
 */
import { Conflict, InvalidInput, NotFound } from '@grove/api';
import { ExpressionError } from '../expressions/index.ts';
import { groupGeneration } from '../groups/index.ts';
import { type Closure, closureAt, type PreparedFacts, prepareFacts } from '../profiles/index.ts';
import { readSteps } from '../renderings/index.ts';
import { type Bitmap, loadSet } from '../sets/index.ts';
import type { Step } from '../steps/index.ts';
import { isCampaignRunning, type Store } from '../store/index.ts';
import type { PreparedTarget } from '../targets/index.ts';
import { WindowClock } from '../windows/index.ts';
import type { CampaignRow } from './move.ts';
import { Pace } from './pace.ts';
import type { Plan } from './plan.ts';
import { positionOf } from './position.ts';
import { type KeptTarget, prepare } from './target.ts';

/** How a wave takes its devices; neither = it takes all that are left. */
interface WavePart {
  readonly threshold: number | null;
  readonly members: Bitmap | undefined;
}

/** A profile that a campaign brings, made ready for devices; or why it cannot be brought to any at present. */
type CampaignProfile =
  | { readonly closure: Closure; readonly prepared: PreparedFacts }
  | { readonly problem: string };

/** A campaign that runs, as devices meet it. */
export interface RunningCampaign {
  readonly id: number;
  readonly row: CampaignRow;
  readonly plan: Plan;
  /** The devices that may join, where it is dynamic. */
  readonly joining: PreparedTarget | undefined;
  /** What devices get, where it is not a profile. */
  readonly steps: readonly Step[];
  readonly profile: CampaignProfile | undefined;
  /** Undefined where its devices are not settled yet: all that there are. */
  readonly members: Bitmap | undefined;
  readonly waves: readonly WavePart[];
  readonly windows: WindowClock | undefined;
  readonly pace: Pace | undefined;
}

/** The wave that a device of a campaign belongs to: the first that takes it. */
export function waveOf({ id, waves }: Pick<RunningCampaign, 'id' | 'waves'>, deviceId: number): number {
  const last = Math.max(0, waves.length - 1);
  if (last === 0) return 0;
  const position = positionOf(id, deviceId);
  const found = waves.findIndex(({ threshold, members }) =>
    threshold !== null ? position < threshold : (members?.has(deviceId) ?? true),
  );
  return found === -1 ? last : found;
}

export class CampaignBook {
  readonly #store: Store;
  #generation = -1;
  #groups = -1;
  #running: readonly RunningCampaign[] = [];
  #reading: Promise<void> | undefined;
  #pacing: Promise<void> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The campaigns that run, the oldest first. */
  get running(): readonly RunningCampaign[] {
    return this.#running;
  }

  find(id: number): RunningCampaign | undefined {
    return this.#running.find((campaign) => campaign.id === id);
  }

  /** Leaves a campaign out until it is read anew: it is not as it was read. */
  distrust(id: number): void {
    this.#running = this.#running.filter((campaign) => campaign.id !== id);
    this.#generation = -1;
  }

  /** Reads what has changed. Whoever comes while it reads is told of what was there after he came. */
  async refresh(): Promise<void> {
    await this.#reading;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
  }

  /** Waits for what is being read. */
  async settled(): Promise<void> {
    await this.#reading?.catch(() => {});
    await this.#pacing;
  }

  async #read(): Promise<void> {
    const db = this.#store.reader;
    const page = await db.selectFrom('campaign_book').select('generation').executeTakeFirstOrThrow();
    const groups = await groupGeneration(db);
    if (page.generation === this.#generation && groups === this.#groups) return;
    const rows = await db
      .selectFrom('campaigns')
      .selectAll()
      .where(isCampaignRunning)
      .orderBy('id')
      .execute();
    const before = new Map(this.#running.map((campaign) => [campaign.id, campaign]));
    const running: RunningCampaign[] = [];
    for (const row of rows) running.push(await this.#campaign(row, before.get(row.id)));
    this.#running = running;
    this.#generation = page.generation;
    this.#groups = groups;
  }

  async #profile({ closure: kept }: CampaignRow): Promise<CampaignProfile | undefined> {
    if (kept === null) return undefined;
    const db = this.#store.reader;
    try {
      const closure = await closureAt(db, JSON.parse(kept) as { name: string; version: number }[]);
      return { closure, prepared: await prepareFacts(db, closure) };
    } catch (error) {
      if (error instanceof NotFound || error instanceof Conflict) return { problem: error.message };
      throw error;
    }
  }

  /** What its groups mean may have changed since it was last read. */
  async #joining({ dynamic, target }: CampaignRow): Promise<PreparedTarget | undefined> {
    if (dynamic === 0) return undefined;
    try {
      return await prepare(this.#store.reader, JSON.parse(target) as KeptTarget);
    } catch (error) {
      // A query that cannot be read any more lets nobody join.
      if (error instanceof ExpressionError || error instanceof InvalidInput) return undefined;
      throw error;
    }
  }

  async #campaign(row: CampaignRow, before: RunningCampaign | undefined): Promise<RunningCampaign> {
    const isSame = before?.row.members === row.members && before.row.devices === row.devices;
    if (before !== undefined && isSame)
      return { ...before, row, joining: await this.#joining(row), profile: await this.#profile(row) };
    const db = this.#store.reader;
    const waves = await db
      .selectFrom('campaign_waves')
      .select(['threshold', 'members'])
      .where('campaign_id', '=', row.id)
      .orderBy('n')
      .execute();
    const parts: WavePart[] = [];
    for (const { threshold, members } of waves)
      parts.push({ threshold, members: members === null ? undefined : await loadSet(db, members) });
    const plan = JSON.parse(row.plan) as Plan;
    return {
      id: row.id,
      row,
      plan,
      joining: await this.#joining(row),
      profile: await this.#profile(row),
      steps: readSteps(row.steps),
      members: row.members === null ? undefined : await loadSet(db, row.members),
      waves: parts,
      windows: plan.windows === undefined ? undefined : new WindowClock(plan.windows),
      pace: plan.rate === undefined ? undefined : (before?.pace ?? new Pace(row.id, plan.rate)),
    };
  }

  /** Provides for the devices that may begin soon, where only so many may in a minute. */
  async keepPace(now: number): Promise<void> {
    await this.#pacing;
    const paces = this.#running.flatMap(({ pace }) => pace ?? []);
    if (paces.length === 0) return;
    const work = async () => {
      for (const pace of paces) await pace.provide(this.#store, now);
    };
    const pacing = work();
    this.#pacing = pacing.catch(() => {});
    await pacing;
  }
}
