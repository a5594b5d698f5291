import { type Page, type PageRequest, pageOf } from '@grove/api';
import type { SelectQueryBuilder } from 'kysely';
import type { Database, Queries } from '../store/index.ts';

/** A node of a device's tree as it was last reported or confirmed. */
export interface DeviceNode {
  uri: string;
  /** `node` for an interior node, whose value is its children's names joined by `/`. */
  format: string;
  type: string | null;
  /** Text, or base64 where the format is `bin`; null when only the node's being there is known. */
  value: string | null;
  /** Milliseconds since the epoch. */
  reportedAt: number;
}

/** A node with the nodes below it. */
export interface DeviceTree {
  /** Last segment of the URI; `.` for the root. */
  name: string;
  uri: string;
  /** What is known of the node itself; null when only nodes below it are known. */
  node: Omit<DeviceNode, 'uri'> | null;
  children: DeviceTree[];
}

interface NodeRow {
  uri: string;
  format: string;
  type: string | null;
  value: string | null;
  reported_at: number;
}

function nodeOf(row: NodeRow): DeviceNode {
  return {
    uri: row.uri,
    format: row.format,
    type: row.type,
    value: row.value,
    reportedAt: row.reported_at,
  };
}

/** The character after `/`: what sorts after everything below a node begins with it. */
const AFTER_SLASH = '0';

/**
 * Joins crosswise, which has SQLite begin with the device's nodes: they are fewer than the URIs of all devices below one
 * may be.
 */
function below(
  db: Queries,
  deviceId: number,
  uri: string,
): SelectQueryBuilder<Database, 'device_nodes' | 'node_uris' | 'node_values', NodeRow> {
  const known = db
    .selectFrom('device_nodes')
    .crossJoin('node_uris')
    .crossJoin('node_values')
    .select([
      'node_uris.uri',
      'node_values.format',
      'node_values.type',
      'node_values.value',
      'device_nodes.reported_at',
    ])
    .where('device_nodes.device_id', '=', deviceId)
    .whereRef('node_uris.id', '=', 'device_nodes.uri_id')
    .whereRef('node_values.id', '=', 'device_nodes.value_id')
    .orderBy('node_uris.uri');
  if (uri === '.') return known;
  return known.where((where) =>
    where.or([
      where('node_uris.uri', '=', uri),
      where.and([
        where('node_uris.uri', '>', `${uri}/`),
        where('node_uris.uri', '<', `${uri}${AFTER_SLASH}`),
      ]),
    ]),
  );
}

/**
 * What is known of a node and those below it, by URI.
 *
 * @param uri canonical; `.` for all
 */
export async function listNodes(
  db: Queries,
  deviceId: number,
  uri: string,
  page: PageRequest,
): Promise<Page<DeviceNode>> {
  const { after } = page;
  const rows = await below(db, deviceId, uri)
    .$if(after !== undefined, (query) => query.where('node_uris.uri', '>', after as string))
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows.map(nodeOf), page.limit, (node) => node.uri);
}

/** Nodes that one answer holds at most. */
const TREE_LIMIT = 10_000;

/**
 * What is known of a node and those below it, as a tree.
 *
 * @param uri canonical; `.` for all
 * @returns `complete` is false when there are more nodes than one answer holds; those left out are the
 *   last by URI
 */
export async function showTree(
  db: Queries,
  deviceId: number,
  uri: string,
): Promise<{ tree: DeviceTree; complete: boolean }> {
  const rows = await below(db, deviceId, uri)
    .limit(TREE_LIMIT + 1)
    .execute();
  const tree: DeviceTree = { name: nameOf(uri), uri, node: null, children: [] };
  const made = new Map<string, DeviceTree>([[uri, tree]]);
  const place = (at: string): DeviceTree => {
    const known = made.get(at);
    if (known !== undefined) return known;
    const parent = place(at.slice(0, Math.max(1, at.lastIndexOf('/'))));
    const child: DeviceTree = { name: nameOf(at), uri: at, node: null, children: [] };
    parent.children.push(child);
    made.set(at, child);
    return child;
  };
  for (const row of rows.slice(0, TREE_LIMIT)) {
    const { uri: at, ...node } = nodeOf(row);
    place(at).node = node;
  }
  return { tree, complete: rows.length <= TREE_LIMIT };
}

function nameOf(uri: string): string {
  return uri.slice(uri.lastIndexOf('/') + 1);
}

/** The Types of those of some nodes of which it is known; of an interior node that is an object's identifier. */
export async function typesOfNodes(
  db: Queries,
  deviceId: number,
  uris: readonly string[],
): Promise<Map<string, string>> {
  const types = new Map<string, string>();
  for (let from = 0; from < uris.length; from += URIS) {
    const rows = await db
      .selectFrom('node_uris')
      .innerJoin('device_nodes', 'device_nodes.uri_id', 'node_uris.id')
      .innerJoin('node_values', 'node_values.id', 'device_nodes.value_id')
      .select(['node_uris.uri', 'node_values.type'])
      .where('node_uris.uri', 'in', uris.slice(from, from + URIS))
      .where('device_nodes.device_id', '=', deviceId)
      .execute();
    for (const { uri, type } of rows) if (type !== null && type !== '') types.set(uri, type);
  }
  return types;
}

/** URIs that one statement asks for. */
const URIS = 100;
