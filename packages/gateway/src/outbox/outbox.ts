import type { Engine, Params } from '@grove/store';
import { sql } from 'kysely';
import type { Logger } from 'pino';
import type { Membership } from '../membership/index.ts';
import {
  bounded,
  note,
  type Pauses,
  pauseAfter,
  type Rules,
  stayAlive,
  TakenForDead,
} from '../queue/index.ts';
import { isBeingPosted, isWaiting, type Queries, type Store, statement } from '../store/index.ts';

/** A result notification as it is posted. */
export interface Notification {
  readonly id: number;
  readonly deliveryId: number;
  readonly client: string;
  readonly url: string;
  /** JSON. */
  readonly message: string;
  readonly version: string;
  readonly attempts: number;
  readonly createdAt: number;
}

/** What came of a post. */
export type PostOutcome =
  | { readonly isDone: true; readonly text: string }
  /** `isUnreachable` where its other notifications would fare no better. */
  | { readonly isDone: false; readonly isUnreachable: boolean; readonly text: string };

/** Posts a notification. Never rejects. */
export type Poster = (
  notification: Pick<Notification, 'client' | 'url' | 'message' | 'version'>,
  closing: AbortSignal,
) => Promise<PostOutcome>;

export interface OutboxOptions {
  readonly store: Store;
  readonly membership: Membership;
  readonly post: Poster;
  /** Posts at the same time. */
  readonly window: number;
  readonly backoff: Pauses;
  /** Milliseconds after which an initiator is not told any more that could not be. */
  readonly lifetime: number;
  readonly poll: number;
  readonly random: Rules['random'];
  readonly now: () => number;
  readonly log: Logger;
}

const claimOn = (engine: Engine) =>
  statement((q, p: Params<{ now: number; limit: number; owner: string; claim: number }>) =>
    q
      .updateTable('push_notifications')
      .set({ state: 'sending', owner: p('owner'), claim: p('claim') })
      .where(isWaiting)
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('push_notifications')
          .select('id')
          .where(isWaiting)
          .where('due_at', '<=', p('now'))
          .orderBy('due_at')
          .orderBy('id')
          .limit(p('limit'))
          .$if(engine === 'postgres', (query) => query.forUpdate().skipLocked()),
      ),
  );

const CLAIM = { sqlite: claimOn('sqlite'), postgres: claimOn('postgres') };

const claimed = statement((q, p: Params<{ owner: string; claim: number }>) =>
  q
    .selectFrom('push_notifications')
    .select([
      'id',
      'delivery_id as deliveryId',
      'client',
      'url',
      'message',
      'version',
      'attempts',
      'created_at as createdAt',
    ])
    .where(isBeingPosted)
    .where('owner', '=', p('owner'))
    .where('claim', '=', p('claim'))
    .orderBy('id'),
);

type SettledParams = {
  id: number;
  owner: string;
  state: 'waiting' | 'sent' | 'failed';
  attempts: number;
  dueAt: number;
  text: string | null;
};

const settle = statement((q, p: Params<SettledParams>) =>
  q
    .updateTable('push_notifications')
    .set({
      state: p('state'),
      attempts: p('attempts'),
      due_at: p('dueAt'),
      // One that was left alone keeps what was said of it before.
      text: sql<string | null>`coalesce(${p('text')}, text)`,
      owner: null,
      claim: null,
    })
    .where('id', '=', p('id'))
    .where('state', '=', 'sending')
    .where('owner', '=', p('owner')),
);

