import type { PushContent } from './push.ts';

/** A push as a terminal got it. */
export interface ReceivedPush extends PushContent {
  /** Over which bearer: `sms`, `sip`, `udp`, `http`. */
  readonly bearer: string;
  /** Who sent it as far as the bearer knows: a number, a SIP URI, an address with a port. Nothing is proved by it. */
  readonly from: string;
}

/** The terminal's end of a bearer. */
export interface Receiver {
  /** Where it is reached, as a gateway would address it: `+441632960001`, `sip:…`, `127.0.0.1:2948`. */
  readonly address: string;
  /** Ends it, and what it registered with the network. */
  close(): Promise<void>;
}

/** What a receiver is opened with, besides its settings. */
export interface ReceiverMeans {
  readonly random: (bytes: number) => Uint8Array;
  /**
   * Resolves once the push is stored, or is known to be worth nothing; only then does the receiver acknowledge it to the
   * network. Where it rejects, the network is told to try again.
   */
  readonly onPush: (push: ReceivedPush) => Promise<void>;
  /** What the user of the terminal should see in its log: hostile or damaged input, connections that were lost. */
  readonly log: (text: string) => void;
}
