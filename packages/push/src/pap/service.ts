/** What a push proxy gateway does for initiators, as values: what the PAP server asks of whoever keeps the pushes. */
import type { Address } from '../address/index.ts';
import type { PushContent } from '../bearer/index.ts';
import type { CancelResult, MessageOf, PapVersion, ProgressNote, StatusResult } from './message/index.ts';

/** Who asks, as the server's authentication knows them. Push ids of one initiator say nothing of another's. */
export interface Initiator {
  readonly name: string;
}

/** An address with the words in which the initiator wrote it, by which answers and notifications name it. */
export interface PushAddress {
  readonly text: string;
  readonly address: Address;
}

/** How a push should travel, with what the standard says where the initiator says nothing. */
export interface Quality {
  /** `medium` unless said otherwise. */
  readonly priority: 'high' | 'medium' | 'low';
  /** `notspecified` unless said otherwise. */
  readonly deliveryMethod: 'confirmed' | 'preferconfirmed' | 'unconfirmed' | 'notspecified';
  /** As written: `GSM`. */
  readonly network?: string | undefined;
  readonly networkRequired: boolean;
  /** As written: `SMS`, `sms`. */
  readonly bearer?: string | undefined;
  readonly bearerRequired: boolean;
}

/** A push that an initiator wants delivered. Times are in milliseconds since the epoch. */
export interface Submission {
  readonly pushId: string;
  /** At least one. */
  readonly addresses: readonly PushAddress[];
  readonly content: PushContent;
  /** The terminal's capabilities that the initiator assumes: an RDF document (UAProf), as it came. */
  readonly capabilities?: Uint8Array | undefined;
  /** Takes the place of an earlier push: of every address (`all`), or only of those that do not have it yet. */
  readonly replaces?: { readonly pushId: string; readonly method: 'all' | 'pending-only' } | undefined;
  readonly deliverBefore?: number | undefined;
  readonly deliverAfter?: number | undefined;
  readonly sourceReference?: string | undefined;
  /** Whether the answer should have progress notes. */
  readonly progressNotesRequested: boolean;
  /** Where result notifications go; undefined if none are wanted. */
  readonly notifyRequestedTo?: string | undefined;
  readonly quality: Quality;
  /** What the initiator speaks: result notifications are written in it. */
  readonly version: PapVersion;
}

/** A code with its sentence; without one, the code's title is sent. */
export interface Answer {
  readonly code: number;
  readonly desc?: string | undefined;
}

export interface PushAnswer extends Answer {
  readonly progressNotes?: readonly ProgressNote[] | undefined;
}

/** Of which push, and which of its addresses; none means all. */
export interface PushReference {
  readonly pushId: string;
  readonly addresses: readonly PushAddress[];
}

export interface CapabilityQuery {
  readonly queryId?: string | undefined;
  /** The application whose terminal is meant. */
  readonly appId?: string | undefined;
  readonly address: PushAddress;
}

export interface CapabilityAnswer extends Answer {
  /** An RDF document (UAProf). */
  readonly capabilities?: Uint8Array | undefined;
}

/**
 * The port behind the PAP server. Each promise resolves once what was done is durable; the answer goes out then. One
 * that rejects is answered with 3000, and told to the server's `onFailure`.
 */
export interface PushService {
  /** 1001 once it is stored; 2007 for an id that this initiator used before, whatever the rest. */
  submit(submission: Submission, from: Initiator): Promise<PushAnswer>;
  /** At least one result; addresses with the same outcome may share one. */
  cancel(push: PushReference, from: Initiator): Promise<readonly CancelResult[]>;
  /** At least one result; addresses with the same state may share one. */
  statusQuery(push: PushReference, from: Initiator): Promise<readonly StatusResult[]>;
  ccq(query: CapabilityQuery, from: Initiator): Promise<CapabilityAnswer>;
}

/** What the gateway reports when something has become of a push for one address. */
export type ResultNotification = Omit<MessageOf<'resultnotification-message'>, 'name'>;
