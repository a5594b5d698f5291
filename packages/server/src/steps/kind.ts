import { isSuccess, STATUS } from '@grove/protocol';
import type { Checking } from './checking/index.ts';
import type { Step } from './kinds.ts';
import type { Request } from './request.ts';
import type { StepSummary } from './result.ts';

/** What a device said of one node, in an Item of Results or of a Status. */
export interface DeviceItem {
  /** The node, or where it is none whatever the Item names. */
  readonly uri?: string | undefined;
  /** Text, or base64 where the format is `bin`; absent where only the node's being there was said. */
  readonly value?: string | undefined;
  readonly format?: string | undefined;
  readonly type?: string | undefined;
  /** Of an answer to a question: `default` when nobody answered, so that the default holds. */
  readonly mark?: string | undefined;
  readonly acl?: string | undefined;
  readonly title?: string | undefined;
  readonly tstamp?: string | undefined;
  readonly verNo?: number | undefined;
  /** In place of the value where it is large: the content that holds it, and how many bytes that has. */
  readonly content?: number | undefined;
  readonly size?: number | undefined;
}

/** A generic alert, as far as a step that waits for it has to know it. */
export interface AlertSaid {
  /** What kind of alert it is. */
  readonly type: string | null;
  /** Canonical URI of the node that it is about. */
  readonly source: string | null;
  readonly correlator: string | null;
  readonly data: string | null;
  readonly format: string | null;
}

/** What came of a request. */
export interface Answer {
  /** SyncML status code, or null when the device did not answer. */
  readonly status: number | null;
  /** Why it failed, in a sentence, where more is known than the status says: that the request was not sent, say. */
  readonly reason?: string | undefined;
  /** The request was sent more than once, so that an earlier one may have been carried out. */
  readonly repeated?: boolean | undefined;
  /** What a Get returned: text, or base64 where the format is `bin`. Of several Items the first. */
  readonly value?: string | undefined;
  readonly format?: string | undefined;
  readonly type?: string | undefined;
  /** In place of the value where it is large: the content that holds it, and how many bytes that has. */
  readonly content?: number | undefined;
  readonly size?: number | undefined;
  /** All that the device said, where that is more than the value: Items of Results, then of the Status. */
  readonly items?: readonly DeviceItem[] | undefined;
  /** What came of the requests within a container, in their order. */
  readonly nested?: readonly Answer[] | undefined;
}

/**
 * What a device is known not to do, so that steps go another way at once. What is not said of it is
 * tried, and the device's answer decides.
 */
export interface Abilities {
  /** `Get ?list=Struct` and `?list=StructData`. */
  readonly list?: boolean | undefined;
  /** Serialized trees, in `?list=TNDS` and in Add and Replace. */
  readonly tnds?: boolean | undefined;
  readonly atomic?: boolean | undefined;
  readonly sequence?: boolean | undefined;
  /** Values in several pieces, each in a message of its own (MoreData). */
  readonly largeObjects?: boolean | undefined;
  /** Active, Default and Locked as properties of the instances of a service. */
  readonly instanceState?: boolean | undefined;
}

/** In which circumstances a step is asked for its requests. */
export interface Circumstances {
  readonly abilities: Abilities;
  /** Names the step among all that the server has to do, and does so each time. */
  readonly name: string;
  /** What the server is called in the device's ACLs. */
  readonly serverID: string;
}

/** A step with its place among others: the path to it in their JSON, such as `0` or `2/steps/1`. */
export interface PlacedStep {
  readonly at: string;
  readonly step: Step;
}

/**
 * A kind of step: how its work proceeds. `S` is the step as data, `P` how far it has come, as JSON.
 * All functions are pure.
 */
export interface StepKind<S, P> {
  /** Whether the step may travel in one message with others of which the same is true and that lie next to it. */
  adjacent(step: S): boolean;
  /** Checks a step that fits its schema. @returns it in canonical form */
  check(step: S, checking: Checking): S;
  start(step: S): P;
  /** The requests that are to be sent now; none when the step is finished. */
  requests(step: S, progress: P, circumstances: Circumstances): Request[];
  /** @param now milliseconds since the epoch */
  answered(step: S, progress: P, request: Request, answer: Answer, now: number): P;
  /** Why a finished step failed, in a sentence; undefined when it succeeded. */
  failure(step: S, progress: P): string | undefined;
  /** Whether a step that failed did so because the user does not want it. */
  declined?(step: S, progress: P): boolean;
  /** Whether the answer belongs in the results that people see. */
  reports(request: Request, answer: Answer): boolean;
  /** What the step came to as a whole, for the results that people see. */
  summary?(step: S, progress: P): StepSummary;
  /** Steps within this one that follow from how it went, by their path below it. */
  branch?(step: S, progress: P): readonly PlacedStep[];
  /** Until when a step waits for an alert that has no request due, in milliseconds since the epoch. */
  waits?(step: S, progress: P): number | undefined;
  /**
   * What an alert makes of a step that has not finished.
   *
   * @param name of the step, as its requests were told it
   * @returns undefined when the alert is not for it
   */
  alerted?(step: S, progress: P, alert: AlertSaid, name: string): P | undefined;
  /** What becomes of a step that has waited for too long. */
  expired?(step: S, progress: P): P;
}

/**
 * Whether a status says that the command was carried out, or was accepted to be. That a device has put a part of a
 * value by (213) does not.
 */
export function succeeded(status: number | null): boolean {
  return status !== null && isSuccess(status) && status !== STATUS.CHUNK_ACCEPTED;
}
