import type { SipTimers } from './timers.ts';

/** A request other than INVITE that came, until it will not come again (RFC 3261, 17.2.2). */
export type ServerTransaction =
  | { readonly state: 'trying'; readonly timers: SipTimers; readonly reliable: boolean }
  /** Timer J: until when the request is answered by the same response. */
  | { readonly state: 'completed'; readonly until: number }
  | { readonly state: 'terminated' };

export function startServer(timers: SipTimers, reliable: boolean): ServerTransaction {
  return { state: 'trying', timers, reliable };
}

/** The final response is being sent now. */
export function serverResponse(transaction: ServerTransaction, now: number): ServerTransaction {
  if (transaction.state !== 'trying') return transaction;
  const { reliable, timers } = transaction;
  return reliable ? { state: 'terminated' } : { state: 'completed', until: now + 64 * timers.t1 };
}

/** When {@link serverTime} is to be called next. */
export function serverDue(transaction: ServerTransaction): number | undefined {
  return transaction.state === 'completed' ? transaction.until : undefined;
}

export function serverTime(transaction: ServerTransaction, now: number): ServerTransaction {
  return transaction.state === 'completed' && now >= transaction.until
    ? { state: 'terminated' }
    : transaction;
}
