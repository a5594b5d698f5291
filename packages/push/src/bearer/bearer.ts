import type { Address } from '../address/index.ts';
import type { PushContent } from './push.ts';

/** One attempt to reach a terminal. */
export interface Shipment {
  /** Names the push within the gateway; the same at every attempt. */
  readonly id: string;
  readonly to: Address;
  readonly content: PushContent;
  /** Until when it is worth delivering, in milliseconds since the epoch. */
  readonly deliverBefore: number;
  /** Whether the bearer should find out that the terminal has it, where it can. */
  readonly confirmed: boolean;
}

/** What came of an attempt. `text` is one sentence for an operator, with what the other side said. */
export type Attempt =
  /**
   * The network has it, in one part or in several, each with a reference of its own (segments of an SMS). Where receipts are
   * awaited, one {@link Receipt} follows for each reference: the push is delivered when all parts are, and lost when one is.
   */
  | {
      readonly kind: 'accepted';
      readonly references: readonly string[];
      readonly text: string;
      readonly awaitsReceipt: boolean;
    }
  /** The terminal has it. */
  | { readonly kind: 'delivered'; readonly text: string }
  /** It may succeed later; `after` is how many milliseconds the other side wants to be left alone. */
  | { readonly kind: 'retry'; readonly text: string; readonly after?: number }
  /** It never will over this bearer. */
  | { readonly kind: 'failed'; readonly text: string };

/**
 * What the network reports of one part of an accepted push, perhaps after the gateway was started anew, perhaps before the
 * attempt has ended, perhaps twice.
 */
export interface Receipt {
  readonly bearer: string;
  /** One of the `references` of the {@link Attempt}. */
  readonly reference: string;
  readonly outcome: 'delivered' | 'undeliverable' | 'expired';
  readonly text: string;
}

/** How a bearer is, for operators. */
export interface Health {
  readonly state: 'up' | 'connecting' | 'down';
  /** One sentence: since when, why. */
  readonly text: string;
}

/** A way to reach terminals. It keeps nothing that must survive: the gateway's queue does. */
export interface Bearer {
  /** As configured: `sms`, `sip`, or whatever the operator calls it. */
  readonly name: string;
  /** Whether it can reach such an address at all. */
  reaches(to: Address): boolean;
  /** Shipments that it takes at the same time; the gateway hands it no more. */
  readonly window: number;
  /** Never rejects but by the signal: what goes wrong is an {@link Attempt}. */
  send(shipment: Shipment, signal: AbortSignal): Promise<Attempt>;
  /** While it is not up it is handed nothing: one that learns of its network only by sending comes up by itself. */
  health(): Health;
  /** Ends its connections. */
  close(): Promise<void>;
}

/** What a bearer is opened with, besides its settings. */
export interface BearerMeans {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  /** Resolves once the receipt is stored; only then may the bearer acknowledge it to the network. */
  readonly onReceipt: (receipt: Omit<Receipt, 'bearer'>) => Promise<void>;
  /** What operators should see in the log. */
  readonly log: (text: string) => void;
}
