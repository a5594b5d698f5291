import { keyOf } from '../known-values/index.ts';
import { type Params, type Queries, statement } from '../store/index.ts';
import { addValues, type NewValue } from './dictionary.ts';

/** A node of a device's tree as the device reported or confirmed it. */
export interface ReportedNode {
  /** Canonical, `./A/B`. */
  readonly uri: string;
  readonly format: string;
  readonly type: string | null;
  /** Absent where it was not said: the value that is known stays. */
  readonly value?: string | null | undefined;
}

interface Place {
  deviceId: number;
  uri: string;
}

/** Keeps that a device's node has a value which is in the dictionary; nothing is changed where it is not. */
const keepNode = statement((q, p: Params<Place & { orderKey: string; digest: Uint8Array; now: number }>) =>
  q
    .insertInto('device_nodes')
    .columns(['device_id', 'uri_id', 'value_id', 'reported_at'])
    .expression((from) =>
      from
        .selectFrom('node_uris')
        .innerJoin('node_values', 'node_values.uri_id', 'node_uris.id')
        .select([
          p('deviceId').as('device_id'),
          'node_uris.id as uri_id',
          'node_values.id as value_id',
          p('now').as('reported_at'),
        ])
        .where('node_uris.uri', '=', p('uri'))
        .where('node_values.order_key', '=', p('orderKey'))
        .where('node_values.digest', '=', p('digest')),
    )
    .onConflict((conflict) =>
      conflict.columns(['device_id', 'uri_id']).doUpdateSet((set) => ({
        value_id: set.ref('excluded.value_id'),
        reported_at: set.ref('excluded.reported_at'),
      })),
    ),
);

const valueOfNode = statement((q, p: Params<Place>) =>
  q
    .selectFrom('node_uris')
    .innerJoin('device_nodes', 'device_nodes.uri_id', 'node_uris.id')
    .innerJoin('node_values', 'node_values.id', 'device_nodes.value_id')
    .select('node_values.value')
    .where('node_uris.uri', '=', p('uri'))
    .where('device_nodes.device_id', '=', p('deviceId')),
);

const forgetNode = statement((q, p: Params<Place>) =>
  q
    .deleteFrom('device_nodes')
    .where('device_id', '=', p('deviceId'))
    .where('uri_id', '=', (from) =>
      from.selectFrom('node_uris').select('node_uris.id').where('node_uris.uri', '=', p('uri')),
    ),
);

/** Looks at each of the device's nodes, which are fewer than the URIs of all devices below one may be. */
const deleteSubtree = statement((q, p: Params<Place & { below: string; beyond: string }>) =>
  q
    .deleteFrom('device_nodes')
    .where('device_id', '=', p('deviceId'))
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('node_uris')
          .select('node_uris.id')
          .whereRef('node_uris.id', '=', 'device_nodes.uri_id')
          .where((where) =>
            where.or([
              where('node_uris.uri', '=', p('uri')),
              where.and([where('node_uris.uri', '>=', p('below')), where('node_uris.uri', '<', p('beyond'))]),
            ]),
          ),
      ),
    ),
);

/**
 * Keeps what a device said of its tree. What is too much for one device (see {@link addValues}) is not kept: nothing is
 * known of such a node then.
 *
 * @param nodes the last one of a URI counts
 * @param gone URIs of nodes that do not exist, with all below them
 * @returns how many nodes were too much
 */
export async function recordNodes(
  db: Queries,
  deviceId: number,
  nodes: readonly ReportedNode[],
  gone: readonly string[],
  now: number,
): Promise<number> {
  await forgetGone(db, deviceId, gone);
  const unknown: NewValue[] = [];
  for (const node of lastOfEach(nodes)) {
    const value = node.value === undefined ? await knownValue(db, deviceId, node.uri) : node.value;
    const entry = entryOf(node, value);
    if (!(await keep(db, deviceId, entry, now))) unknown.push(entry);
  }
  if (unknown.length === 0) return 0;
  const added = await addValues(db, deviceId, unknown, now);
  let left = 0;
  for (const entry of unknown) {
    if (added.has(entry) && (await keep(db, deviceId, entry, now))) continue;
    left += 1;
    await forgetNode.run(db, { deviceId, uri: entry.uri });
  }
  return left;
}

const urisOfNodes = statement((q, p: Params<{ deviceId: number }>) =>
  q
    .selectFrom('device_nodes')
    .crossJoin('node_uris')
    .select(['node_uris.id', 'node_uris.uri'])
    .where('device_nodes.device_id', '=', p('deviceId'))
    .whereRef('node_uris.id', '=', 'device_nodes.uri_id'),
);

/** Subtrees that are looked for one by one: for more, all URIs of the device are read once. */
const FEW = 4;
/** Rows in one DELETE: well below the engines' limits on parameters. */
const BATCH = 500;

async function forgetGone(db: Queries, deviceId: number, gone: readonly string[]): Promise<void> {
  if (gone.length <= FEW) {
    // `0` follows `/`: between the two lies all that begins with the URI and a slash.
    for (const uri of gone)
      await deleteSubtree.run(db, { deviceId, uri, below: `${uri}/`, beyond: `${uri}0` });
    return;
  }
  const tops = new Set(gone);
  const nodes = await urisOfNodes.all(db, { deviceId });
  const ids = nodes.filter(({ uri }) => isWithin(uri, tops)).map(({ id }) => id);
  for (let from = 0; from < ids.length; from += BATCH)
    await db
      .deleteFrom('device_nodes')
      .where('device_id', '=', deviceId)
      .where('uri_id', 'in', ids.slice(from, from + BATCH))
      .execute();
}

/** Whether a node is one of these or below one. */
function isWithin(uri: string, tops: ReadonlySet<string>): boolean {
  for (let end = uri.length; end > 0; end = uri.lastIndexOf('/', end - 1))
    if (tops.has(uri.slice(0, end))) return true;
  return false;
}

function* lastOfEach(nodes: readonly ReportedNode[]): Iterable<ReportedNode> {
  if (nodes.length === 1) return yield* nodes;
  const last = new Map<string, ReportedNode>();
  for (const node of nodes) {
    const { value = last.get(node.uri)?.value } = node;
    last.set(node.uri, { ...node, value });
  }
  yield* last.values();
}

async function knownValue(db: Queries, deviceId: number, uri: string): Promise<string | null> {
  return (await valueOfNode.first(db, { deviceId, uri }))?.value ?? null;
}

function entryOf({ uri, format, type }: ReportedNode, value: string | null): NewValue {
  return { uri, format, type, value, ...keyOf(format, type, value) };
}

async function keep(
  db: Queries,
  deviceId: number,
  { uri, orderKey, digest }: NewValue,
  now: number,
): Promise<boolean> {
  return (await keepNode.run(db, { deviceId, uri, orderKey, digest, now })) > 0;
}
