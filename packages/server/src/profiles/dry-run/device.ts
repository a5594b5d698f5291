import type { Queries } from '../../store/index.ts';
import { factsOf } from '../facts/index.ts';
import { type Closure, type Given, type Rendering, render } from '../render/index.ts';
import { type Comparison, compare, relevantUris } from './compare.ts';
import { TreeReader } from './trees.ts';

/**
 * What bringing a profile to one device would change, by its last known tree.
 *
 * @param now milliseconds since the epoch
 * @throws {NotFound} when there is no such device
 */
export async function dryRunDevice(
  db: Queries,
  closure: Closure,
  deviceId: number,
  given: Given,
  now: number,
): Promise<{ rendering: Rendering; comparison: Comparison | undefined }> {
  const facts = await factsOf(db, deviceId, closure, now);
  const rendering = render(closure, facts, given);
  if (rendering.refused) return { rendering, comparison: undefined };
  const trees = new TreeReader(db);
  const signatures = await trees.signaturesOf([deviceId], new Set(relevantUris(rendering)));
  const nodes = await trees.nodesIn(signatures.get(deviceId) ?? '');
  return { rendering, comparison: compare(rendering, (uri) => nodes.get(uri), facts.model) };
}
