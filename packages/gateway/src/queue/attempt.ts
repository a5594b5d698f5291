import { type Attempt, RESULT } from '@grove/push';
import type { Params } from '@grove/store';
import { type Queries, statement } from '../store/index.ts';
import type { Delivery } from './delivery.ts';
import { bounded, end, goOnElsewhere, goOnLater, note, type Onward, tell } from './life.ts';
import { expectReceipts } from './receipts.ts';
import type { Rules } from './rules.ts';

// Also where others have put it back into the queue because they took this process for dead: as long as nobody has claimed
// it anew, it need not be sent twice.
const acceptedFrom = statement((q, p: Params<{ id: number; attempt: number; text: string; now: number }>) =>
  q
    .updateTable('push_deliveries')
    .set({ state: 'accepted', owner: null, claim: null, text: p('text'), changed_at: p('now') })
    .where('id', '=', p('id'))
    .where('state', 'in', ['sending', 'queued'])
    .where('attempt', '=', p('attempt')),
);

/** What an attempt came to, for whoever counts. */
export type AttemptOutcome = Onward | 'accepted';

/**
 * Stores what came of an attempt.
 *
 * @param delivery as it was claimed
 * @param isDown whether the bearer is down by itself: what failed for that was no attempt
 */
export async function settleAttempt(
  db: Queries,
  delivery: Delivery,
  attempt: Attempt,
  isDown: boolean,
  rules: Rules,
  now: number,
): Promise<AttemptOutcome> {
  const { kind, text } = attempt;
  if (kind === 'failed') return goOnElsewhere(db, delivery, { text, dead: true }, rules, now);
  if (kind === 'retry') {
    return goOnLater(db, delivery, { text, after: attempt.after, counts: !isDown }, rules, now);
  }
  if (kind === 'delivered' || !attempt.awaitsReceipt) {
    const how = { state: 'delivered', code: RESULT.ok.code, text } as const;
    const isEnded =
      (await end(db, delivery, how, now)) || (await end(db, { ...delivery, state: 'queued' }, how, now));
    return isEnded ? 'ended' : 'overtaken';
  }
  const { id, bearer } = delivery;
  const isOurs =
    (await acceptedFrom.run(db, { id, attempt: delivery.attempt, text: bounded(text), now })) > 0;
  // The network has it, whatever was thought of this process meanwhile: its receipts are wanted.
  await note(db, id, now, { kind: 'accepted', bearer, text });
  if (isOurs && rules.tellsAccepted(delivery.client)) {
    await tell(db, delivery, 'pending', RESULT.accepted.code, bounded(text), now);
  }
  await expectReceipts(db, { ...delivery, state: 'accepted' }, attempt.references, rules, now);
  return isOurs ? 'accepted' : 'overtaken';
}
