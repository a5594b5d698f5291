/** Known nodes of many devices at once. */
import { isKeptUri, keyOf } from '../known-values/index.ts';
import { insertion, type Params, type Queries, statement } from '../store/index.ts';
import type { ImportedNode } from './device.ts';

/** A device's nodes. */
export interface DeviceNodes {
  readonly deviceId: number;
  readonly nodes: readonly ImportedNode[];
  /** When they were read, milliseconds since the epoch. */
  readonly at: number;
}

const findUri = statement((q, p: Params<{ uri: string }>) =>
  q.selectFrom('node_uris').select('id').where('uri', '=', p('uri')),
);

const insertUri = insertion((q, p: Params<{ uri: string }>) =>
  q.insertInto('node_uris').values({ uri: p('uri') }),
);

interface ValueKey {
  uriId: number;
  orderKey: string;
  digest: Uint8Array;
}

const findValue = statement((q, p: Params<ValueKey>) =>
  q
    .selectFrom('node_values')
    .select('id')
    .where('uri_id', '=', p('uriId'))
    .where('order_key', '=', p('orderKey'))
    .where('digest', '=', p('digest')),
);

const insertValue = insertion((q, p: Params<ValueKey & Omit<ImportedNode, 'uri'>>) =>
  q.insertInto('node_values').values({
    uri_id: p('uriId'),
    format: p('format'),
    type: p('type'),
    value: p('value'),
    order_key: p('orderKey'),
    digest: p('digest'),
  }),
);

/** Ids in the dictionary, as one unit of work has read or made them: in another one they may be gone. */
interface Uri {
  readonly id: number;
  readonly values: Map<string, number>;
}

/** Rows in one INSERT: well below the engines' limits on parameters. */
const BATCH = 500;

/**
 * Keeps what is known of devices' trees, in place of what was known of the same nodes. What one device may bring is not
 * bounded here, since it is not the devices that speak.
 *
 * A value that another unit adds to the dictionary at the same time makes this unit fail, and run again.
 */
export async function importNodes(db: Queries, devices: readonly DeviceNodes[]): Promise<void> {
  const uris = new Map<string, Uri>();
  let rows: { device_id: number; uri_id: number; value_id: number; reported_at: number }[] = [];
  for (const { deviceId, nodes, at } of devices) {
    for (const node of nodes) {
      if (!isKeptUri(node.uri)) continue;
      const uri = uris.get(node.uri) ?? (await readUri(db, node.uri));
      uris.set(node.uri, uri);
      const value_id = await idOfValue(db, uri, node);
      rows.push({ device_id: deviceId, uri_id: uri.id, value_id, reported_at: at });
      if (rows.length < BATCH) continue;
      await keepRows(db, rows);
      rows = [];
    }
  }
  if (rows.length > 0) await keepRows(db, rows);
}

async function readUri(db: Queries, uri: string): Promise<Uri> {
  const id = (await findUri.first(db, { uri }))?.id ?? (await insertUri.insert(db, { uri }));
  return { id, values: new Map() };
}

async function idOfValue(db: Queries, { id: uriId, values }: Uri, node: ImportedNode): Promise<number> {
  const { format, type, value } = node;
  const text = JSON.stringify([format, type, value]);
  const known = values.get(text);
  if (known !== undefined) return known;
  const key = { uriId, ...keyOf(format, type, value) };
  const id =
    (await findValue.first(db, key))?.id ?? (await insertValue.insert(db, { ...key, format, type, value }));
  values.set(text, id);
  return id;
}

async function keepRows(
  db: Queries,
  rows: readonly { device_id: number; uri_id: number; value_id: number; reported_at: number }[],
): Promise<void> {
  await db
    .insertInto('device_nodes')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['device_id', 'uri_id']).doUpdateSet((set) => ({
        value_id: set.ref('excluded.value_id'),
        reported_at: set.ref('excluded.reported_at'),
      })),
    )
    .execute();
}
