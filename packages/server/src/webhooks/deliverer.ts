/** Posts what webhooks are to be told. Several processes on one database share the work. */
import {
  hostGuard,
  keyOf,
  openPoster,
  type Posted,
  type Poster,
  reasonOf,
  webhookHeaders,
} from '@grove/push';
import type { Expression, ExpressionBuilder, Selectable, SqlBool } from 'kysely';
import { openCase } from '../care/index.ts';
import { recordEvent } from '../events/index.ts';
import { Rounds } from '../rounds/index.ts';
import {
  type Database,
  isDeliveryPending,
  type Queries,
  type Store,
  type WebhookTable,
} from '../store/index.ts';
import { isFarBehind } from './delivery.ts';
import { FARTHEST, MOST_WAITING, PATIENCE, pauseAfter } from './schedule.ts';
import type { WebhookPolicy } from './webhook.ts';

export interface DelivererOptions {
  readonly store: Store;
  readonly open: (sealed: string) => string;
  readonly policy: WebhookPolicy;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told of a failure that is Grove's own; the next round tries again. */
  readonly onError: (error: unknown) => void;
  /** Milliseconds that an address has to answer. */
  readonly timeout?: number | undefined;
}

/** Milliseconds that an address has to answer. */
const TIMEOUT = 15_000;
/** For so much longer than an attempt may take a process has to itself what it has claimed. */
const MARGIN = 5_000;
/** Requests at the same time, to one address and in all. */
const EACH = 4;
const IN_ALL = 32;
/** Bytes of an answer that are read, and characters that are kept. */
const LARGEST = 4_096;
const EXCERPT = 500;
/** Headers that only the message itself says. */
const TYPE = { 'content-type': 'application/json', 'user-agent': 'Grove' };

type Endpoint = Selectable<WebhookTable>;
type Row = ExpressionBuilder<Database, 'webhook_deliveries'>;
type Due = { id: number; message_id: string; body: string; attempts: number };

/** What an attempt came to. */
interface Result {
  readonly status: number | null;
  readonly text: string;
  /** Milliseconds. */
  readonly took: number;
  /** What the address has asked for by Retry-After. */
  readonly pause: number;
}

/** The worker that posts messages. */
export class Deliverer {
  readonly #by: DelivererOptions;
  readonly #poster: Poster;
  readonly #timeout: number;
  readonly #rounds: Rounds;
  /** Requests under way, by webhook. */
  readonly #busy = new Map<number, number>();
  readonly #under = new Set<Promise<void>>();

