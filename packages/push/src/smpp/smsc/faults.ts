/** What a simulated SMS centre does wrong on purpose. */
import type { MessageFields } from '../pdu/index.ts';

export interface Faults {
  /** With which status a submit_sm is refused, or that it gets no answer; undefined = it is taken. */
  refuse?(message: MessageFields): number | 'silence' | undefined;
  /** How often a message goes to the phone: 0 = it is lost without a trace, 2 = it comes twice. */
  copies?(message: MessageFields): number;
  /** Which of the messages that wait for a phone goes next, 0 to `waiting - 1`. */
  pick?(waiting: number): number;
  /** Milliseconds for which a message waits for others to be shuffled with. */
  readonly gather?: number;
}

/** Faults that happen at random. Rates are from 0 (never) to 1 (always). */
export interface FaultRates {
  readonly lose?: number;
  readonly duplicate?: number;
  readonly shuffle?: boolean;
  /** Statuses with which submissions are refused, and how often in all. */
  readonly refuse?: { readonly statuses: readonly number[]; readonly rate: number };
}

/** How long messages wait for others when they are shuffled, in milliseconds. */
const GATHER = 200;

/** @param random from 0 to below 1 */
export function randomFaults(rates: FaultRates, random: () => number): Faults {
  const { lose = 0, duplicate = 0, refuse } = rates;
  const statuses = refuse?.statuses ?? [];
  return {
    refuse: () =>
      refuse !== undefined && random() < refuse.rate
        ? statuses[Math.floor(random() * statuses.length)]
        : undefined,
    copies: () => {
      if (random() < lose) return 0;
      return random() < duplicate ? 2 : 1;
    },
    ...(rates.shuffle ? { pick: (waiting: number) => Math.floor(random() * waiting), gather: GATHER } : {}),
  };
}
