/** Last known trees of many devices at once, as far as a dry run looks at them. */

import { serviceOf } from '@grove/protocol';
import { engineOf, GenerationCache } from '@grove/store';
import { sql } from 'kysely';
import type { Queries } from '../../store/index.ts';
import type { KnownNode } from './compare.ts';

/** Values and URIs that one statement names. */
const BATCH = 500;
/** Values that are kept in memory. */
const VALUES = 100_000;
/** Values that one statement looks through for instances of objects. */
const RANGE = 5_000;

function* batches<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += BATCH) yield all.slice(from, from + BATCH);
}

/** Devices' nodes by their ids, each as `URI:VALUE`, in no order that means anything but the same for equal trees. */
export type Signatures = ReadonlyMap<number, string>;

export class TreeReader {
  readonly #db: Queries;
  /** Ids of URIs; those that nobody has are not there. */
  readonly #uris = new Map<string, number | undefined>();
  readonly #names = new Map<number, string>();
  readonly #values = new GenerationCache<number, KnownNode>(VALUES);
  /** Places of instances: their URI and identifier by the id of the value of their root. */
  readonly #instances = new Map<number, { uri: string; uriId: number; type: string }>();

  constructor(db: Queries) {
    this.#db = db;
  }

  /**
   * Finds all instances of some objects on whatever device.
   *
   * @param pause is awaited between two statements
   */
  async findInstances(objects: ReadonlySet<string>, pause: () => Promise<void>): Promise<void> {
    if (objects.size === 0) return;
    const majors = new Set([...objects].map(serviceOf));
    const last = await this.#db
      .selectFrom('node_values')
      .select('id')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    for (let after = 0; after < (last?.id ?? 0); after += RANGE) {
      const rows = await this.#db
        .selectFrom('node_values')
        .innerJoin('node_uris', 'node_uris.id', 'node_values.uri_id')
        .select(['node_values.id', 'node_values.type', 'node_values.uri_id', 'node_uris.uri'])
        .where('node_values.id', '>', after)
        .where('node_values.id', '<=', after + RANGE)
        .where('node_values.format', '=', 'node')
        .where('node_values.type', 'is not', null)
        .execute();
      for (const { id, type, uri_id: uriId, uri } of rows)
        if (type !== null && majors.has(serviceOf(type))) this.#instances.set(id, { uri, uriId, type });
      await pause();
    }
  }

  /** Where each device has instances of the objects that were looked for: URIs by identifier. */
  async placesOf(ids: readonly number[]): Promise<Map<number, Map<string, string[]>>> {
    const places = new Map<number, Map<string, string[]>>();
    const uriIds = [...new Set([...this.#instances.values()].map(({ uriId }) => uriId))];
    for (const batch of batches(uriIds)) {
      const rows = await this.#db
        .selectFrom('device_nodes')
        .select(['device_id', 'value_id'])
        .where('device_id', 'in', ids)
        .where('uri_id', 'in', batch)
        .execute();
      for (const { device_id: device, value_id: value } of rows) {
        const instance = this.#instances.get(value);
        if (instance === undefined) continue;
        const of = places.get(device) ?? new Map<string, string[]>();
        of.set(instance.type, [...(of.get(instance.type) ?? []), instance.uri].sort());
        places.set(device, of);
      }
    }
    return places;
  }

  /** What devices have at some URIs. A device that has none of them is not there. */
  async signaturesOf(ids: readonly number[], uris: ReadonlySet<string>): Promise<Signatures> {
    await this.#learnUris([...uris]);
    const uriIds = [...uris].flatMap((uri) => this.#uris.get(uri) ?? []).sort((a, b) => a - b);
    const signatures = new Map<number, string>();
    const listed =
      engineOf(this.#db) === 'sqlite'
        ? sql<string>`group_concat(uri_id || ':' || value_id, ' ')`
        : sql<string>`string_agg(uri_id || ':' || value_id, ' ' order by uri_id)`;
    for (const batch of batches(uriIds)) {
      const rows = await this.#db
        .selectFrom('device_nodes')
        .select(['device_id', listed.as('nodes')])
        .where('device_id', 'in', ids)
        .where('uri_id', 'in', batch)
        .groupBy('device_id')
        .execute();
      for (const { device_id: device, nodes } of rows) {
        const earlier = signatures.get(device);
        signatures.set(device, earlier === undefined ? nodes : `${earlier} ${nodes}`);
      }
    }
    return signatures;
  }

  async #learnUris(uris: readonly string[]): Promise<void> {
    const unknown = uris.filter((uri) => !this.#uris.has(uri));
    for (const batch of batches(unknown)) {
      for (const uri of batch) this.#uris.set(uri, undefined);
      const rows = await this.#db
        .selectFrom('node_uris')
        .select(['id', 'uri'])
        .where('uri', 'in', batch)
        .execute();
      for (const { id, uri } of rows) {
        this.#uris.set(uri, id);
        this.#names.set(id, uri);
      }
    }
  }

  /** The nodes of a signature, by their URIs. */
  async nodesIn(signature: string): Promise<Map<string, KnownNode>> {
    const pairs = signature === '' ? [] : signature.split(' ').map((pair) => pair.split(':').map(Number));
    const missing = pairs.flatMap(([, value = 0]) => (this.#values.get(value) === undefined ? [value] : []));
    for (const batch of batches(missing)) {
      const rows = await this.#db
        .selectFrom('node_values')
        .select(['id', 'format', 'value'])
        .where('id', 'in', batch)
        .execute();
      for (const { id, format, value } of rows) this.#values.set(id, { format, value });
    }
    const nodes = new Map<string, KnownNode>();
    for (const [uri = 0, value = 0] of pairs) {
      const name = this.#names.get(uri);
      const known = this.#values.get(value);
      if (name !== undefined && known !== undefined) nodes.set(name, known);
    }
    return nodes;
  }
}
