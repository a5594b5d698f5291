import type { Queries } from '../store/index.ts';
import { closureOf } from './closure.ts';
import { factsOf } from './facts/index.ts';
import { showProfile } from './profile.ts';
import { type Given, type Rendering, render } from './render/index.ts';

/**
 * What a device is to get of a profile, by what is known of it now. Keep the steps with `keepRendering` once work with
 * them is begun: the next time they may be others.
 *
 * @param version the newest when absent; those that it requires are always in their newest version
 * @param given values that the work gives to variables, by their names
 * @param now milliseconds since the epoch
 * @throws {NotFound} when there is no such profile, version or device
 * @throws {Conflict} when one that it requires is gone, or the condition of a variant cannot be read any more
 */
export async function renderForDevice(
  db: Queries,
  profile: { readonly name: string; readonly version?: number | undefined },
  deviceId: number,
  given: Given,
  now: number,
): Promise<Rendering> {
  const found = await showProfile(db, profile.name, profile.version);
  const closure = await closureOf(db, found);
  return render(closure, await factsOf(db, deviceId, closure, now), given);
}