/**
 * Posts result notifications until initiators have them. An initiator that cannot be reached is left alone for a while,
 * with all that waits for it, so that it does not keep others waiting.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #posting = new Set<Promise<void>>();
  /** Origins that could not be reached: how often in a row, and until when they are left alone. */
  readonly #unreachable = new Map<string, { failures: number; until: number }>();
  readonly #closing = new AbortController();
  #mayHave = false;
  #claiming: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** There may be something to post. */
  wake(): void {
    this.#mayHave = true;
    this.#run();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#timer);
    await this.#claiming;
    await Promise.all(this.#posting);
  }

  #run(): void {
    if (this.#closing.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), this.#options.poll).unref();
    const room = this.#options.window - this.#posting.size;
    if (!this.#mayHave || this.#claiming !== undefined || room === 0) return;
    this.#mayHave = false;
    this.#claiming = this.#claim(room).finally(() => {
      this.#claiming = undefined;
      this.#run();
    });
  }

  async #claim(room: number): Promise<void> {
    const { store, membership, now, log } = this.#options;
    const { owner, claim, until } = membership.claim();
    try {
      const notifications = await store.transaction(async (db) => {
        const taken = await CLAIM[store.engine].run(db, { now: now(), limit: room, owner, claim });
        if (taken === 0) return [];
        if (!(await stayAlive(db, owner, until))) throw new TakenForDead();
        return claimed.all(db, { owner, claim });
      });
      this.#mayHave ||= notifications.length === room;
      for (const notification of notifications) {
        const work = this.#post(notification, owner).finally(() => {
          this.#posting.delete(work);
          this.#run();
        });
        this.#posting.add(work);
      }
    } catch (error) {
      await membership.rejoin(error).catch(() => {});
      log.error({ err: error }, 'the result notifications cannot be read');
    }
  }

  async #post(notification: Notification, owner: string): Promise<void> {
    const { store, post, backoff, lifetime, random, now, log } = this.#options;
    const { id, deliveryId, url, createdAt } = notification;
    const { origin } = new URL(url);
    const known = this.#unreachable.get(origin);
    const isLeftAlone = known !== undefined && known.until > now();
    const outcome = isLeftAlone ? undefined : await post(notification, this.#closing.signal);
    const at = now();
    if (outcome !== undefined) this.#remember(origin, outcome, at);
    const attempts = notification.attempts + (outcome === undefined ? 0 : 1);
    const until = this.#unreachable.get(origin)?.until ?? 0;
    const dueAt = Math.max(until, outcome === undefined ? 0 : at + pauseAfter(attempts, backoff, random));
    const isOver = dueAt > createdAt + lifetime;
    const state = outcome?.isDone ? 'sent' : isOver ? 'failed' : 'waiting';
    const text = outcome === undefined ? null : bounded(outcome.text);
    const keep = async (db: Queries) => {
      const settled = { id, owner, state, attempts, dueAt, text } as const;
      if ((await settle.run(db, settled)) === 0) return;
      if (state === 'sent') {
        await note(db, deliveryId, at, { kind: 'notified', bearer: null, text: text ?? '' });
      } else if (state === 'failed') {
        const why = text ?? 'the initiator could not be reached';
        await note(db, deliveryId, at, { kind: 'notification-failed', bearer: null, text: why });
      }
    };
    // Where this fails the notification stays claimed, and is posted again once the process is gone; better twice than never.
    await store
      .transaction(keep)
      .catch(() => store.transaction(keep))
      .catch((error: unknown) =>
        log.error({ err: error }, 'what came of a result notification was not stored'),
      );
  }

  #remember(origin: string, outcome: PostOutcome, now: number): void {
    if (outcome.isDone || !outcome.isUnreachable) {
      this.#unreachable.delete(origin);
      return;
    }
    const failures = (this.#unreachable.get(origin)?.failures ?? 0) + 1;
    const until = now + pauseAfter(failures, this.#options.backoff, this.#options.random);
    this.#unreachable.delete(origin);
    this.#unreachable.set(origin, { failures, until });
    // Initiators name the origins: only those that failed last are remembered.
    const [oldest] = this.#unreachable.keys();
    if (this.#unreachable.size > MOST_ORIGINS && oldest !== undefined) this.#unreachable.delete(oldest);
  }
}

const MOST_ORIGINS = 1_000;
