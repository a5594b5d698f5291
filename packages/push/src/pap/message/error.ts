import type { MessageName, PapMessage } from './schema.ts';
import type { PapVersion } from './version.ts';

/** Which message it was, as far as it could be read: what an answer of its own kind needs. */
export interface Subject {
  readonly name: MessageName;
  readonly pushId?: string | undefined;
  readonly queryId?: string | undefined;
  readonly address?: string | undefined;
}

interface PapErrorOptions extends ErrorOptions {
  /** Of `RESULT`. */
  readonly code: number;
  /** Undefined where the document did not get so far as to say which message it is: it gets a badmessage-response. */
  readonly subject?: Subject | undefined;
  /** Of the document, where it is known. */
  readonly version?: PapVersion | undefined;
  /** The text around the fault. */
  readonly fragment?: string | undefined;
}

/** What came is not PAP, or wrong PAP. The message says what was wrong, where, and what was expected. */
export class PapError extends Error {
  override readonly name = 'PapError';
  readonly code: number;
  readonly subject: Subject | undefined;
  readonly version: PapVersion | undefined;
  readonly fragment: string | undefined;

  constructor(problem: string, options: PapErrorOptions) {
    super(problem, options);
    this.code = options.code;
    this.subject = options.subject;
    this.version = options.version;
    this.fragment = options.fragment;
  }
}

/** What an answer to a message needs of it. */
export function subjectOf(message: PapMessage): Subject {
  return {
    name: message.name,
    pushId: 'pushId' in message ? message.pushId : undefined,
    queryId: 'queryId' in message ? message.queryId : undefined,
    address: 'address' in message ? message.address : undefined,
  };
}
