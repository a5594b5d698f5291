/** The times of SIP's transactions, in milliseconds (RFC 3261, 17.1.1.1). */
export interface SipTimers {
  /** Estimate of a round trip: the first retransmission. */
  readonly t1: number;
  /** The longest between two retransmissions. */
  readonly t2: number;
  /** How long a message may remain in the network. */
  readonly t4: number;
}

/** T1 500 ms, T2 4 s, T4 5 s: a transaction is given up after 64 × T1 = 32 s. */
export const SIP_TIMERS: SipTimers = { t1: 500, t2: 4000, t4: 5000 };
