import type { Health } from '@grove/push';
import type { Counters } from '../../dispatch/index.ts';
import type { Store } from '../../store/index.ts';

/** A bearer as operators see it. */
export interface BearerStatus {
  readonly name: string;
  readonly kind: string;
  readonly health: Health;
  /** Shipments that it takes at the same time, and has. */
  readonly window: number;
  readonly inFlight: number;
  readonly counters: Readonly<Counters>;
}

/** What the gateway's routes work with. */
export interface GatewayMeans {
  readonly store: Store;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly bearers: () => readonly BearerStatus[];
  /** Initiators may have to be told of something. */
  readonly onEnded: () => void;
}
