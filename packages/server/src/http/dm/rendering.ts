import { keepRendering } from '../../renderings/index.ts';
import { isSame, type Turn } from '../../session/index.ts';
import type { Work, WorkRef } from '../../steps/index.ts';
import type { Queries } from '../../store/index.ts';

/**
 * Keeps the steps of work that the turn has begun and that were made for the device, so that every later message goes on
 * with them, whatever has changed by then of what they were made of.
 *
 * @param queue the work that the turn has chosen from
 */
export async function keepSteps(
  db: Queries,
  { state, effects, now }: Turn,
  queue: readonly Work[],
): Promise<void> {
  const kept: WorkRef[] = [];
  const keep = async <R extends WorkRef>(ref: R): Promise<R> => {
    if (ref.rendering !== null) return ref;
    const known = kept.find((each) => isSame(each, ref));
    if (known !== undefined) return { ...ref, rendering: known.rendering };
    const steps = queue.find((each) => isSame(each, ref))?.steps ?? [];
    const after = { ...ref, rendering: await keepRendering(db, steps, now) };
    kept.push(after);
    return after;
  };
  if (state.work !== undefined) state.work.ref = await keep(state.work.ref);
  for (const parked of effects.parked) parked.work = await keep(parked.work);
  for (const ended of effects.finished) ended.work = await keep(ended.work);
  for (const [index, started] of effects.started.entries()) effects.started[index] = await keep(started);
}
