import type { Columns, MigrationStep } from '@grove/store';
import { type Kysely, sql } from 'kysely';
import { isKeptUri, orderKey, valueDigest } from '../../known-values/index.ts';

/** What is known of devices' trees, with each URI and each value written once for all devices. */
export function trees(c: Columns): MigrationStep[] {
  return [
    `create table node_uris (
      id ${c.id},
      uri ${c.text} not null unique
    ) ${c.table}`,
    `create table node_values (
      id ${c.id},
      uri_id ${c.integer} not null references node_uris (id),
      format ${c.text} not null,
      type ${c.text},
      value ${c.text},
      order_key ${c.text} not null,
      digest ${c.bytes} not null,
      unique (uri_id, order_key, digest)
    ) ${c.table}`,
    `create table known_nodes (
      device_id ${c.integer} not null references devices (id) on delete cascade,
      uri_id ${c.integer} not null,
      value_id ${c.integer} not null references node_values (id),
      reported_at ${c.integer} not null,
      primary key (device_id, uri_id)
    ) ${c.keyedTable}`,
    encodeNodes,
    'drop table device_nodes',
    'alter table known_nodes rename to device_nodes',
    'create index device_nodes_value on device_nodes (value_id, device_id)',
    // What devices have brought of late that no other had said before them.
    `create table node_growth (
      device_id ${c.integer} primary key references devices (id) on delete cascade,
      since ${c.integer} not null,
      entries ${c.integer} not null,
      characters ${c.integer} not null
    ) ${c.table}`,
    'create index node_growth_since on node_growth (since)',
  ];
}

interface KnownNode {
  device_id: number;
  uri: string;
  format: string;
  type: string | null;
  value: string | null;
  reported_at: number;
}

/** Nodes that are read at a time. A value may be as large as a message. */
const BATCH = 200;

/** Writes the nodes that are known anew, some at a time. A URI that no index holds is left out. */
async function encodeNodes(db: Kysely<unknown>): Promise<void> {
  for (let last: KnownNode | undefined; ; ) {
    const { rows } = await sql<KnownNode>`
      select device_id, uri, format, type, value, reported_at from device_nodes
      ${last === undefined ? sql`` : sql`where (device_id, uri) > (${last.device_id}, ${last.uri})`}
      order by device_id, uri limit ${BATCH}`.execute(db);
    last = rows.at(-1);
    if (last === undefined) return;
    await encode(
      db,
      rows.filter(({ uri }) => isKeptUri(uri)),
    );
  }
}

async function encode(db: Kysely<unknown>, nodes: readonly KnownNode[]): Promise<void> {
  if (nodes.length === 0) return;
  const uris = [...new Set(nodes.map(({ uri }) => uri))];
  await sql`insert into node_uris (uri) values ${sql.join(uris.map((uri) => sql`(${uri})`))}
    on conflict do nothing`.execute(db);
  const known = await sql<{ id: number; uri: string }>`
    select id, uri from node_uris where uri in (${sql.join(uris)})`.execute(db);
  const uriIds = new Map(known.rows.map(({ id, uri }) => [uri, id]));

  const keyed = nodes.map((node) => {
    const uriId = uriIds.get(node.uri);
    const digest = valueDigest(node.format, node.type, node.value);
    return { ...node, uriId, digest, key: `${uriId} ${Buffer.from(digest).toString('hex')}` };
  });
  const values = [...new Map(keyed.map((node) => [node.key, node])).values()];
  // A row that is there already is told only when it is changed.
  const kept = await sql<{ id: number; uri_id: number; digest: Uint8Array }>`
    insert into node_values (uri_id, format, type, value, order_key, digest)
    values ${sql.join(
      values.map(
        ({ uriId, format, type, value, digest }) =>
          sql`(${uriId}, ${format}, ${type}, ${value}, ${orderKey(value ?? '')}, ${digest})`,
      ),
    )}
    on conflict (uri_id, order_key, digest) do update set uri_id = excluded.uri_id
    returning id, uri_id, digest`.execute(db);
  const valueIds = new Map(
    kept.rows.map(({ id, uri_id, digest }) => [`${uri_id} ${Buffer.from(digest).toString('hex')}`, id]),
  );
  await sql`insert into known_nodes (device_id, uri_id, value_id, reported_at) values ${sql.join(
    keyed.map(
      ({ device_id, uriId, key, reported_at }) =>
        sql`(${device_id}, ${uriId}, ${valueIds.get(key)}, ${reported_at})`,
    ),
  )}`.execute(db);
}
