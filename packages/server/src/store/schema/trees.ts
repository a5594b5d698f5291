/** What is known of devices' trees. Each URI and each value is written once, whatever number of devices has it. */
import type { Generated } from 'kysely';

export interface TreesTables {
  node_uris: NodeUriTable;
  node_values: NodeValueTable;
  device_nodes: DeviceNodeTable;
  node_growth: NodeGrowthTable;
}

/** A URI at which some device has, or had, a node. */
export interface NodeUriTable {
  id: Generated<number>;
  /** Canonical, `./A/B`. Unique. */
  uri: string;
}

/** A value that a node of some URI has, or had, on some device; unique by URI, order key and digest. */
export interface NodeValueTable {
  id: Generated<number>;
  uri_id: number;
  /** `node` for an interior node, whose value is its children's names joined by `/`. */
  format: string;
  type: string | null;
  /** Text, or base64 where the format is `bin`; null when only the node's being there is known. */
  value: string | null;
  /** `orderKey` of the value, or of an empty one where it is null: see `known-values/`. */
  order_key: string;
  /** `valueDigest` of format, type and value: see `known-values/`. */
  digest: Uint8Array;
}

/** What is known of a device's tree: the last value reported or confirmed, per leaf or interior node. */
export interface DeviceNodeTable {
  device_id: number;
  /** That of the value. */
  uri_id: number;
  value_id: number;
  reported_at: number;
}

/** What a device has brought of late that was not known of any before. Its row goes when it is old. */
export interface NodeGrowthTable {
  device_id: number;
  /** When the first of it came. */
  since: number;
  /** URIs and values that were written. */
  entries: number;
  /** Their characters. */
  characters: number;
}
