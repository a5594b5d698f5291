import type { SipTimers } from './timers.ts';

/**
 * A request other than INVITE, from when it is sent until nothing of it is expected any more (RFC 3261, 17.1.2).
 * Times are milliseconds of whatever clock the caller has.
 */
export type ClientTransaction =
  | {
      readonly state: 'trying' | 'proceeding';
      readonly timers: SipTimers;
      readonly reliable: boolean;
      /** Timer E: when the request is sent again, and after how long the next time. Never on reliable transports. */
      readonly resend: { readonly at: number; readonly interval: number } | undefined;
      /** Timer F: when it is given up. */
      readonly until: number;
    }
  /** Timer K: until when further responses are absorbed. */
  | { readonly state: 'completed'; readonly until: number }
  | { readonly state: 'terminated' };

/** A transaction whose request is being sent now. */
export function startClient(timers: SipTimers, reliable: boolean, now: number): ClientTransaction {
  return {
    state: 'trying',
    timers,
    reliable,
    resend: reliable ? undefined : { at: now + timers.t1, interval: timers.t1 },
    until: now + 64 * timers.t1,
  };
}

/**
 * A response has come.
 *
 * @returns whether it is the final one, which is the first of them
 */
export function clientResponse(
  transaction: ClientTransaction,
  status: number,
  now: number,
): { transaction: ClientTransaction; isFinal: boolean } {
  if (transaction.state === 'completed' || transaction.state === 'terminated')
    return { transaction, isFinal: false };
  if (status < 200) return { transaction: { ...transaction, state: 'proceeding' }, isFinal: false };
  const { reliable, timers } = transaction;
  return {
    transaction: reliable ? { state: 'terminated' } : { state: 'completed', until: now + timers.t4 },
    isFinal: true,
  };
}

/** When {@link clientTime} is to be called next; undefined once the transaction is terminated. */
export function clientDue(transaction: ClientTransaction): number | undefined {
  if (transaction.state === 'terminated') return undefined;
  if (transaction.state === 'completed') return transaction.until;
  return Math.min(transaction.until, transaction.resend?.at ?? transaction.until);
}

/** Time has passed: the request may have to be sent again, or no response will come. */
export function clientTime(
  transaction: ClientTransaction,
  now: number,
): { transaction: ClientTransaction; effect?: 'send' | 'timeout' } {
  if (transaction.state === 'terminated') return { transaction };
  if (now >= transaction.until)
    return {
      transaction: { state: 'terminated' },
      ...(transaction.state !== 'completed' && { effect: 'timeout' }),
    };
  if (transaction.state === 'completed' || !transaction.resend || now < transaction.resend.at)
    return { transaction };
  const { timers, resend } = transaction;
  const interval = transaction.state === 'proceeding' ? timers.t2 : Math.min(resend.interval * 2, timers.t2);
  return { transaction: { ...transaction, resend: { at: now + interval, interval } }, effect: 'send' };
}
