/** Which devices a subscriber has, and who has had a device. */
import { InvalidInput, idAfter, type Page, type PageRequest, pageOf } from '@grove/api';
import type { Binding } from '../bindings/index.ts';
import { isBindingCurrent, type Queries } from '../store/index.ts';

/** A device that is a subscriber's, or was. */
export interface SubscriberDevice extends Omit<Binding, 'subscriberId'> {
  id: number;
  devId: string;
}

/** Devices that are told with a subscriber. */
const MOST = 100;

/** The devices that are a subscriber's at present, the oldest bindings first, {@link MOST} at most. */
export async function devicesOfSubscriber(db: Queries, subscriberId: number): Promise<SubscriberDevice[]> {
  return db
    .selectFrom('subscriber_devices')
    .innerJoin('devices', 'devices.id', 'subscriber_devices.device_id')
    .select([
      'devices.id',
      'devices.dev_id as devId',
      'subscriber_devices.origin',
      'subscriber_devices.from_at as fromAt',
      'subscriber_devices.to_at as toAt',
    ])
    .where('subscriber_devices.subscriber_id', '=', subscriberId)
    .where(isBindingCurrent)
    .orderBy('subscriber_devices.from_at')
    .limit(MOST)
    .execute();
}

/** Whose a device was and is, the newest first. */
export async function bindingsOfDevice(
  db: Queries,
  deviceId: number,
  page: PageRequest,
): Promise<Page<Binding>> {
  const before = idAfter(page) ?? Number.MAX_SAFE_INTEGER;
  const rows = await db
    .selectFrom('subscriber_devices')
    .select(['subscriber_id as subscriberId', 'origin', 'from_at as fromAt', 'to_at as toAt'])
    .where('device_id', '=', deviceId)
    .where('from_at', '<', before)
    .orderBy('from_at', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows, page.limit, ({ fromAt }) => fromAt);
}

/** Which devices were and are a subscriber's, the newest bindings first. */
export async function bindingsOfSubscriber(
  db: Queries,
  subscriberId: number,
  page: PageRequest,
): Promise<Page<SubscriberDevice>> {
  const [at, id] = cursorOf(page);
  const rows = await db
    .selectFrom('subscriber_devices')
    .innerJoin('devices', 'devices.id', 'subscriber_devices.device_id')
    .select([
      'devices.id',
      'devices.dev_id as devId',
      'subscriber_devices.origin',
      'subscriber_devices.from_at as fromAt',
      'subscriber_devices.to_at as toAt',
    ])
    .where('subscriber_devices.subscriber_id', '=', subscriberId)
    .where((where) =>
      where.or([
        where('subscriber_devices.from_at', '<', at),
        where.and([
          where('subscriber_devices.from_at', '=', at),
          where('subscriber_devices.device_id', '<', id),
        ]),
      ]),
    )
    .orderBy('subscriber_devices.from_at', 'desc')
    .orderBy('subscriber_devices.device_id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows, page.limit, ({ fromAt, id }) => `${fromAt}-${id}`);
}

function cursorOf({ after }: PageRequest): [at: number, id: number] {
  if (after === undefined) return [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
  const [, at, id] = /^(\d{1,15})-(\d{1,15})$/.exec(after) ?? [];
  if (at === undefined || id === undefined)
    throw new InvalidInput([{ field: 'after', value: after, expected: 'the "next" of the page before' }]);
  return [Number(at), Number(id)];
}
