import { RESULT } from '@grove/push';
import type { Queries } from '../store/index.ts';
import { type Delivery, findDelivery } from './delivery.ts';
import { end } from './life.ts';

/** Whether a delivery could be cancelled, and if not, why. */
export interface Cancellation {
  readonly delivery: Delivery;
  readonly isCancelled: boolean;
  readonly text: string;
}

/**
 * Cancels what has not been sent. What is cancelled is not sent any more, by no process: who sends it has claimed it
 * before, and nobody can claim what is not queued.
 *
 * @param deliveries as they were read in the same unit of work
 */
export async function cancelDeliveries(
  db: Queries,
  deliveries: readonly Delivery[],
  reason: string,
  now: number,
): Promise<readonly Cancellation[]> {
  const cancellations: Cancellation[] = [];
  for (const delivery of deliveries) {
    const how = { state: 'cancelled', code: RESULT.ok.code, text: reason } as const;
    const isNew = delivery.state === 'queued' && (await end(db, delivery, how, now));
    // Where it was claimed in the meantime, what it is now is what counts.
    const left = isNew ? delivery : ((await findDelivery(db, delivery.id)) ?? delivery);
    const isCancelled = isNew || left.state === 'cancelled';
    cancellations.push({ delivery, isCancelled, text: isCancelled ? 'cancelled' : whyNot(left) });
  }
  return cancellations;
}

function whyNot({ state, bearer }: Delivery): string {
  if (state === 'queued') return 'it changed at this moment; ask again';
  if (state === 'sending') return `it is being sent over ${bearer} at this moment; ask again`;
  if (state === 'accepted') return `the network behind ${bearer} has it already`;
  return `it is at its end: ${state}`;
}
