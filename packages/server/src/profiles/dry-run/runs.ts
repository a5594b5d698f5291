import { Conflict, NotFound } from '@grove/api';
import type { Selectable } from 'kysely';
import { ExpressionError } from '../../expressions/index.ts';
import type { ProfileRunState, ProfileRunTable, Queries, Store } from '../../store/index.ts';
import { countTarget, prepareTarget, type Target } from '../../targets/index.ts';
import type { Closure, Given, ProfileVersion } from '../render/index.ts';
import { dryRun } from './run.ts';
import type { DryRunResult } from './tally.ts';

/** What is asked of a dry run. */
export interface RunRequest {
  readonly target: Target;
  /** Values that the work would give to variables. */
  readonly values: Given;
}

/** A dry run. Times are milliseconds since the epoch. */
export interface ProfileRun {
  id: number;
  profile: string;
  version: number;
  target: Target;
  state: ProfileRunState;
  /** Why it failed. */
  reason: string | null;
  /** Devices that were looked at, and how many there were when it began. */
  done: number;
  total: number;
  /** What was found, so far or in all; null until something was. */
  result: DryRunResult | null;
  createdAt: number;
}

/** Dry runs that one process works on at a time. */
const AT_ONCE = 2;
/** Dry runs that are kept of one profile. */
const KEPT = 20;
/** Milliseconds between two notes of how far one is. */
const NOTED = 1_000;
/** Milliseconds after which one of which nothing was noted has been left by its process. */
const LEFT = 60_000;

const LEFT_REASON = 'the server that worked on it has stopped; start another one';

/** Works on dry runs, of which rows tell how far they are; any process may read these. */
export class DryRuns {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #closing: AbortSignal;
  /** Those that run, and those of which the row is being written. */
  readonly #begun = new Set<{ readonly of: string; readonly id: Promise<number> }>();
  readonly #running = new Map<number, { readonly end: AbortController; readonly done: Promise<void> }>();

  /** @param closing ends them all */
  constructor(store: Store, now: () => number, closing: AbortSignal) {
    this.#store = store;
    this.#now = now;
    this.#closing = closing;
  }

  /** Whether none can begin at present. */
  get isBusy(): boolean {
    return this.#begun.size >= AT_ONCE;
  }

  /** The id of a dry run of the same that this process works on. */
  async underWay(closure: Closure, request: RunRequest): Promise<number | undefined> {
    const of = nameOf(closure, request);
    return [...this.#begun].find((each) => each.of === of)?.id;
  }

  /**
   * Begins a dry run.
   *
   * @throws {Conflict} while others run
   */
  async start(closure: Closure, request: RunRequest): Promise<ProfileRun> {
    if (this.isBusy)
      throw new Conflict(`${AT_ONCE} dry runs are under way; wait until one has ended, or cancel one`);
    const profile = closure.at(-1);
    if (profile === undefined) throw new Error('a closure has the profile itself at least');
    const begun = { of: nameOf(closure, request), id: this.#insert(profile, request) };
    this.#begun.add(begun);
    const id = await begun.id.catch((error: unknown) => {
      this.#begun.delete(begun);
      throw error;
    });
    const end = new AbortController();
    const done = this.#work(id, closure, request, AbortSignal.any([end.signal, this.#closing])).finally(
      () => {
        this.#begun.delete(begun);
        this.#running.delete(id);
      },
    );
    this.#running.set(id, { end, done });
    return this.show(id);
  }

  async #insert(profile: ProfileVersion, request: RunRequest): Promise<number> {
    const now = this.#now();
    return this.#store.transaction(async (db) => {
      await trim(db, profile.name);
      const row = await db
        .insertInto('profile_runs')
        .values({
          profile: profile.name,
          version: profile.version,
          request: JSON.stringify(request),
          state: 'running',
          reason: null,
          done: 0,
          total: 0,
          result: null,
          created_at: now,
          touched_at: now,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      return row.id;
    });
  }

  async #work(
    id: number,
    closure: Closure,
    { target, values }: RunRequest,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const now = this.#now();
      const prepared = await prepareTarget(this.#store.reader, target);
      const total = await countTarget(this.#store, prepared, { now, signal });
      await this.#note(id, { total });
      let noted = performance.now();
      const result = await dryRun(this.#store, closure, prepared, values, {
        now,
        signal,
        progress: async (done, found) => {
          if (performance.now() - noted < NOTED) return;
          noted = performance.now();
          await this.#note(id, { done, total: Math.max(total, done), result: JSON.stringify(found()) });
        },
      });
      const { devices } = result;
      await this.#note(id, {
        state: 'finished',
        done: devices,
        total: devices,
        result: JSON.stringify(result),
      });
    } catch (error) {
      if (this.#closing.aborted) return;
      const isTold = error instanceof Conflict || error instanceof ExpressionError;
      const reason = isTold ? error.message : 'it failed inside the server';
      await this.#note(id, signal.aborted ? { state: 'cancelled' } : { state: 'failed', reason });
      if (!signal.aborted && !isTold && error instanceof Error) process.emitWarning(error);
    }
  }

  async #note(id: number, said: Partial<Omit<Selectable<ProfileRunTable>, 'id'>>): Promise<void> {
    const touched = this.#now();
    await this.#store.transaction((db) =>
      db
        .updateTable('profile_runs')
        .set({ ...said, touched_at: touched })
        .where('id', '=', id)
        .where('state', '=', 'running')
        .execute(),
    );
  }

  /** @throws {NotFound} */
  async show(id: number): Promise<ProfileRun> {
    const row = await this.#store.reader
      .selectFrom('profile_runs')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    if (row === undefined) throw new NotFound('dry run', id);
    const isLeft = row.state === 'running' && !this.#running.has(id) && row.touched_at < this.#now() - LEFT;
    return {
      id,
      profile: row.profile,
      version: row.version,
      target: (JSON.parse(row.request) as RunRequest).target,
      state: isLeft ? 'failed' : row.state,
      reason: isLeft ? LEFT_REASON : row.reason,
      done: row.done,
      total: row.total,
      result: row.result === null ? null : (JSON.parse(row.result) as DryRunResult),
      createdAt: row.created_at,
    };
  }

  /** Waits until a dry run has ended, where this process works on it. */
  async ended(id: number, signal: AbortSignal): Promise<void> {
    const running = this.#running.get(id);
    if (running === undefined) return;
    await Promise.race([
      running.done,
      new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener('abort', () => resolve(), { once: true });
      }),
    ]);
  }

  /** @throws {NotFound} */
  async cancel(id: number): Promise<ProfileRun> {
    await this.show(id);
    this.#running.get(id)?.end.abort();
    await this.#note(id, { state: 'cancelled' });
    return this.show(id);
  }
}

/** What a dry run is of: two that have the same come to the same. */
function nameOf(closure: Closure, { target, values }: RunRequest): string {
  return JSON.stringify([closure.map(({ name, version }) => [name, version]), target, values]);
}

/** Deletes all but the last ones of a profile. */
async function trim(db: Queries, profile: string): Promise<void> {
  const rows = await db
    .selectFrom('profile_runs')
    .select('id')
    .where('profile', '=', profile)
    .orderBy('id', 'desc')
    .offset(KEPT - 1)
    .limit(KEPT)
    .execute();
  const ids = rows.map(({ id }) => id);
  if (ids.length > 0)
    await db.deleteFrom('profile_runs').where('id', 'in', ids).where('state', '<>', 'running').execute();
}
