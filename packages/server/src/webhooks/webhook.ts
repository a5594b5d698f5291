import { Conflict, InvalidInput, idAfter, NotFound, type Page, type PageRequest, pageOf } from '@grove/api';
import { encodeBase64 } from '@grove/protocol';
import { hostGuard, keyOf } from '@grove/push';
import type { Selectable } from 'kysely';
import { newestEvent, typesOf } from '../events/index.ts';
import type { Queries, WebhookTable } from '../store/index.ts';

/** An address that is told of events. Times are milliseconds since the epoch. */
export interface Webhook {
  id: number;
  url: string;
  description: string;
  /** Names of types of events, or what they begin with; null = all. */
  types: string[] | null;
  state: 'enabled' | 'disabled';
  /** Why it is disabled. */
  reason: string | null;
  /** Since when nothing has been delivered, although it was tried. */
  failingSince: number | null;
  /** Until when the secret before signs, too. */
  oldSecretUntil: number | null;
  createdAt: number;
  updatedAt: number;
}

/** What somebody says of a webhook. */
export interface WebhookInput {
  readonly url: string;
  readonly description?: string | undefined;
  readonly types?: readonly string[] | null | undefined;
}

/** What webhooks are made with. */
export interface WebhookMeans {
  readonly seal: (secret: string) => string;
  readonly random: (bytes: number) => Uint8Array;
  readonly policy: WebhookPolicy;
}

/** How addresses are told of events. */
export interface WebhookPolicy {
  /** Networks that may be posted to although they are not in the Internet, `10.20.0.0/16`. */
  readonly networks: readonly string[];
}

export const DEFAULT_WEBHOOK_POLICY: WebhookPolicy = { networks: [] };

/** Webhooks of one server. */
export const MOST_WEBHOOKS = 100;
const SECRET_BYTES = 32;

