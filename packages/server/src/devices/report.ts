import { type Params, type Queries, statement } from '../store/index.ts';

/** A node of a device's tree as the device reported or confirmed it. */
export interface ReportedNode {
  /** Canonical, `./A/B`. */
  readonly uri: string;
  readonly format: string;
  readonly type: string | null;
  /** Absent where it was not said: the value that is known stays. */
  readonly value?: string | null | undefined;
}

type NodeRow = Omit<ReportedNode, 'value'> & { value: string | null; deviceId: number; now: number };

const upsertNode = statement((q, p: Params<NodeRow>) =>
  q
    .insertInto('device_nodes')
    .values({
      device_id: p('deviceId'),
      uri: p('uri'),
      format: p('format'),
      type: p('type'),
      value: p('value'),
      reported_at: p('now'),
    })
    .onConflict((conflict) =>
      conflict.columns(['device_id', 'uri']).doUpdateSet((set) => ({
        format: set.ref('excluded.format'),
        type: set.ref('excluded.type'),
        value: set.ref('excluded.value'),
        reported_at: set.ref('excluded.reported_at'),
      })),
    ),
);

/** As {@link upsertNode}, for a node of which no value was said. */
const upsertPlace = statement((q, p: Params<Omit<NodeRow, 'value'>>) =>
  q
    .insertInto('device_nodes')
    .values({
      device_id: p('deviceId'),
      uri: p('uri'),
      format: p('format'),
      type: p('type'),
      value: null,
      reported_at: p('now'),
    })
    .onConflict((conflict) =>
      conflict.columns(['device_id', 'uri']).doUpdateSet((set) => ({
        format: set.ref('excluded.format'),
        type: set.ref('excluded.type'),
        reported_at: set.ref('excluded.reported_at'),
      })),
    ),
);

const deleteSubtree = statement(
  (q, p: Params<{ deviceId: number; uri: string; below: string; beyond: string }>) =>
    q
      .deleteFrom('device_nodes')
      .where('device_id', '=', p('deviceId'))
      .where((where) =>
        where.or([
          where('uri', '=', p('uri')),
          where.and([where('uri', '>=', p('below')), where('uri', '<', p('beyond'))]),
        ]),
      ),
);

/**
 * Keeps what a device said of its tree.
 *
 * @param nodes the last one of a URI counts
 * @param gone URIs of nodes that do not exist, with all below them
 */
export async function recordNodes(
  db: Queries,
  deviceId: number,
  nodes: readonly ReportedNode[],
  gone: readonly string[],
  now: number,
): Promise<void> {
  // `0` follows `/`: between the two lies all that begins with the URI and a slash.
  for (const uri of gone) await deleteSubtree.run(db, { deviceId, uri, below: `${uri}/`, beyond: `${uri}0` });
  for (const { uri, format, type, value } of nodes) {
    const node = { deviceId, uri, format, type, now };
    if (value === undefined) await upsertPlace.run(db, node);
    else await upsertNode.run(db, { ...node, value });
  }
}
