/** What the notifier asks of a push proxy gateway. */

/** A push as it is submitted. */
export interface Push {
  readonly pushId: string;
  /** As PAP writes it. */
  readonly address: string;
  /** The bearer that is insisted on; null = the gateway chooses. */
  readonly bearer: string | null;
  readonly contentType: string;
  readonly body: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly deliverBefore: number;
  readonly priority: 'high' | 'medium' | 'low';
}

/** What the gateway has answered, with a sentence for the operator. */
export type Submitted =
  /** It has the push, from now on or since before. */
  | { readonly kind: 'accepted'; readonly text: string }
  /** It will never take it. */
  | { readonly kind: 'refused'; readonly text: string }
  /** It cannot be reached, lets nobody in, or cannot take any push now. */
  | { readonly kind: 'unavailable'; readonly text: string };

/** What the gateway says became of a push. */
export interface Reported {
  readonly kind: 'sent' | 'delivered' | 'undeliverable';
  readonly text: string;
}

/** A push proxy gateway. Never rejects but by the signal. */
export interface PushGateway {
  submit(push: Push, signal: AbortSignal): Promise<Submitted>;
  /** Tells it to leave a push. What it answers is for the operator: the push may have gone out. */
  withdraw(pushId: string, signal: AbortSignal): Promise<Submitted>;
  /** Asks what became of a push; undefined where there is nothing to tell. */
  status(pushId: string, signal: AbortSignal): Promise<Reported | undefined>;
}