function webhookOf(row: Selectable<WebhookTable>): Webhook {
  return {
    id: row.id,
    url: row.url,
    description: row.description,
    types: row.types === null ? null : (JSON.parse(row.types) as string[]),
    state: row.state,
    reason: row.reason,
    failingSince: row.failing_since,
    oldSecretUntil: row.old_until,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** @throws {InvalidInput} when it is no address that could be posted to, or its types are none */
function check({ url, types }: Partial<WebhookInput>, { policy }: WebhookMeans): void {
  if (url !== undefined) {
    const read = URL.parse(url);
    const isHttp = read !== null && /^https?:$/.test(read.protocol);
    if (!isHttp || read.username !== '' || read.password !== '' || read.hash !== '') {
      const expected = 'an address such as https://crm.example.com/grove, without a user, a password or #';
      throw new InvalidInput([{ field: 'url', value: url, expected }]);
    }
    // Only what is plain by now; names are judged each time they are connected to.
    const host = read.hostname.replace(/^\[|\]$/g, '');
    if (/^[\d.]+$|:/.test(host) && !hostGuard(policy.networks)(host)) {
      const expected =
        'an address in the Internet, or in a network that the server was allowed (--webhook-networks)';
      throw new InvalidInput([{ field: 'url', value: url, expected }]);
    }
  }
  for (const [index, name] of (types ?? []).entries()) {
    try {
      typesOf(name);
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      const problems = error.problems.map((problem) => ({ ...problem, field: `types/${index}` }));
      throw new InvalidInput(problems, { cause: error });
    }
  }
}

function newSecret(random: WebhookMeans['random']): string {
  return `whsec_${encodeBase64(random(SECRET_BYTES))}`;
}

/**
 * Has an address be told of events from now on.
 *
 * @param given a secret that it knows already
 * @returns with the secret, which is shown this once
 * @throws {InvalidInput}
 * @throws {Conflict} when there are {@link MOST_WEBHOOKS}
 */
export async function createWebhook(
  db: Queries,
  input: WebhookInput & { readonly secret?: string | undefined },
  means: WebhookMeans,
  now: number,
): Promise<Webhook & { secret: string }> {
  check(input, means);
  const secret = input.secret ?? newSecret(means.random);
  checkSecret(secret);
  const there = await db.selectFrom('webhooks').select('id').limit(MOST_WEBHOOKS).execute();
  if (there.length === MOST_WEBHOOKS)
    throw new Conflict(`there are ${MOST_WEBHOOKS} webhooks, which is as many as there may be`);
  const row = await db
    .insertInto('webhooks')
    .values({
      url: input.url,
      description: input.description ?? '',
      types: input.types == null ? null : JSON.stringify(input.types),
      secret: means.seal(secret),
      state: 'enabled',
      since_event: await newestEvent(db),
      created_at: now,
      updated_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return { ...webhookOf(row), secret };
}

function checkSecret(secret: string): void {
  try {
    keyOf(secret);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const expected = 'whsec_ and base64 of 24 to 64 bytes';
    throw new InvalidInput([{ field: 'secret', expected }], { cause: error });
  }
}

export async function listWebhooks(db: Queries, page: PageRequest): Promise<Page<Webhook>> {
  const rows = await db
    .selectFrom('webhooks')
    .selectAll()
    .where('id', '>', idAfter(page) ?? 0)
    .orderBy('id')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows.map(webhookOf), page.limit, ({ id }) => id);
}

/** Whether any is to be told of events. */
export async function hasWebhooks(db: Queries): Promise<boolean> {
  const row = await db
    .selectFrom('webhooks')
    .select('id')
    .where('state', '=', 'enabled')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** @throws {NotFound} */
export async function showWebhook(db: Queries, id: number): Promise<Webhook> {
  const row = await db.selectFrom('webhooks').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new NotFound('webhook', id);
  return webhookOf(row);
}

/**
 * Changes what a webhook is told, and where.
 *
 * @throws {NotFound}
 * @throws {InvalidInput}
 */
export async function changeWebhook(
  db: Queries,
  id: number,
  input: Partial<WebhookInput>,
  means: WebhookMeans,
  now: number,
): Promise<Webhook> {
  check(input, means);
  const { url, description, types } = input;
  return set(db, id, {
    ...(url === undefined ? {} : { url }),
    ...(description === undefined ? {} : { description }),
    ...(types === undefined ? {} : { types: types === null ? null : JSON.stringify(types) }),
    updated_at: now,
  });
}

/** Has a webhook be told again, or no more. What is still to be delivered waits meanwhile. @throws {NotFound} */
export async function enableWebhook(
  db: Queries,
  id: number,
  isEnabled: boolean,
  now: number,
): Promise<Webhook> {
  return set(
    db,
    id,
    isEnabled
      ? { state: 'enabled', reason: null, failing_since: null, updated_at: now }
      : { state: 'disabled', reason: 'somebody has disabled it', updated_at: now },
  );
}

/**
 * Gives a webhook another secret; the one before signs, too, for some time.
 *
 * @param overlap milliseconds
 * @throws {NotFound}
 */
export async function rotateSecret(
  db: Queries,
  id: number,
  overlap: number,
  means: WebhookMeans,
  now: number,
): Promise<Webhook & { secret: string }> {
  const secret = newSecret(means.random);
  const row = await db
    .updateTable('webhooks')
    .set(({ ref }) => ({
      old_secret: overlap > 0 ? ref('secret') : null,
      old_until: overlap > 0 ? now + overlap : null,
      secret: means.seal(secret),
      updated_at: now,
    }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw new NotFound('webhook', id);
  return { ...webhookOf(row), secret };
}

/** Forgets a webhook, and what was delivered to it. @throws {NotFound} */
export async function deleteWebhook(db: Queries, id: number): Promise<void> {
  const deleted = await db.deleteFrom('webhooks').where('id', '=', id).returning('id').executeTakeFirst();
  if (deleted === undefined) throw new NotFound('webhook', id);
}

async function set(db: Queries, id: number, columns: Partial<Selectable<WebhookTable>>): Promise<Webhook> {
  const row = await db
    .updateTable('webhooks')
    .set(columns)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw new NotFound('webhook', id);
  return webhookOf(row);
}
