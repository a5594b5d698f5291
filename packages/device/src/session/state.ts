import type { Encoding } from '@grove/protocol';
import type { Account } from './account.ts';
import type { ClientAuth } from './client-auth.ts';
import type { Incoming, Whose } from './large-object.ts';
import type { Pending } from './reply.ts';
import type { Nonce, ServerAuth } from './server-auth.ts';

/** How a session ended. */
export interface Outcome {
  /**
   * `completed`: the server had nothing more to say. `aborted`: one side broke off (alert 1223).
   * `refused`: the server did not take the device's session or credentials. `distrusted`: the server did
   * not prove itself, and nothing it asked for was done. `failed`: no session could be held.
   */
  readonly kind: 'completed' | 'aborted' | 'refused' | 'distrusted' | 'failed';
  /** What happened, for a person. */
  readonly text: string;
}

/** What the server answered to one of the device's own commands. */
export interface OwnStatus {
  /** `Alert`, `Replace` or `Results`. */
  readonly cmd: string;
  readonly code: number;
}

/** A message as it was sent: to be sent again, byte for byte, after a crash. */
export interface Sent {
  readonly uri: string;
  /** Base64. */
  readonly body: string;
  /** The message as a trace may show it, base64; absent = as it is. */
  readonly masked?: string | undefined;
  /** Value of the header `x-syncml-hmac` that goes with it. */
  readonly mac?: string | undefined;
}

/** An alert that was sent, by the command that the server's Status will name. */
export interface Reported {
  /** Identifier in the outbox. */
  readonly id: string;
  readonly msgID: string;
  readonly cmdID: string;
}

/** An Exec that has begun, by the Item that asks for it. */
export interface BegunExec {
  readonly msgRef: string;
  readonly cmdRef: string;
  /** Index of the Item in the command. */
  readonly item: number;
}

/** A session between two messages. JSON. */
export interface SessionState {
  readonly account: Account;
  /** The device's DevId. */
  readonly devId: string;
  readonly sessionID: string;
  /** 1200: the server asked for the session; 1201: the device wants it. */
  readonly reason: 1200 | 1201;
  readonly encoding: Encoding;
  /** When the session began, in milliseconds since 1970. */
  readonly begun: number;
  /** Where the next message goes: the server's last RespURI, else its address. */
  readonly uri: string;
  /** MsgID of the last message sent. */
  readonly msgID: number;
  /** Highest MsgID of the server; 0 = none yet. */
  readonly heard: number;
  /** Messages sent that carried little or nothing of a large value, and answered none that did. */
  readonly rounds: number;
  /** Times that the last message was sent because the server has repeated an earlier one. */
  readonly repeats: number;
  readonly client: ClientAuth;
  readonly server: ServerAuth;
  /** A nonce for the device's next Cred, not stored while the server has not proved itself. */
  readonly unstored?: Nonce | undefined;
  /** Bytes that the server takes in one message, and in one object. */
  readonly maxMsgSize?: number | undefined;
  readonly maxObjSize?: number | undefined;
  /** What the last message had no room for. Not empty = the device's package goes on. */
  readonly pending: readonly Pending[];
  readonly sent: Sent;
  /** A large value of which parts have come. */
  readonly incoming?: Incoming | undefined;
  /** The value of which the server's last message had a part that was not taken. */
  readonly abandoned?: Whose | undefined;
  /** Alerts that were sent and not answered yet. */
  readonly reported: readonly Reported[];
  /** Execs of the answer to the last message that have begun: none of them is begun a second time. */
  readonly execs?: readonly BegunExec[] | undefined;
  /** Final statuses of the device's own commands, in the order in which they came. */
  readonly statuses: readonly OwnStatus[];
  /** Present once the session is over. */
  readonly outcome?: Outcome | undefined;
}

/** Identifiers of the contents that a session needs to go on. */
export function contentsOf({ incoming, pending }: SessionState): string[] {
  const sent = pending.flatMap((each) => (each.name === 'Large' ? [each.value.stored] : []));
  return incoming === undefined ? sent : [incoming.content, ...sent];
}
