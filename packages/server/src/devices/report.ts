import type { Queries } from '../store/index.ts';

/** A node of a device's tree as the device reported or confirmed it. */
export interface ReportedNode {
  readonly uri: string;
  readonly format: string;
  readonly type: string | null;
  readonly value: string | null;
}

/** Rows in one statement; both engines bound the parameters of one. */
const ROWS = 500;

/**
 * Keeps what a device said of its tree.
 *
 * @param nodes canonical URIs; the last one of a URI counts
 * @param gone URIs of nodes that do not exist, with all below them
 */
export async function recordNodes(
  db: Queries,
  deviceId: number,
  nodes: readonly ReportedNode[],
  gone: readonly string[],
  now: number,
): Promise<void> {
  for (const uri of gone) {
    await db
      .deleteFrom('device_nodes')
      .where('device_id', '=', deviceId)
      .where((where) => where.or([where('uri', '=', uri), where.between('uri', `${uri}/`, `${uri}0`)]))
      .execute();
  }
  const latest = [...new Map(nodes.map((node) => [node.uri, node])).values()];
  for (let start = 0; start < latest.length; start += ROWS) {
    const rows = latest.slice(start, start + ROWS).map(({ uri, format, type, value }) => ({
      device_id: deviceId,
      uri,
      format,
      type,
      value,
      reported_at: now,
    }));
    await db
      .insertInto('device_nodes')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['device_id', 'uri']).doUpdateSet((set) => ({
          format: set.ref('excluded.format'),
          type: set.ref('excluded.type'),
          value: set.ref('excluded.value'),
          reported_at: set.ref('excluded.reported_at'),
        })),
      )
      .execute();
  }
}
