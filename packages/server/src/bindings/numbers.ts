/** A device whose telephone number is one of a subscriber's is his: numbers go with SIM cards, and SIM cards with people. */
import type { Queries } from '../store/index.ts';
import { bindDevices, inBatches, unbindDevices } from './binding.ts';

/**
 * Follows devices that got another telephone number, or lost theirs. One whose number is a subscriber's becomes his. One
 * whose number is nobody's stops being that of the subscriber whose number it had, unless somebody has said that it is his.
 *
 * @param changes the number, in the form in which it is kept, or null
 */
export async function followNumbers(
  db: Queries,
  changes: readonly { readonly deviceId: number; readonly msisdn: string | null }[],
  now: number,
): Promise<void> {
  await inBatches(changes, async (batch) => {
    const numbers = batch.flatMap(({ msisdn }) => (msisdn === null ? [] : [msisdn]));
    const known =
      numbers.length === 0
        ? []
        : await db.selectFrom('subscriber_numbers').selectAll().where('msisdn', 'in', numbers).execute();
    const owners = new Map(known.map(({ msisdn, subscriber_id }) => [msisdn, subscriber_id]));
    const bindings = batch.flatMap(({ deviceId, msisdn }) => {
      const subscriberId = msisdn === null ? undefined : owners.get(msisdn);
      return subscriberId === undefined ? [] : [{ deviceId, subscriberId, origin: 'number' as const }];
    });
    const bound = new Set(bindings.map(({ deviceId }) => deviceId));
    const free = batch.map(({ deviceId }) => deviceId).filter((id) => !bound.has(id));
    await unbindDevices(db, free, now, ({ origin }) => origin === 'number');
    await bindDevices(db, bindings, now);
  });
}

/** Binds the devices that have numbers which subscribers have got. */
export async function bindByNumber(
  db: Queries,
  numbers: readonly { readonly msisdn: string; readonly subscriberId: number }[],
  now: number,
): Promise<void> {
  await inBatches(numbers, async (batch) => {
    const owners = new Map(batch.map(({ msisdn, subscriberId }) => [msisdn, subscriberId]));
    const devices = await devicesOfNumbers(db, [...owners.keys()]);
    await bindDevices(
      db,
      devices.flatMap(({ deviceId, msisdn }) => {
        const subscriberId = owners.get(msisdn);
        return subscriberId === undefined ? [] : [{ deviceId, subscriberId, origin: 'number' as const }];
      }),
      now,
    );
  });
}

/** Unbinds the devices that were a subscriber's by numbers which he has no more. */
export async function releaseNumbers(
  db: Queries,
  subscriberId: number,
  numbers: readonly string[],
  now: number,
): Promise<void> {
  if (numbers.length === 0) return;
  const devices = await devicesOfNumbers(db, numbers);
  const ids = devices.map(({ deviceId }) => deviceId);
  await unbindDevices(
    db,
    ids,
    now,
    (binding) => binding.origin === 'number' && binding.subscriberId === subscriberId,
  );
}

function devicesOfNumbers(
  db: Queries,
  numbers: readonly string[],
): Promise<{ deviceId: number; msisdn: string }[]> {
  return db
    .selectFrom('device_addresses')
    .select(['device_id as deviceId', 'value as msisdn'])
    .where('value', 'in', numbers)
    .where('kind', '=', 'msisdn')
    .execute();
}
