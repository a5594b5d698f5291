import type { Alert, Command, Replace, Results, Status, StoredValue } from '@grove/protocol';
import type { Form } from './large-value.ts';

type Unnumbered<C extends Command> = Omit<C, 'cmdID'>;

/** A Status whose Items may be a secret that the user has typed, which no trace may show. */
type UnnumberedStatus = Unnumbered<Status> & { readonly hidden?: boolean | undefined };

/** A command that the device sends and that has no CmdID yet. JSON: data is text, binary as base64. */
export type Whole =
  | UnnumberedStatus
  | Unnumbered<Results>
  | (Unnumbered<Alert> & {
      /** Of an alert that waits for the server's answer: its identifier. */
      readonly raised?: string | undefined;
    })
  | Unnumbered<Replace>;

/** A command whose value is in the content store, to be sent in as many parts as it takes. JSON. */
export interface Large {
  readonly name: 'Large';
  /** What carries the value: it has one Item, without Data. */
  readonly command: Exclude<Whole, { name: 'Status' }>;
  readonly value: StoredValue;
  readonly form: Form;
  /** Raw bytes of the value that have been sent. */
  readonly at: number;
}

/** What the device is to send. JSON. */
export type Pending = Whole | Large;

/** What one Item of a server's command, or a whole one, is answered with. */
export interface Reply {
  readonly status: UnnumberedStatus;
  /** What a Get found; empty otherwise. */
  readonly results: readonly (Unnumbered<Results> | Large)[];
}

/** What the Status of a command refers to. */
export interface Reference {
  /** MsgID of the server's message. */
  readonly msgRef: string;
  readonly cmdRef: string;
  /** Name of the command's element. */
  readonly cmd: string;
}

/** What a Status may say beyond its code. */
export interface StatusDetails {
  readonly target?: string | undefined;
  readonly source?: string | undefined;
  readonly items?: Status['items'];
  readonly hidden?: boolean | undefined;
  readonly chal?: Status['chal'];
}

export function statusOf(reference: Reference, code: number, details: StatusDetails = {}): UnnumberedStatus {
  const { target, source, items = [], chal, hidden } = details;
  return {
    name: 'Status',
    ...reference,
    targetRef: target === undefined ? [] : [target],
    sourceRef: source === undefined ? [] : [source],
    ...(chal === undefined ? {} : { chal }),
    code,
    items,
    ...(hidden ? { hidden } : {}),
  };
}

/** A reply that is a Status alone. */
export function replyOf(reference: Reference, code: number, details?: StatusDetails): Reply {
  return { status: statusOf(reference, code, details), results: [] };
}
