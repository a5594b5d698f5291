/** What a server has of campaigns: those that run, whoever looks after them, and what the API needs of both. */
import type { Caller } from '@grove/api';
import type { Joining } from '@grove/store';
import type { Callers } from '../notifications/index.ts';
import type { Database, Store } from '../store/index.ts';
import type { WorkSource } from '../work/index.ts';
import { CampaignBook } from './book.ts';
import { callersOf } from './callers.ts';
import {
  type ApprovalPolicy,
  countDevicesFor,
  createCampaign,
  createRerun,
  type NewCampaign,
  startCampaign,
} from './create.ts';
import { type DryRun, type DryRunOptions, dryRunCampaign } from './dry-run.ts';
import { type CampaignRow, findCampaign } from './move.ts';
import { CampaignRunner } from './runner.ts';
import { campaignSource } from './source.ts';
import type { KeptTarget } from './target.ts';

export interface CampaignsOptions {
  readonly store: Store;
  /** Where campaigns are made by requests, whose units of work they are part of. */
  readonly requests: Pick<Joining<Database>, 'store' | 'after'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly approval: ApprovalPolicy;
  /** Told that devices may be asked to call, or not any more. */
  readonly onChange: () => void;
  /** Told of a failure; the next round tries again. */
  readonly onError: (error: unknown) => void;
}

export class Campaigns {
  readonly book: CampaignBook;
  readonly runner: CampaignRunner;
  readonly source: WorkSource;
  readonly callers: Callers;
  readonly #by: CampaignsOptions;

  constructor(options: CampaignsOptions) {
    this.#by = options;
    this.book = new CampaignBook(options.store);
    this.runner = new CampaignRunner({ ...options, book: this.book });
    this.source = campaignSource(this.book);
    this.callers = callersOf(this.book);
  }

  get approval(): ApprovalPolicy {
    return this.#by.approval;
  }

  /**
   * Makes a campaign and, unless it is to stay a draft, starts it; where nothing is in the way it runs when this is done.
   *
   * @throws {InvalidInput} when it is for no device and that is not allowed
   */
  async create(
    given: NewCampaign,
    { allowEmpty, start }: { allowEmpty: boolean; start: boolean },
  ): Promise<number> {
    const { now, approval } = this.#by;
    const { store } = this.#by.requests;
    const devices = await countDevicesFor(store, given.target, allowEmpty, now());
    const { id } = await store.transaction(async (db) => {
      const row = await createCampaign(db, given, now());
      if (!start) return row;
      return startCampaign(db, row.id, devices, approval, { by: given.by, now: now() });
    });
    await this.changed(id);
    return id;
  }

  /** Says what a campaign would be. */
  async dryRun(options: DryRunOptions): Promise<DryRun & { needsApproval: boolean }> {
    const { now, approval } = this.#by;
    const { store } = this.#by.requests;
    const found = await dryRunCampaign(store, options, now());
    return { ...found, needsApproval: found.devices > (approval.above ?? Number.POSITIVE_INFINITY) };
  }

  /** Starts a draft. */
  async start(id: number, by: Caller): Promise<void> {
    const { now, approval } = this.#by;
    const { store } = this.#by.requests;
    const { target } = await findCampaign(store.reader, id);
    const devices = await countDevicesFor(store, JSON.parse(target) as KeptTarget, true, now());
    await store.transaction((db) => startCampaign(db, id, devices, approval, { by, now: now() }));
    await this.changed(id);
  }

  /** Tries again on devices on which a campaign came to nothing. @returns the id of the campaign that does */
  async rerun(of: CampaignRow, given: Pick<NewCampaign, 'name' | 'target' | 'by'>): Promise<number> {
    const { now, approval } = this.#by;
    const { store } = this.#by.requests;
    const devices = await countDevicesFor(store, given.target, false, now());
    const { id } = await store.transaction(async (db) => {
      const row = await createRerun(db, of, given, now());
      return startCampaign(db, row.id, devices, approval, { by: given.by, now: now() });
    });
    await this.changed(id);
    return id;
  }

  /** Lets what was done to a campaign count at once in this process: one whose time has come begins. */
  async changed(id: number): Promise<void> {
    await this.#by.requests.after(() => this.#take(id));
  }

  async #take(id: number): Promise<void> {
    const { store, now, onChange } = this.#by;
    const row = await findCampaign(store.reader, id);
    const at = now();
    const isDue = (row.start_at ?? at) <= at && at < (row.end_by ?? Number.POSITIVE_INFINITY);
    if (row.state === 'scheduled' && isDue) await this.runner.begin(row);
    await this.book.refresh();
    this.runner.wake();
    onChange();
  }
}
