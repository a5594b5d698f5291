/** What is known of devices that their profiles depend on. */
import { NotFound } from '@grove/api';
import type { Queries } from '../../store/index.ts';
import type { Closure, Facts } from '../render/index.ts';
import { objectsOn, placesOf } from './places.ts';
import { deviceFacts, modelOfDevice, type PreparedFacts, prepareFacts } from './prepare.ts';

export { type Needs, needsOf } from './needs.ts';
export { objectsOn, placesOf } from './places.ts';
export {
  type DeviceFacts,
  deviceFacts,
  modelOfDevice,
  NO_FACTS,
  type PreparedFacts,
  prepareFacts,
} from './prepare.ts';

/**
 * What is known of a device, as far as profiles depend on it.
 *
 * @param closure the profiles that are to be rendered
 * @param now milliseconds since the epoch
 * @param prepared what `prepareFacts` made of the closure, if it is at hand
 * @throws {NotFound} when there is no such device
 * @throws {Conflict} when the condition of a variant cannot be read any more
 */
export async function factsOf(
  db: Queries,
  deviceId: number,
  closure: Closure,
  now: number,
  prepared?: PreparedFacts,
): Promise<Facts> {
  const ready = prepared ?? (await prepareFacts(db, closure));
  const [device] = await deviceFacts(db, ready, [deviceId], now);
  if (device === undefined) throw new NotFound('device', deviceId);
  const model = await modelOfDevice(db, device);
  const { values, disputed, subscriber, holds } = device;
  const places = await placesOf(db, deviceId, objectsOn(ready.needs, model));
  return { values, disputed, subscriber, holds, model, places };
}
