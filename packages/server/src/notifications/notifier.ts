/** Asks the gateway to push what is due. Several processes on one database share the work. */
import { EncodeError } from '@grove/protocol';
import { Rounds } from '../rounds/index.ts';
import type { Keyring } from '../secrets/index.ts';
import type { Queries, Store } from '../store/index.ts';
import { type Callers, notifyingCampaigns, notifyNext, withdrawNext } from './campaigns.ts';
import type { PushGateway, Submitted } from './gateway.ts';
import type { Attempt, Happening } from './life.ts';
import { makePackage0, type Package0 } from './package0.ts';
import { isAnyDue, type Job, prepareDue } from './prepare.ts';
import { findStored, happen, runUnit } from './rows.ts';
import { pushIdOf, type Stored } from './stored.ts';
import type { NotificationPolicy } from './wish.ts';

export interface NotifierOptions {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly gateway: PushGateway;
  readonly policy: NotificationPolicy;
  /** Of campaigns. */
  readonly callers: Callers;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array;
  /** Told of a failure that is Grove's own; the next round tries again. */
  readonly onError: (error: unknown) => void;
  /** Told why the gateway takes nothing for now, and with undefined once it does again. */
  readonly onTrouble: (trouble: string | undefined) => void;
}

/** For so long a process has what it claims to itself. A submission takes less. */
const LEASE = 60_000;
/** Batches under way at the same time, notifications that each claims, and pushes that each submits at the same time. */
const LANES = 4;
const BATCH = 100;
const CONCURRENCY = 16;
/** Milliseconds after which a gateway is asked again that could not take a push; each time twice as many, up to the most. */
const PAUSE = { first: 1000, most: 5 * 60_000 };

/** The worker that asks devices to call. */
export class Notifier {
  readonly #by: NotifierOptions;
  readonly #rounds: Rounds;
  /** Failures of the gateway since it last took a push, and until when it is left alone. */
  #failures = 0;
  #pausedUntil = 0;
  /** Whether it was told that the gateway takes nothing. */
  #isTroubled = false;
  #walking: Promise<boolean> | undefined;

  constructor(options: NotifierOptions) {
    this.#by = options;
    this.#rounds = new Rounds({ round: () => this.round(), onError: options.onError });
  }

  /** Does a round now, one whenever it is woken, and one each time that so many milliseconds have passed. */
  start(interval: number): void {
    this.#rounds.start(interval);
  }

  /** Told that something may be due. */
  wake(): void {
    this.#rounds.wake();
  }

