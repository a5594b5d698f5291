/**
 * What the session engine works on: the state between two messages, the account, what a message brings.
 * Everything here is JSON, so that any process may take the next message.
 */
import type { Content, SyncMLVersion } from '@grove/protocol';
import type {
  Abilities,
  DeviceItem,
  MarkName,
  Request,
  StepRequest,
  WorkProgress,
  WorkRef,
  WorkResult,
} from '../steps/index.ts';

/** What is known of a device's model: what it cannot do, and what it wants otherwise. */
export interface Traits extends Abilities {
  /** What messages to it call themselves, whatever version they are of. */
  readonly documentVersion?: SyncMLVersion | undefined;
}

/** Something that a device has shown that it cannot do. */
export interface Lack {
  readonly feature: keyof Abilities;
  /** The status that showed it, and the request that it answered. */
  readonly status: number;
  readonly request: string;
}

/** How one side proves itself to the other; nonces are base64. */
export type Credentials =
  | { readonly auth: 'none' }
  | { readonly auth: 'basic'; readonly user: string; readonly password: string }
  | {
      readonly auth: 'md5' | 'hmac';
      readonly user: string;
      readonly password: string;
      readonly nonce: string;
      /** The nonce before, which nothing is proved by any more. */
      readonly staleNonce?: string | undefined;
    };

/** How a device proves itself: by credentials, or by the certificate of its TLS connection. */
export type ClientCredentials =
  | Credentials
  | {
      readonly auth: 'certificate';
      /** The certificate that it is, by its SHA-256; where there is none, one whose common name is `name`. */
      readonly fingerprint?: string | undefined;
      readonly name: string;
    };

/** The certificate of a TLS client, issued by an authority that the server trusts for this. */
export interface PeerCertificate {
  /** Common name of its subject; empty where it has none or several. */
  readonly name: string;
  /** SHA-256 of the certificate, hexadecimal in lower case. */
  readonly fingerprint: string;
}

/** What comes with a message to prove who sends it, besides its Cred. */
export interface Proof {
  /** The message as it travelled, which a MAC is made of. */
  readonly bytes: Uint8Array;
  /** Value of the header `x-syncml-hmac`. */
  readonly mac?: string | undefined;
  readonly certificate?: PeerCertificate | undefined;
}

/** A DM account with its secrets opened. */
export interface Account {
  readonly serverID: string;
  /** What the device presents. */
  readonly client: ClientCredentials;
  /** What the server presents. */
  readonly server: Credentials;
}

/** A command that was sent, with what the device has said of it so far. */
export interface Asked {
  readonly cmdID: string;
  readonly request: Request;
  /** Present once its Status has come; a Get then still waits for its Results. */
  status?: number;
  /** What Results said. */
  results?: DeviceItem[];
  /** What the Items of the Status said. */
  data?: DeviceItem[];
  /** Why what the device said of it is of no use, and whether it is to be asked once more. */
  problem?: { readonly text: string; readonly status?: number; readonly again: boolean };
  /** The commands within a container, in their order. */
  readonly nested?: Asked[];
}

/** A command of the message's body that the device has yet to answer. */
export interface SentCommand extends Asked {
  /** MsgID of the server's message that carried it. */
  readonly msgID: number;
  readonly request: StepRequest;
  /** How often it was sent, in earlier sessions too. */
  readonly tries: number;
  /** Present where it carried a piece of a value: bytes of the value up to its end, and whether it was the last. */
  readonly piece?: { readonly end: number; readonly last: boolean };
}

/** A value that the device is sending in pieces: all of it but its bytes. */
export interface Receiving {
  readonly command: 'Results' | 'Alert' | 'Replace';
  /** The Get that Results answer. */
  msgRef?: string | undefined;
  cmdRef?: string;
  uri?: string;
  source?: string;
  target?: string;
  /** Meta Format in lower case. */
  readonly format: string;
  type?: string;
  mark?: string;
  /** Meta Size. */
  announced?: number;
  /** Bytes that have come, as they travelled. */
  came: number;
  /** Whether they are base64, and what has come of the next four digits. */
  readonly base64: boolean;
  rest: string;
  /** Bytes that are kept, and where. */
  size: number;
  content?: number | undefined;
  /** Messages that brought much of it, which do not count among those that a session may have. */
  messages?: number;
  /** Bytes that it may have because of what else the device has sent that nobody asked for. */
  room?: number;
  /** The status with which its pieces are refused. */
  refused?: number;
}

/** The work that a session carries out. */
export interface CurrentWork {
  ref: WorkRef;
  progress: WorkProgress;
  /** Characters of the values that its results hold. */
  size: number;
}

