/** What came of a request of an initiator. `text` is one sentence for an operator. */
import type { CancelResult, ProgressNote, StatusResult } from '../message/index.ts';

/** The gateway answered, and did not do it. */
export interface Refused {
  readonly kind: 'refused';
  /** Of `RESULT`; 2001 where HTTP itself refused the credentials. */
  readonly code: number;
  readonly text: string;
  /** Whether the same request may succeed later. */
  readonly temporary: boolean;
  /** Whether the gateway refuses whoever asks, whatever it is: HTTP has said so of the credentials. */
  readonly locked: boolean;
}

/** No answer that can be understood: the gateway may have done it or not. Asking again with the same id is safe. */
export interface Unreachable {
  readonly kind: 'unreachable';
  readonly text: string;
}

export type SubmitOutcome =
  | {
      readonly kind: 'accepted';
      readonly code: number;
      readonly text: string;
      readonly progressNotes: readonly ProgressNote[];
    }
  /**
   * The gateway has a push of this id. To one who asks again after `unreachable` this says that it was accepted the first
   * time; to one who asks for the first time, that the id was used for another.
   */
  | { readonly kind: 'duplicate'; readonly text: string }
  | Refused
  | Unreachable;

export type CancelOutcome =
  | { readonly kind: 'answered'; readonly results: readonly CancelResult[] }
  | Refused
  | Unreachable;

export type StatusOutcome =
  | { readonly kind: 'answered'; readonly results: readonly StatusResult[] }
  | Refused
  | Unreachable;

export type CapabilityOutcome =
  | {
      readonly kind: 'answered';
      readonly code: number;
      readonly text: string;
      readonly capabilities?: Uint8Array;
    }
  | Refused
  | Unreachable;

/** What the initiator said to a result notification. */
export type NotifyOutcome = { readonly kind: 'taken'; readonly text: string } | Refused | Unreachable;
