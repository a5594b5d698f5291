import type { Queries } from '../store/index.ts';

/** An instance as it was last reported or confirmed; null = not known. */
export interface KnownInstance {
  uri: string;
  /** Its management object identifier, without the minor version. */
  service: string | null;
  active: boolean | null;
  default: boolean | null;
  locked: boolean | null;
  /** Whether the device uses it, of those of its service: the Active one or, where none is, the Default one. */
  inUse: boolean | null;
  /** Milliseconds since the epoch. */
  reportedAt: number;
}

/** What is known of a device's instances. */
export interface KnownInstances {
  /** Whether the device has the properties Active, Default and Locked; null = it has not been seen. */
  supported: boolean | null;
  instances: KnownInstance[];
}

/** Whether a device has the three properties, and what is known of its instances, by URI. */
export async function showInstances(db: Queries, deviceId: number): Promise<KnownInstances> {
  const support = await db
    .selectFrom('instance_support')
    .select('supported')
    .where('device_id', '=', deviceId)
    .executeTakeFirst();
  const rows = await db
    .selectFrom('instance_states')
    .select(['uri', 'service', 'active', 'by_default', 'locked', 'reported_at'])
    .where('device_id', '=', deviceId)
    .orderBy('uri')
    .execute();
  const instances = rows.map((row) => ({
    uri: row.uri,
    service: row.service,
    active: flag(row.active),
    default: flag(row.by_default),
    locked: flag(row.locked),
    reportedAt: row.reported_at,
  }));
  const ofService = Map.groupBy(instances, ({ service, uri }) => service ?? uri);
  return {
    supported: flag(support?.supported ?? null),
    instances: instances.map((each) => ({
      ...each,
      inUse: isInUse(each, ofService.get(each.service ?? each.uri) ?? []),
    })),
  };
}

type Marks = Pick<KnownInstance, 'active' | 'default'>;

/** What is not known of another instance leaves it open which one is used. */
function isInUse(instance: Marks, ofService: readonly Marks[]): boolean | null {
  if (instance.active === true) return true;
  if (instance.active === null) return null;
  if (ofService.some(({ active }) => active === true)) return false;
  return ofService.some(({ active }) => active === null) ? null : instance.default;
}

function flag(value: number | null): boolean | null {
  return value === null ? null : value === 1;
}
