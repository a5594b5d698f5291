/** How a delivery goes on, or ends. Each change is made only where the delivery still is as it was read. */
import { type MessageState, parseAddress, RESULT, type ResultNotification } from '@grove/push';
import type { Params } from '@grove/store';
import { keyOf } from '../address/index.ts';
import { terminalsOf } from '../directory/index.ts';
import { sameWay, type TriedWay, type Way } from '../routing/index.ts';
import {
  type DeliveryState,
  type EventKind,
  type FinalState,
  type Queries,
  statement,
} from '../store/index.ts';
import type { Delivery } from './delivery.ts';
import { pauseAfter, type Rules } from './rules.ts';

/** A note in a delivery's life. */
export interface Note {
  readonly kind: EventKind;
  readonly bearer: string | null;
  readonly text: string;
}

const addEvent = statement(
  (q, p: Params<{ deliveryId: number; at: number; kind: EventKind; bearer: string | null; text: string }>) =>
    q.insertInto('push_events').values({
      delivery_id: p('deliveryId'),
      at: p('at'),
      kind: p('kind'),
      bearer: p('bearer'),
      text: p('text'),
    }),
);

/** Characters of a sentence that are kept: what a network says is not bounded otherwise. */
const LONGEST_TEXT = 2_000;

/** What a network says, as it can be kept and sent in XML: one line, not too long. */
export function bounded(text: string): string {
  const line = text.toWellFormed().replace(/[\p{Cc}\uFFFE\uFFFF]+/gu, ' ');
  return line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT).toWellFormed()}…` : line;
}

export async function note(db: Queries, deliveryId: number, at: number, event: Note): Promise<void> {
  await addEvent.run(db, { deliveryId, at, ...event, text: bounded(event.text) });
}

const endFrom = statement(
  (
    q,
    p: Params<{
      id: number;
      from: DeliveryState;
      attempt: number;
      state: FinalState;
      code: number;
      text: string;
      now: number;
    }>,
  ) =>
    q
      .updateTable('push_deliveries')
      .set({
        state: p('state'),
        code: p('code'),
        text: p('text'),
        owner: null,
        claim: null,
        changed_at: p('now'),
        ended_at: p('now'),
      })
      .where('id', '=', p('id'))
      .where('state', '=', p('from'))
      .where('attempt', '=', p('attempt')),
);

/** How a delivery ends. */
export interface End {
  readonly state: FinalState;
  readonly code: number;
  readonly text: string;
}

/** @returns whether it ended so: false where it had gone on in the meantime */
export async function end(db: Queries, delivery: Delivery, how: End, now: number): Promise<boolean> {
  const { id, state: from, attempt, bearer } = delivery;
  const text = bounded(how.text);
  if ((await endFrom.run(db, { id, from, attempt, ...how, text, now })) === 0) return false;
  await note(db, id, now, { kind: how.state, bearer, text });
  await tell(db, delivery, how.state, how.code, text, now);
  return true;
}

const addNotification = statement(
  (
    q,
    p: Params<{
      deliveryId: number;
      client: string;
      url: string;
      message: string;
      version: string;
      now: number;
    }>,
  ) =>
    q.insertInto('push_notifications').values({
      delivery_id: p('deliveryId'),
      client: p('client'),
      url: p('url'),
      message: p('message'),
      version: p('version'),
      state: 'waiting',
      due_at: p('now'),
      attempts: 0,
      created_at: p('now'),
    }),
);

/** Has the initiator told, where it wants to be. */
export async function tell(
  db: Queries,
  delivery: Delivery,
  state: MessageState,
  code: number,
  desc: string,
  now: number,
): Promise<void> {
  if (delivery.notifyTo === null) return;
  const message: ResultNotification = {
    pushId: delivery.pushId,
    receivedTime: delivery.submittedAt,
    eventTime: now,
    state,
    code,
    desc,
    address: delivery.addressText,
  };
  await addNotification.run(db, {
    deliveryId: delivery.id,
    client: delivery.client,
    url: delivery.notifyTo,
    message: JSON.stringify(message),
    version: delivery.version,
    now,
  });
}

const queueFrom = statement(
  (
    q,
    p: Params<{
      id: number;
      from: DeliveryState;
      attempt: number;
      bearer: string;
      target: string;
      dueAt: number;
      failures: number;
      tried: string;
      text: string;
      now: number;
    }>,
  ) =>
    q
      .updateTable('push_deliveries')
      .set({
        state: 'queued',
        bearer: p('bearer'),
        target: p('target'),
        due_at: p('dueAt'),
        failures: p('failures'),
        tried: p('tried'),
        text: p('text'),
        owner: null,
        claim: null,
        changed_at: p('now'),
      })
      .where('id', '=', p('id'))
      .where('state', '=', p('from'))
      .where('attempt', '=', p('attempt')),
);

/** Where a delivery is queued anew. */
interface Place {
  readonly bearer: string;
  readonly target: string;
  readonly dueAt: number;
  readonly failures: number;
  readonly tried: readonly TriedWay[];
}

async function queue(
  db: Queries,
  delivery: Delivery,
  place: Place,
  text: string,
  now: number,
): Promise<boolean> {
  const { id, state: from, attempt } = delivery;
  const tried = JSON.stringify(place.tried);
  return (await queueFrom.run(db, { id, from, attempt, ...place, tried, text: bounded(text), now })) > 0;
}

/** What became of a delivery whose attempt came to nothing. */
export type Onward = { readonly bearer: string; readonly dueAt: number } | 'ended' | 'overtaken';

/**
 * Goes on after an attempt that may be repeated: over the same bearer after a pause, or over the next one when this one
 * has failed too often.
 *
 * @param after milliseconds that the network wants to be left alone
 * @param counts false where the bearer itself was down: then nothing was tried
 */
export async function goOnLater(
  db: Queries,
  delivery: Delivery,
  said: { readonly text: string; readonly after?: number | undefined; readonly counts: boolean },
  rules: Rules,
  now: number,
): Promise<Onward> {
  const { bearer, target } = delivery;
  if (bearer === null || target === null) return 'overtaken';
  const backoff = rules.backoffOf(bearer);
  const failures = delivery.failures + (said.counts ? 1 : 0);
  if (failures >= backoff.attempts) {
    return goOnElsewhere(db, delivery, { text: said.text, dead: false }, rules, now);
  }
  const pause = said.counts ? pauseAfter(failures, backoff, rules.random) : backoff.first;
  const dueAt = now + Math.max(pause, said.after ?? 0);
  const place = { bearer, target, dueAt, failures, tried: delivery.tried };
  if (!(await queue(db, delivery, place, said.text, now))) return 'overtaken';
  await note(db, delivery.id, now, { kind: 'attempt-failed', bearer, text: said.text });
  return { bearer, dueAt };
}

/**
 * Goes on after a way has failed: over the next one. Where none is left, those begin anew that have only come to nothing
 * for a while; where all are dead, the push is undeliverable.
 */
export async function goOnElsewhere(
  db: Queries,
  delivery: Delivery,
  said: { readonly text: string; readonly dead: boolean },
  rules: Rules,
  now: number,
): Promise<Onward> {
  const { id, bearer, target } = delivery;
  const tried: TriedWay[] = [...delivery.tried];
  if (bearer !== null && target !== null) tried.push({ bearer, to: target, dead: said.dead });
  const ways = await waysOf(db, delivery, rules);
  const isTried = (way: Way) => tried.some((one) => sameWay(way, one));
  const isDead = (way: Way) => tried.some((one) => one.dead && sameWay(way, one));
  const fresh = ways.find((way) => !isTried(way));
  const next = fresh ?? ways.find((way) => !isDead(way));
  if (next === undefined) {
    const how: End = { state: 'undeliverable', code: RESULT.serviceFailure.code, text: said.text };
    return (await end(db, delivery, how, now)) ? 'ended' : 'overtaken';
  }
  const isAnew = fresh === undefined;
  const backoff = rules.backoffOf(next.bearer);
  const dueAt = isAnew ? now + pauseAfter(backoff.attempts, backoff, rules.random) : now;
  const place: Place = {
    bearer: next.bearer,
    target: keyOf(next.to),
    dueAt,
    failures: 0,
    tried: isAnew ? tried.filter(({ dead }) => dead) : tried,
  };
  if (!(await queue(db, delivery, place, said.text, now))) return 'overtaken';
  await note(db, id, now, { kind: 'attempt-failed', bearer, text: said.text });
  if (next.bearer !== bearer || place.target !== target) {
    await note(db, id, now, {
      kind: 'rerouted',
      bearer: next.bearer,
      text: `goes over ${next.bearer} from now on`,
    });
  }
  return { bearer: next.bearer, dueAt };
}

/**
 * Takes a queued delivery over to a bearer that is up, where there is such a way that was not gone yet.
 *
 * @returns the bearer, or undefined where it stays
 */
export async function goAround(
  db: Queries,
  delivery: Delivery,
  up: ReadonlySet<string>,
  rules: Rules,
  now: number,
): Promise<string | undefined> {
  const { id, bearer, target } = delivery;
  if (bearer === null || target === null) return undefined;
  const tried: TriedWay[] = [...delivery.tried, { bearer, to: target, dead: false }];
  const next = (await waysOf(db, delivery, rules)).find(
    (way) => up.has(way.bearer) && !tried.some((one) => sameWay(way, one)),
  );
  if (next === undefined) return undefined;
  const text = `${bearer} is down; goes over ${next.bearer} from now on`;
  const place: Place = { bearer: next.bearer, target: keyOf(next.to), dueAt: now, failures: 0, tried };
  if (!(await queue(db, delivery, place, text, now))) return undefined;
  await note(db, id, now, { kind: 'rerouted', bearer: next.bearer, text });
  return next.bearer;
}

async function waysOf(db: Queries, delivery: Delivery, { router }: Rules): Promise<readonly Way[]> {
  const address = parseAddress(delivery.address);
  const terminals = await terminalsOf(db, address);
  const ways = router.ways(address, terminals, delivery);
  return 'code' in ways ? [] : ways;
}
