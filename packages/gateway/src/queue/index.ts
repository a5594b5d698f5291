/** The queue: what is to be delivered, how far it is, and what has happened to it. */
export { type AttemptOutcome, settleAttempt } from './attempt.ts';
export { type Cancellation, cancelDeliveries } from './cancel.ts';
export { type Claim, type Claimed, claimDeliveries, PRIORITIES, releaseDeliveries } from './claim.ts';
export { type Delivery, type DeliveryStatus, deliveriesOf, findDelivery } from './delivery.ts';
export { expireDeliveries, trimDeliveries } from './expire.ts';
export { bounded, note, type Onward } from './life.ts';
export {
  countWaiting,
  type ListedPush,
  listPushes,
  type PushFilter,
  type ShownPush,
  showPush,
} from './list.ts';
export { enrol, recover, stayAlive, TakenForDead, withdraw } from './processes.ts';
export { takeReceipt, trimReceipts } from './receipts.ts';
export { type Backoff, DEFAULT_BACKOFF, type Pauses, pauseAfter, type Rules } from './rules.ts';
export { leaveBearer, rerouteStrays } from './strays.ts';
export { type ClientLimits, type Lifetimes, type Submitted, submit } from './submit.ts';
