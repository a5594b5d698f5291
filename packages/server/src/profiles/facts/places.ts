import { serviceOf } from '@grove/protocol';
import type { DeviceModel } from '../../models/index.ts';
import type { Queries } from '../../store/index.ts';
import type { Needs } from './needs.ts';

/** Identifiers of the objects that a model has instances of for some profiles. */
export function objectsOn(
  { objects, services }: Needs,
  { mapping }: Pick<DeviceModel, 'mapping'>,
): Set<string> {
  const wanted = new Set(objects);
  for (const service of services) {
    const mapped = mapping.get(service);
    if (mapped && mapped.root === undefined && mapped.object !== undefined) wanted.add(mapped.object);
  }
  return wanted;
}

/**
 * Where a device has instances of objects, by its last known tree.
 *
 * @returns URIs by the identifiers that the device says
 */
export async function placesOf(
  db: Queries,
  deviceId: number,
  objects: ReadonlySet<string>,
): Promise<Map<string, string[]>> {
  const places = new Map<string, string[]>();
  if (objects.size === 0) return places;
  const majors = new Set([...objects].map(serviceOf));
  const rows = await db
    .selectFrom('device_nodes')
    .crossJoin('node_values')
    .innerJoin('node_uris', 'node_uris.id', 'device_nodes.uri_id')
    .select(['node_uris.uri', 'node_values.type'])
    .whereRef('node_values.id', '=', 'device_nodes.value_id')
    .where('device_nodes.device_id', '=', deviceId)
    .where('node_values.format', '=', 'node')
    .where('node_values.type', 'is not', null)
    .orderBy('node_uris.uri')
    .execute();
  for (const { uri, type } of rows) {
    if (type === null || !majors.has(serviceOf(type))) continue;
    places.set(type, [...(places.get(type) ?? []), uri]);
  }
  return places;
}
