import type { Health } from './bearer.ts';
import type { PushContent } from './push.ts';

/** A push as a terminal got it. */
export interface ReceivedPush extends PushContent {
  /** Over which bearer: `sms`, `sip`, `udp`, `http`. */
  readonly bearer: string;
  /** Who sent it as far as the bearer knows: a number, a SIP URI, an address with a port. Nothing is proved by it. */
  readonly from: string;
  /** Whom it was sent to, where the bearer says: a number, a SIP URI. By it one receiver serves several terminals. */
  readonly to?: string;
}

/** The terminal's end of a bearer. It connects again by itself for as long as it is open. */
export interface Receiver {
  /** Where it is reached, as a gateway would address it: `+441632960001`, `sip:…`, `127.0.0.1:2948`. */
  readonly address: string;
  /** Whether it is reached there now. */
  health(): Health;
  /** Ends it, and what it registered with the network. */
  close(): Promise<void>;
}

/** What a receiver is opened with, besides its settings. */
export interface ReceiverMeans {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  /**
   * Resolves once the push is stored, or is known to be worth nothing; only then does the receiver acknowledge it to the
   * network. Where it rejects, the network is told to try again.
   */
  readonly onPush: (push: ReceivedPush) => Promise<void>;
  /** Called whenever {@link Receiver.health} says something else than before. */
  readonly onHealth: () => void;
  /** What the user of the terminal should see in its log: hostile or damaged input, connections that were lost. */
  readonly log: (text: string) => void;
}

/** A kind of receiver: a new one is a folder and a row in `bearers`. Its settings are one URL. */
export interface ReceiverKind {
  /** The `bearer` of its pushes: `sms`. */
  readonly bearer: string;
  /** Schemes of its URLs, without the colon: `smpp`, `smpps`. No two kinds have one in common. */
  readonly schemes: readonly string[];
  /** How its URLs are written, for people: `smpp://SYSTEM-ID:PASSWORD@HOST:PORT?number=+NUMBER`. */
  readonly form: string;
  /**
   * Resolves once it listens, or has begun to connect: that a network is not there yet is its `health`, no error.
   *
   * @throws {ReceiverError} for what no waiting mends: a URL that is not of the form, a port that is taken.
   */
  open(url: string, means: ReceiverMeans): Promise<Receiver>;
}

/** A receiver cannot be opened. The message names the URL's part and what was expected, and no password. */
export class ReceiverError extends Error {
  override readonly name = 'ReceiverError';
}
