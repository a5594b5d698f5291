/** The dictionary of URIs and values: how it grows, by how much one device may have it grow, and how it shrinks. */
import { isKeptUri } from '../known-values/index.ts';
import { type Params, type Queries, statement } from '../store/index.ts';

/** A value that the dictionary does not have. */
export interface NewValue {
  readonly uri: string;
  readonly format: string;
  readonly type: string | null;
  readonly value: string | null;
  readonly orderKey: string;
  readonly digest: Uint8Array;
}

/** Nodes of which one device's tree is known at the most. */
export const MAX_NODES = 20_000;
/** URIs and values that one device may bring in a day which no device had before, and their characters. */
const MAX_ENTRIES = 20_000;
const MAX_CHARACTERS = 32 * 1024 * 1024;
const DAY = 24 * 60 * 60_000;

const addUri = statement((q, p: Params<{ uri: string }>) =>
  q
    .insertInto('node_uris')
    .values({ uri: p('uri') })
    .onConflict((conflict) => conflict.column('uri').doNothing()),
);

const addValue = statement((q, p: Params<NewValue>) =>
  q
    .insertInto('node_values')
    .columns(['uri_id', 'format', 'type', 'value', 'order_key', 'digest'])
    .expression((from) =>
      from
        .selectFrom('node_uris')
        .select([
          'node_uris.id as uri_id',
          p('format').as('format'),
          p('type').as('type'),
          p('value').as('value'),
          p('orderKey').as('order_key'),
          p('digest').as('digest'),
        ])
        .where('node_uris.uri', '=', p('uri')),
    )
    .onConflict((conflict) => conflict.columns(['uri_id', 'order_key', 'digest']).doNothing()),
);

const growthOf = statement((q, p: Params<{ deviceId: number }>) =>
  q.selectFrom('node_growth').selectAll().where('device_id', '=', p('deviceId')),
);

const countNodes = statement((q, p: Params<{ deviceId: number }>) =>
  q
    .selectFrom('device_nodes')
    .select(({ fn }) => fn.countAll<number>().as('nodes'))
    .where('device_id', '=', p('deviceId')),
);

const keepGrowth = statement(
  (q, p: Params<{ deviceId: number; since: number; entries: number; characters: number }>) =>
    q
      .insertInto('node_growth')
      .values({
        device_id: p('deviceId'),
        since: p('since'),
        entries: p('entries'),
        characters: p('characters'),
      })
      .onConflict((conflict) =>
        conflict.column('device_id').doUpdateSet((set) => ({
          since: set.ref('excluded.since'),
          entries: set.ref('excluded.entries'),
          characters: set.ref('excluded.characters'),
        })),
      ),
);

/**
 * Adds values to the dictionary that a device has brought, as long as they are not more than one device may bring: in a
 * day, and in its whole tree. So nobody fills it.
 *
 * @returns those that are in the dictionary now
 */
export async function addValues(
  db: Queries,
  deviceId: number,
  values: readonly NewValue[],
  now: number,
): Promise<ReadonlySet<NewValue>> {
  const before = await growthOf.first(db, { deviceId });
  const goesOn = before !== undefined && now - before.since < DAY && before.since <= now;
  let { since, entries, characters } = goesOn ? before : { since: now, entries: 0, characters: 0 };
  const [counted] = await countNodes.all(db, { deviceId });
  let room = Math.min(MAX_ENTRIES - entries, MAX_NODES - (counted?.nodes ?? 0));
  const added = new Set<NewValue>();
  for (const entry of values) {
    const { uri, value } = entry;
    const length = uri.length + (value?.length ?? 0);
    if (room === 0 || characters + length > MAX_CHARACTERS || !isKeptUri(uri)) continue;
    await addUri.run(db, { uri });
    await addValue.run(db, entry);
    added.add(entry);
    room -= 1;
    entries += 1;
    characters += length;
  }
  if (added.size > 0) await keepGrowth.run(db, { deviceId, since, entries, characters });
  return added;
}

/** Rows of the dictionary that one call looks at. */
const BATCH = 500;

/**
 * Deletes values that no device has any more. A unit that begins to refer to one at the same time is run again by the
 * store, or has this one run again.
 *
 * @param after looks at values with a larger id only
 * @returns what to give as `after` for the next ones; undefined when these were the last
 */
export async function trimValues(db: Queries, after: number): Promise<number | undefined> {
  const last = await lastOfBatch(db, 'node_values', after);
  if (last.id === undefined) return undefined;
  await db
    .deleteFrom('node_values')
    .where('id', '>', after)
    .where('id', '<=', last.id)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('device_nodes')
            .select('device_nodes.device_id')
            .whereRef('device_nodes.value_id', '=', 'node_values.id'),
        ),
      ),
    )
    .execute();
  return last.isFull ? last.id : undefined;
}

/** Deletes URIs of which no value is left; as {@link trimValues}. */
export async function trimUris(db: Queries, after: number): Promise<number | undefined> {
  const last = await lastOfBatch(db, 'node_uris', after);
  if (last.id === undefined) return undefined;
  await db
    .deleteFrom('node_uris')
    .where('id', '>', after)
    .where('id', '<=', last.id)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('node_values')
            .select('node_values.id')
            .whereRef('node_values.uri_id', '=', 'node_uris.id'),
        ),
      ),
    )
    .execute();
  return last.isFull ? last.id : undefined;
}

async function lastOfBatch(
  db: Queries,
  table: 'node_values' | 'node_uris',
  after: number,
): Promise<{ id: number | undefined; isFull: boolean }> {
  const rows = await db
    .selectFrom(table)
    .select('id')
    .where('id', '>', after)
    .orderBy('id')
    .limit(BATCH)
    .execute();
  return { id: rows.at(-1)?.id, isFull: rows.length === BATCH };
}

/**
 * Forgets what devices brought more than a day ago.
 *
 * @returns whether there is more to forget
 */
export async function trimGrowth(db: Queries, now: number): Promise<boolean> {
  const old = await db
    .selectFrom('node_growth')
    .select('device_id')
    .where('since', '<=', now - DAY)
    .orderBy('since')
    .limit(BATCH)
    .execute();
  if (old.length === 0) return false;
  const ids = old.map(({ device_id }) => device_id);
  await db
    .deleteFrom('node_growth')
    .where('device_id', 'in', ids)
    .where('since', '<=', now - DAY)
    .execute();
  return old.length === BATCH;
}
