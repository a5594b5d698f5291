/** What networks report of pushes that they have taken. */
import { RESULT, type Receipt } from '@grove/push';
import type { Params } from '@grove/store';
import { type Queries, statement } from '../store/index.ts';
import { type Delivery, findDelivery } from './delivery.ts';
import { bounded, end, goOnElsewhere, note, type Onward } from './life.ts';
import type { Rules } from './rules.ts';

/**
 * Milliseconds for which a receipt is kept that nothing is known of: the attempt that it belongs to has not ended yet.
 * After that the same reference means something else, since networks use theirs again.
 */
const EARLY = 10 * 60_000;

const findReference = statement((q, p: Params<{ bearer: string; reference: string }>) =>
  q
    .selectFrom('push_references')
    .selectAll()
    .where('bearer', '=', p('bearer'))
    .where('reference', '=', p('reference')),
);

type ReferenceParams = {
  bearer: string;
  reference: string;
  deliveryId: number | null;
  attempt: number;
  outcome: Receipt['outcome'] | null;
  text: string | null;
  now: number;
};

// Not an upsert: where another unit has written the same reference at the same time, this one is run again and finds it.
const addReference = statement((q, p: Params<ReferenceParams>) =>
  q.insertInto('push_references').values({
    bearer: p('bearer'),
    reference: p('reference'),
    delivery_id: p('deliveryId'),
    attempt: p('attempt'),
    outcome: p('outcome'),
    text: p('text'),
    at: p('now'),
  }),
);

const changeReference = statement((q, p: Params<ReferenceParams>) =>
  q
    .updateTable('push_references')
    .set({
      delivery_id: p('deliveryId'),
      attempt: p('attempt'),
      outcome: p('outcome'),
      text: p('text'),
      at: p('now'),
    })
    .where('bearer', '=', p('bearer'))
    .where('reference', '=', p('reference')),
);

const outcomesOf = statement((q, p: Params<{ deliveryId: number; attempt: number }>) =>
  q
    .selectFrom('push_references')
    .select(['outcome', 'text'])
    .where('delivery_id', '=', p('deliveryId'))
    .where('attempt', '=', p('attempt')),
);

// Receipts of two parts that come at the same time wait for each other here, so that the second sees the first.
const touch = statement((q, p: Params<{ id: number; now: number }>) =>
  q
    .updateTable('push_deliveries')
    .set({ changed_at: p('now') })
    .where('id', '=', p('id')),
);

/**
 * Remembers by which references the network will report of an attempt, and takes what it has reported already.
 *
 * @param delivery as it is stored now
 */
export async function expectReceipts(
  db: Queries,
  delivery: Delivery,
  references: readonly string[],
  rules: Rules,
  now: number,
): Promise<void> {
  const { id, bearer, attempt } = delivery;
  if (bearer === null) return;
  let isKnown = false;
  for (const reference of references) {
    const there = await findReference.first(db, { bearer, reference });
    // The unit of work was run before, and nobody heard that it was done.
    if (there?.delivery_id === id && there.attempt === attempt) continue;
    const early = there?.delivery_id === null && there.at > now - EARLY ? there : undefined;
    isKnown ||= early !== undefined;
    const { outcome = null, text = null } = early ?? {};
    const put = there === undefined ? addReference : changeReference;
    await put.run(db, { bearer, reference, deliveryId: id, attempt, outcome, text, now });
    if (text !== null) await note(db, id, now, { kind: 'receipt', bearer, text });
  }
  if (isKnown) await judge(db, delivery, attempt, rules, now);
}

/**
 * Stores a receipt, and what follows from it. One that comes twice changes nothing.
 *
 * @returns where the push goes next, if it has to go on
 */
export async function takeReceipt(
  db: Queries,
  receipt: Receipt,
  rules: Rules,
  now: number,
): Promise<Onward | undefined> {
  const { bearer, reference, outcome } = receipt;
  const text = bounded(receipt.text);
  const there = await findReference.first(db, { bearer, reference });
  const deliveryId = there?.delivery_id ?? null;
  if (there === undefined || deliveryId === null) {
    const put = there === undefined ? addReference : changeReference;
    if (there !== undefined && there.at > now - EARLY) return undefined;
    await put.run(db, { bearer, reference, deliveryId: null, attempt: 0, outcome, text, now });
    return undefined;
  }
  if (there.outcome !== null) return undefined;
  await touch.run(db, { id: deliveryId, now });
  const { attempt } = there;
  await changeReference.run(db, { bearer, reference, deliveryId, attempt, outcome, text, now });
  await note(db, deliveryId, now, { kind: 'receipt', bearer, text });
  const delivery = await findDelivery(db, deliveryId);
  return delivery === undefined ? undefined : judge(db, delivery, attempt, rules, now);
}

/** What the receipts of an attempt come to: delivered with all of its parts, lost with one. */
async function judge(
  db: Queries,
  delivery: Delivery,
  attempt: number,
  rules: Rules,
  now: number,
): Promise<Onward | undefined> {
  const { state } = delivery;
  const isUnderWay = state === 'queued' || state === 'sending' || state === 'accepted';
  if (!isUnderWay) return undefined;
  const outcomes = await outcomesOf.all(db, { deliveryId: delivery.id, attempt });
  const lost = outcomes.find(({ outcome }) => outcome === 'undeliverable' || outcome === 'expired');
  if (lost === undefined) {
    if (outcomes.some(({ outcome }) => outcome === null)) return undefined;
    const text = outcomes.at(-1)?.text ?? 'the network reports that the terminal has it';
    const how = { state: 'delivered', code: RESULT.ok.code, text } as const;
    return (await end(db, delivery, how, now)) ? 'ended' : 'overtaken';
  }
  if (state !== 'accepted' || delivery.attempt !== attempt) return undefined;
  return goOnElsewhere(
    db,
    delivery,
    { text: lost.text ?? 'the network lost it', dead: lost.outcome === 'undeliverable' },
    rules,
    now,
  );
}

/** Forgets receipts whose attempt never came. @returns whether there may be more */
export async function trimReceipts(db: Queries, now: number, limit: number): Promise<boolean> {
  const rows = await db
    .selectFrom('push_references')
    .select(['bearer', 'reference'])
    .where('delivery_id', 'is', null)
    .where('at', '<', now - EARLY)
    .orderBy('at')
    .limit(limit)
    .execute();
  for (const { bearer, reference } of rows) {
    await db
      .deleteFrom('push_references')
      .where('bearer', '=', bearer)
      .where('reference', '=', reference)
      .where('delivery_id', 'is', null)
      .execute();
  }
  return rows.length === limit;
}
