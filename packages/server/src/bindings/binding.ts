import { recordEvents } from '../events/index.ts';
import { isBindingCurrent, type Queries } from '../store/index.ts';

/** That a device is a subscriber's, or was. Times are milliseconds since the epoch. */
export interface Binding {
  subscriberId: number;
  /** `number`: the device's telephone number is one of the subscriber's; `set`: somebody has said so. */
  origin: 'number' | 'set';
  fromAt: number;
  /** null = still. */
  toAt: number | null;
}

/** A {@link Binding} as its device's. */
export interface DeviceBinding extends Binding {
  deviceId: number;
}

/** Whose a device is to be from now on. */
export interface NewBinding {
  readonly deviceId: number;
  readonly subscriberId: number;
  readonly origin: Binding['origin'];
}

/** Rows in one statement: well below the engines' limits on parameters. */
const BATCH = 300;

/** Calls `work` with some of the items at a time. */
export async function inBatches<T>(
  items: readonly T[],
  work: (batch: readonly T[]) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < items.length; from += BATCH) await work(items.slice(from, from + BATCH));
}

async function currentOf(
  db: Queries,
  deviceIds: readonly number[],
): Promise<Map<number, DeviceBinding & { devId: string }>> {
  const rows = await db
    .selectFrom('subscriber_devices')
    .innerJoin('devices', 'devices.id', 'subscriber_devices.device_id')
    .select([
      'subscriber_devices.device_id as deviceId',
      'subscriber_devices.subscriber_id as subscriberId',
      'subscriber_devices.from_at as fromAt',
      'subscriber_devices.to_at as toAt',
      'subscriber_devices.origin',
      'devices.dev_id as devId',
    ])
    .where('subscriber_devices.device_id', 'in', deviceIds)
    .where(isBindingCurrent)
    .execute();
  return new Map(rows.map((row) => [row.deviceId, row]));
}

/** Ends bindings that are current. One that began at this very time has never been. */
async function end(
  db: Queries,
  bindings: readonly (DeviceBinding & { devId: string })[],
  now: number,
): Promise<void> {
  if (bindings.length === 0) return;
  const ids = bindings.map(({ deviceId }) => deviceId);
  await db
    .deleteFrom('subscriber_devices')
    .where('device_id', 'in', ids)
    .where('from_at', '>=', now)
    .where(isBindingCurrent)
    .execute();
  await db
    .updateTable('subscriber_devices')
    .set({ to_at: now })
    .where('device_id', 'in', ids)
    .where(isBindingCurrent)
    .execute();
  await recordEvents(
    db,
    bindings.map(({ deviceId, devId, subscriberId }) => ({
      type: 'subscriber.unbound',
      at: now,
      text: `It is not the device of subscriber ${subscriberId} any more.`,
      deviceId,
      devId,
      data: { subscriber: subscriberId },
    })),
  );
}

/**
 * Binds devices to subscribers, in place of those whose they were. A device that is the subscriber's already stays so since
 * when it is; that somebody has said so outlasts its number.
 */
export async function bindDevices(db: Queries, bindings: readonly NewBinding[], now: number): Promise<void> {
  await inBatches(bindings, async (batch) => {
    const ids = batch.map(({ deviceId }) => deviceId);
    const current = await currentOf(db, ids);
    const kept = batch.filter((wanted) => current.get(wanted.deviceId)?.subscriberId === wanted.subscriberId);
    const said = kept.filter(({ origin }) => origin === 'set').map(({ deviceId }) => deviceId);
    if (said.length > 0) {
      await db
        .updateTable('subscriber_devices')
        .set({ origin: 'set' })
        .where('device_id', 'in', said)
        .where(isBindingCurrent)
        .execute();
    }
    const changed = batch.filter((wanted) => !kept.includes(wanted));
    if (changed.length === 0) return;
    await end(
      db,
      changed.flatMap(({ deviceId }) => current.get(deviceId) ?? []),
      now,
    );
    // One that ended at a time after now, because the clock was put back, has the key that this one needs.
    await db
      .deleteFrom('subscriber_devices')
      .where(
        'device_id',
        'in',
        changed.map(({ deviceId }) => deviceId),
      )
      .where('from_at', '>=', now)
      .execute();
    await db
      .insertInto('subscriber_devices')
      .values(
        changed.map(({ deviceId, subscriberId, origin }) => ({
          device_id: deviceId,
          subscriber_id: subscriberId,
          origin,
          from_at: now,
          to_at: null,
        })),
      )
      .execute();
    const named = await db.selectFrom('devices').select(['id', 'dev_id']).where('id', 'in', ids).execute();
    const devIds = new Map(named.map(({ id, dev_id }) => [id, dev_id]));
    await recordEvents(
      db,
      changed.map(({ deviceId, subscriberId, origin }) => ({
        type: 'subscriber.bound',
        at: now,
        text: `It is the device of subscriber ${subscriberId}.`,
        deviceId,
        devId: devIds.get(deviceId) ?? '',
        data: { subscriber: subscriberId, origin },
      })),
    );
  });
}

/**
 * Has devices be nobody's.
 *
 * @param only where it is given, only the devices whose binding it takes
 * @returns how many were somebody's
 */
export async function unbindDevices(
  db: Queries,
  deviceIds: readonly number[],
  now: number,
  only: (binding: Binding) => boolean = () => true,
): Promise<number> {
  let count = 0;
  await inBatches(deviceIds, async (batch) => {
    const ended = [...(await currentOf(db, batch)).values()].filter(only);
    await end(db, ended, now);
    count += ended.length;
  });
  return count;
}
