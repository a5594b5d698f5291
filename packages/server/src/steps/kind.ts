import { isSuccess } from '@grove/protocol';
import type { CommandResult } from './step.ts';

/** A DM command to send: one node each, as many clients handle only the first Item of a command. */
export interface Request {
  /** Names the request within its step; the same request keeps its id when it is sent again. */
  readonly id: string;
  readonly command: 'Get' | 'Add' | 'Replace' | 'Delete' | 'Copy' | 'Exec';
  /** Target URI. For Copy the node that is written. */
  readonly uri: string;
  /** Copy: the node that is read. */
  readonly source?: string | undefined;
  readonly value?: string | undefined;
  readonly format?: string | undefined;
  readonly type?: string | undefined;
}

/** What came of a request. */
export interface Answer {
  /** SyncML status code, or null when the device did not answer. */
  readonly status: number | null;
  /** Why there is no answer, in a sentence, where more is known than that. */
  readonly reason?: string | undefined;
  /** The request was sent more than once, so that an earlier one may have been carried out. */
  readonly repeated?: boolean | undefined;
  /** What a Get returned: text, or base64 where the format is `bin`. */
  readonly value?: string | undefined;
  readonly format?: string | undefined;
  readonly type?: string | undefined;
}

/**
 * A kind of step: how its work proceeds. `S` is the step as data, `P` how far it has come, as JSON.
 * All functions are pure.
 */
export interface StepKind<S, P> {
  /** True when steps of this kind that follow each other may travel in one message. */
  readonly adjacent: boolean;
  start(step: S): P;
  /** The requests that are to be sent now; none when the step is finished. */
  requests(step: S, progress: P): Request[];
  answered(step: S, progress: P, request: Request, answer: Answer): P;
  /** Why a finished step failed, in a sentence; undefined when it succeeded. */
  failure(step: S, progress: P): string | undefined;
  /** Whether the answer belongs in the results that people see. */
  reports(request: Request, answer: Answer): boolean;
}

/** Whether a status says that the command was carried out, or was accepted to be. */
export function succeeded(status: number | null): boolean {
  return status !== null && isSuccess(status);
}

/** The result that people see for a request. */
export function resultOf(step: number, request: Request, answer: Answer): CommandResult {
  const { status, value, format, type } = answer;
  return {
    step,
    command: request.command,
    uri: request.uri,
    status,
    ...(value === undefined ? {} : { value }),
    ...(format === undefined ? {} : { format }),
    ...(type === undefined ? {} : { type }),
  };
}