/** Between two messages of a session. */
export interface SessionState {
  readonly sessionID: string;
  /** LocURI of the device, as it names itself: its DevId. */
  readonly device: string;
  /** What the device calls the server; it gets the same back. */
  readonly serverURI: string;
  readonly verDTD: string;
  readonly verProto: string;
  /** Unguessable part of the RespURI; another one once the device has proved itself. */
  token: string;
  /** MsgID of the last message that the server sent; 0 before the first. */
  msgID: number;
  /**
   * Whether the device has proved itself and whether it was challenged to; the nonce of the challenge or,
   * with a MAC, of its next message.
   */
  client: {
    authenticated: boolean;
    challenged?: boolean;
    /** It has shown that it knows the password, by a nonce that has served before. */
    stale?: boolean;
    nonce?: string;
    failures: number;
  };
  /**
   * Whether the device has accepted the server for the whole session; the nonce for the next Cred or MAC,
   * and whether a MAC was made with it, so that it serves for no other.
   */
  server: {
    accepted: boolean;
    nonce?: string;
    spent?: boolean;
    /** The device has proved itself by the resynchronisation nonce, and is answered by it until it gives another. */
    resync?: boolean;
    failures: number;
  };
  /** Bytes that the device takes in one message. */
  maxMsgSize?: number;
  /** Bytes that the device takes in one object. */
  maxObjSize?: number;
  /** Commands of the last message that had any, in the order sent. */
  sent: SentCommand[];
  /** Commands that an earlier session sent and got no answer to, until they are sent again. */
  lost?: SentCommand[];
  work?: CurrentWork;
  receiving?: Receiving;
  /** Listings that were refused for a reason that may lie in the node, by its URI: a Get of the node tells. */
  doubts?: Record<string, { readonly feature: Lack['feature']; readonly status: number }>;
  /** Messages that do not count among those that a session may have, as they moved pieces of large values. */
  moved?: number;
}

/** A node of the device's tree as it was reported. */
export interface ReportedNode {
  readonly uri: string;
  readonly format: string;
  readonly type: string | null;
  /** Absent where only the node's being there was said: a value that is known stays so. */
  readonly value?: string | null | undefined;
}

/** Whether an instance is Active, Default or Locked, as the device has said or as was set. */
export interface ReportedMark {
  /** Canonical URI of its root. */
  readonly uri: string;
  readonly name: MarkName;
  readonly on: boolean;
}

/** A generic alert or a client event. */
export interface DeviceAlert {
  readonly code: number;
  /** What kind of alert it is, without the prefix that the standard allows before it. */
  readonly type: string | null;
  /** Meta Type as it came, where that is more. */
  readonly saidType: string | null;
  readonly format: string | null;
  readonly mark: string | null;
  readonly source: string | null;
  readonly correlator: string | null;
  readonly data: string | null;
  /** The content that holds the data where it is large. */
  readonly contentId: number | null;
  /** The work that waited for it. */
  work?: WorkRef | undefined;
  /** The work that its correlator names, of which nobody has seen yet whether it is one of this device's. */
  named?: WorkRef;
}

export type SessionOutcome = 'completed' | 'aborted' | 'refused';

/** What a message changes outside the session; to be stored before the message is answered. */
export interface Effects {
  /** The device has proved itself in this message, for the first time in the session. */
  authenticated: boolean;
  /** The message shows the device's proof over the resynchronisation nonce, whether it counted or not. */
  showedResync: boolean;
  /** The device has presented credentials that were wrong, and not only behind the time. */
  wrongCredentials: boolean;
  /** The device says that the server has asked for the session (alert 1200). */
  serverInitiated: boolean;
  /** Base64; for the device's next session. */
  clientNonce?: string;
  /** Base64; for the server's next Cred. */
  serverNonce?: string;
  /** Leaves of DevInfo by name. */
  devInfo: Record<string, string>;
  nodes: ReportedNode[];
  /** URIs that the device says do not exist. */
  gone: string[];
  /** What instances are, or are not, in the order in which it was said or done. */
  marks: ReportedMark[];
  alerts: DeviceAlert[];
  /** What the user typed and nobody is to see, which the trace must not show. */
  secrets: Content[];
  started: WorkRef[];
  /** Work that waits for an alert or, where `until` is null, for the device to call. */
  parked: { work: WorkRef; progress: WorkProgress; size: number; until: number | null }[];
  finished: { work: WorkRef; result: WorkResult }[];
  ended?: { outcome: SessionOutcome; reason: string | null };
  /** What the device has shown that it cannot do. */
  lacks: Lack[];
  /** What was odd about the message, for the trace. */
  deviations: string[];
}