  /** Does no more rounds, and breaks off the one that is being done: what it has begun is begun anew by the next process. */
  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Everything that is due now. */
  async round(): Promise<void> {
    // While one waits for the disk or the gateway, another goes on; their commits are shared.
    await Promise.all(Array.from({ length: LANES }, () => this.#lane()));
  }

  async #lane(): Promise<void> {
    while (!this.#rounds.signal.aborted && this.#by.now() >= this.#pausedUntil) {
      // More are made only when there is nothing else to send, so that no more wait than some batches.
      if (!(await this.#sendDue()) && !(await this.#walkOnce())) return;
    }
  }

  /** A batch of what is due. @returns whether there was any */
  async #sendDue(): Promise<boolean> {
    const { store, policy } = this.#by;
    const now = this.#by.now();
    if (!(await isAnyDue(store.reader, now))) return false;
    const claim = { engine: store.engine, now, lease: now + LEASE, limit: BATCH };
    const { jobs, claimed } = await runUnit(store, (db) => prepareDue(db, policy, claim));
    await this.#doAll(jobs);
    return claimed > 0;
  }

  /** One walk at a time, on whose outcome all wait. */
  #walkOnce(): Promise<boolean> {
    this.#walking ??= this.#walk().finally(() => {
      this.#walking = undefined;
    });
    return this.#walking;
  }

  /** The next batch of the campaigns that want their devices to call. @returns whether there may be more */
  async #walk(): Promise<boolean> {
    const { store } = this.#by;
    let more = false;
    for (const campaign of await notifyingCampaigns(store.reader)) {
      const step = campaign.isRunning
        ? (db: Queries) => notifyNext(db, campaign, this.#by, this.#by.now())
        : (db: Queries) => withdrawNext(db, campaign, this.#by.now());
      more = (await runUnit(store, step)) || more;
    }
    return more;
  }

  async #doAll(jobs: readonly Job[]): Promise<void> {
    const left = jobs.values();
    // The gateway is not kept waiting for the disk: what it has answered is stored together with what others have brought.
    const records: Promise<void>[] = [];
    const worker = async () => {
      for (const job of left) {
        const happenings = await this.#do(job);
        records.push(this.#record(job.stored, happenings).catch(this.#by.onError));
      }
    };
    await Promise.all(Array.from({ length: Math.min(CONCURRENCY, jobs.length) }, worker));
    await Promise.all(records);
  }

  /** Asks the gateway. @returns what is to be stored of it */
  async #do(job: Job): Promise<readonly Happening[]> {
    const { signal } = this.#rounds;
    try {
      if (!signal.aborted)
        return job.kind === 'submit'
          ? [...(await this.#askFor(job, signal)), await this.#submit(job, signal)]
          : [await this.#withdraw(job, signal)];
    } catch (error) {
      // The lease sees to it that it is tried again, only not at once.
      if (!signal.aborted) {
        this.#by.onError(error);
        return [];
      }
    }
    // What is broken off is begun anew by the next process, under the same name.
    return [{ kind: 'postponed', until: this.#by.now() }];
  }

  /** What became of the push before, of which nothing was reported: some gateways never do. */
  async #askFor({ stored, attempt }: Job & { kind: 'submit' }, signal: AbortSignal): Promise<Happening[]> {
    const before = stored.attempts[attempt.n - 2];
    if (before?.state !== 'submitted' || attempt.tries > 0) return [];
    const reported = await this.#by.gateway.status(pushIdOf(stored, before.n), signal);
    return reported === undefined ? [] : [{ ...reported, n: before.n }];
  }

  async #withdraw({ stored, attempts }: Job & { kind: 'withdraw' }, signal: AbortSignal): Promise<Happening> {
    const answers = new Map<number, string>();
    for (const { n } of attempts) {
      const answer = await this.#by.gateway.withdraw(pushIdOf(stored, n), signal);
      if (answer.kind === 'unavailable') return { kind: 'postponed', until: this.#pause(0, answer.text) };
      answers.set(n, answer.text);
    }
    this.#answered();
    return { kind: 'withdrawn', answers };
  }

  async #submit(job: Job & { kind: 'submit' }, signal: AbortSignal): Promise<Happening> {
    const { stored, attempt, content } = job;
    const { n, address, bearer } = attempt;
    const package0 = this.#package(job);
    if (typeof package0 === 'string') return { kind: 'failed', text: package0 };
    const push = {
      pushId: pushIdOf(stored, n),
      address,
      bearer,
      contentType: package0.contentType,
      body: package0.bytes,
      deliverBefore: stored.expiresAt,
      priority: content.wish.priority,
    };
    const answer = await this.#by.gateway.submit(push, signal);
    return this.#happened(answer, attempt, content.wish.callWithin);
  }

  #happened({ kind, text }: Submitted, { n, tries }: Attempt, callWithin: number): Happening {
    switch (kind) {
      case 'accepted':
        this.#answered();
        return { kind: 'submitted', n, text, next: this.#by.now() + callWithin };
      case 'refused':
        this.#answered();
        return { kind: 'undeliverable', n, text };
      case 'unavailable':
        return { kind: 'unavailable', n, text, again: this.#pause(tries, text) };
    }
  }

  #answered(): void {
    this.#failures = 0;
    // What was under way when others failed says nothing yet.
    if (!this.#isTroubled || this.#by.now() < this.#pausedUntil) return;
    this.#isTroubled = false;
    this.#by.onTrouble(undefined);
  }

  /**
   * Leaves the gateway alone for a while.
   *
   * @param tries how often it was asked in vain for the same thing
   * @param trouble why it takes nothing
   * @returns when it may be asked again for that
   */
  #pause(tries: number, trouble: string): number {
    const now = this.#by.now();
    const after = (times: number) => Math.min(PAUSE.first * 2 ** Math.min(times, 30), PAUSE.most);
    // Those that were under way when it failed count as one failure.
    if (!this.#isTroubled) this.#by.onTrouble(trouble);
    this.#isTroubled = true;
    if (now >= this.#pausedUntil) this.#pausedUntil = now + after(this.#failures++);
    return Math.max(this.#pausedUntil, now + after(tries));
  }

  /** The notification as it travels, or why there is none. */
  #package({ stored, attempt, content }: Job & { kind: 'submit' }): Package0 | string {
    const { wish, serverID, secret, nonce, reason } = content;
    const prover = { serverID, password: this.#by.keyring.open(secret), nonce };
    try {
      return makePackage0(wish, stored.sessionID, reason, prover, attempt.resync);
    } catch (error) {
      if (error instanceof EncodeError) return `it cannot be written: ${error.message}`;
      throw error;
    }
  }

  async #record({ id }: Stored, happenings: readonly Happening[]): Promise<void> {
    const now = this.#by.now();
    await runUnit(this.#by.store, async (db) => {
      let latest = await findStored(db, id);
      for (const happening of happenings)
        if (latest !== undefined) latest = await happen(db, latest, happening, now);
    });
  }
}