  constructor(options: DelivererOptions) {
    this.#by = options;
    this.#rounds = new Rounds({ round: () => this.#begin(), onError: options.onError });
    this.#timeout = options.timeout ?? TIMEOUT;
    this.#poster = openPoster({
      connections: EACH,
      keepAlive: false,
      timeout: this.#timeout,
      largest: LARGEST,
      cut: true,
      mayReach: hostGuard(options.policy.networks),
    });
  }

  /** Looks for what is due now, when it is woken, when a request is over, and each time so many milliseconds have passed. */
  start(interval: number): void {
    this.#rounds.start(interval);
  }

  /** Told that something may be due. */
  wake(): void {
    this.#rounds.wake();
  }

  /** Begins no more, and breaks off what is under way: it is begun anew by the next process. */
  async stop(): Promise<void> {
    await this.#rounds.stop();
    await Promise.all(this.#under);
    this.#poster.close();
  }

  /** Everything that is due now, to its end. */
  async round(): Promise<void> {
    for (;;) {
      await this.#begin();
      if (this.#under.size === 0) return;
      await Promise.all(this.#under);
    }
  }

  /** Begins what is due, as far as there is room. */
  async #begin(): Promise<void> {
    const { store } = this.#by;
    const endpoints = await store.reader
      .selectFrom('webhooks')
      .selectAll()
      .where('state', '=', 'enabled')
      .execute();
    for (const endpoint of endpoints) {
      const room = Math.min(EACH - (this.#busy.get(endpoint.id) ?? 0), IN_ALL - this.#under.size);
      if (room <= 0 || this.#rounds.signal.aborted) continue;
      for (const due of await this.#claim(endpoint.id, room)) this.#deliver(endpoint, due);
    }
  }

  async #claim(webhookId: number, limit: number): Promise<Due[]> {
    const { store } = this.#by;
    const now = this.#by.now();
    const far = now + FARTHEST;
    const idsOf = async (isDue: (row: Row) => Expression<SqlBool>) => {
      const rows = await store.reader
        .selectFrom('webhook_deliveries')
        .select('id')
        .where('webhook_id', '=', webhookId)
        .where(isDeliveryPending)
        .where(isDue)
        .orderBy('next_at')
        .limit(limit)
        .execute();
      return rows.map(({ id }) => id);
    };
    const due = await idsOf((row) => row('next_at', '<=', now));
    const ids = due.length > 0 ? due : await idsOf((row) => row('next_at', '>', far));
    if (ids.length === 0) return [];
    // Another process may be at the same ones: whoever changes the row first has it.
    return store.transaction((db) =>
      db
        .updateTable('webhook_deliveries')
        .set({ next_at: now + this.#timeout + MARGIN })
        .where('id', 'in', ids)
        .where(isDeliveryPending)
        .where((row) => row.or([row('next_at', '<=', now), row('next_at', '>', far)]))
        .returning(['id', 'message_id', 'body', 'attempts'])
        .execute(),
    );
  }

  #deliver(endpoint: Endpoint, due: Due): void {
    this.#busy.set(endpoint.id, (this.#busy.get(endpoint.id) ?? 0) + 1);
    const work = this.#post(endpoint, due)
      .then((result) => (result === undefined ? undefined : this.#record(endpoint.id, due, result)))
      .catch(this.#by.onError)
      .then(() => {
        const left = (this.#busy.get(endpoint.id) ?? 1) - 1;
        if (left === 0) this.#busy.delete(endpoint.id);
        else this.#busy.set(endpoint.id, left);
        this.#under.delete(work);
        this.wake();
      });
    this.#under.add(work);
  }

  /** @returns undefined where it was broken off */
  async #post(endpoint: Endpoint, { message_id, body: text }: Due): Promise<Result | undefined> {
    const now = this.#by.now();
    const began = performance.now();
    const body = Buffer.from(text);
    const { signal } = this.#rounds;
    const took = () => Math.round(performance.now() - began);
    try {
      const keys = this.#secretsOf(endpoint, now).map(keyOf);
      const headers = {
        ...TYPE,
        'content-length': String(body.length),
        ...webhookHeaders(message_id, Math.floor(now / 1000), body, keys),
      };
      const posted = await this.#poster.post(new URL(endpoint.url), headers, body, signal);
      return { status: posted.status, text: excerptOf(posted), took: took(), pause: pauseOf(posted) };
    } catch (error) {
      if (signal.aborted) return undefined;
      return { status: null, text: reasonOf(error).slice(0, EXCERPT), took: took(), pause: 0 };
    }
  }

  #secretsOf({ secret, old_secret, old_until }: Endpoint, now: number): string[] {
    const isOld = old_secret !== null && old_until !== null && old_until > now;
    return [secret, ...(isOld ? [old_secret] : [])].map(this.#by.open);
  }

  async #record(webhookId: number, { id, attempts }: Due, result: Result): Promise<void> {
    const now = this.#by.now();
    const n = attempts + 1;
    const { status, text, took, pause } = result;
    const isDelivered = status !== null && status >= 200 && status < 300;
    const again = isDelivered ? undefined : pauseAfter(n, Math.random(), pause);
    await this.#by.store.transaction(async (db) => {
      const changed = await db
        .updateTable('webhook_deliveries')
        .set(
          again === undefined
            ? { state: isDelivered ? 'delivered' : 'failed', attempts: n, finished_at: now }
            : { attempts: n, next_at: now + again },
        )
        .where('id', '=', id)
        .where('attempts', '=', attempts)
        .returning('id')
        .executeTakeFirst();
      // It is gone, or somebody who took this process for dead has delivered it, too.
      if (changed === undefined) return;
      await db
        .insertInto('webhook_attempts')
        .values({ delivery_id: id, n, at: now, took, status, text })
        .execute();
      if (isDelivered) await succeed(db, webhookId);
      else await fail(db, webhookId, result, now);
    });
  }
}

async function succeed(db: Queries, id: number): Promise<void> {
  await db
    .updateTable('webhooks')
    .set({ failing_since: null })
    .where('id', '=', id)
    .where('failing_since', 'is not', null)
    .execute();
}

/** Disables a webhook that has failed for too long, or says that it is gone. */
async function fail(db: Queries, id: number, { status, text }: Result, now: number): Promise<void> {
  const row = await db
    .updateTable('webhooks')
    .set(({ fn, ref }) => ({ failing_since: fn.coalesce(ref('failing_since'), (eb) => eb.val(now)) }))
    .where('id', '=', id)
    .where('state', '=', 'enabled')
    .returning(['url', 'failing_since'])
    .executeTakeFirst();
  if (row === undefined) return;
  const last = status === null ? text : `HTTP ${status}`;
  const reason =
    status === 410
      ? 'it has answered 410 Gone'
      : now - (row.failing_since ?? now) > PATIENCE
        ? `it has taken nothing for five days (${last})`
        : (await isFarBehind(db, id, MOST_WAITING))
          ? `more than ${MOST_WAITING} messages wait for it (${last})`
          : undefined;
  if (reason === undefined) return;
  await db
    .updateTable('webhooks')
    .set({ state: 'disabled', reason, updated_at: now })
    .where('id', '=', id)
    .execute();
  const said = `Webhook ${id} (${new URL(row.url).host}) was disabled: ${reason}.`;
  await recordEvent(db, { type: 'webhook.disabled', at: now, text: said, data: { webhook: id, reason } });
  await openCase(db, {
    kind: 'webhook',
    outcome: 'webhook-disabled',
    text: said,
    at: now,
    about: `webhook ${id}`,
  });
}

function excerptOf({ body }: Posted): string {
  // A NUL is not for a text of PostgreSQL.
  return new TextDecoder().decode(body).replaceAll('\0', '\ufffd').slice(0, EXCERPT).toWellFormed();
}

/** Retry-After in seconds, in milliseconds (RFC 9110 §10.2.3). */
function pauseOf({ headers }: Posted): number {
  const text = headers['retry-after'];
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) * 1000 : 0;
}
