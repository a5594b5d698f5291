import type { Alert, Command, Replace, Results, Status } from '@grove/protocol';

type Unnumbered<C extends Command> = Omit<C, 'cmdID'>;

/** A Status whose Items may be a secret that the user has typed, which no trace may show. */
type UnnumberedStatus = Unnumbered<Status> & { readonly hidden?: boolean | undefined };

/** A command that the device is to send and that has no CmdID yet. JSON: data is text, binary as base64. */
export type Pending = UnnumberedStatus | Unnumbered<Results> | Unnumbered<Alert> | Unnumbered<Replace>;

/** What one Item of a server's command, or a whole one, is answered with. */
export interface Reply {
  readonly status: UnnumberedStatus;
  /** What a Get found; empty otherwise. */
  readonly results: readonly Unnumbered<Results>[];
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
