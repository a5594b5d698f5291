/** Writes the device's messages. */
import { type Chal, type Header, STATUS } from '@grove/protocol';
import { nextProof } from './client-auth.ts';
import { reportedIn } from './own-alerts.ts';
import { type Envelope, pack } from './pack.ts';
import { type Pending, statusOf, type Whole } from './reply.ts';
import type { SessionState } from './state.ts';

/** What the device announces of itself in each message. */
export interface Announced {
  /** Bytes that the device takes in one message. */
  readonly maxMsgSize: number;
  /** Bytes that the device takes in one object. */
  readonly maxObjSize: number;
}

/** What goes into a message. */
export interface Content {
  /** The Status for the SyncHdr that is answered; absent in the first message. */
  readonly headerStatus?: Whole | undefined;
  /** What is to be said, in its order; what has no room is said in the next messages. */
  readonly pending: readonly Pending[];
  /** Whether the device's package ends with all of this. */
  readonly final: boolean;
  /** Of the first large value that is pending: see {@link pack}. */
  readonly slice?: Uint8Array | undefined;
  /** Raw bytes of a large value that came with the message that is answered. */
  readonly moved?: number | undefined;
}

/** Raw bytes of a large value from which on a message does not count as one of the session's. */
const MUCH = 1024;

/** What surrounds the commands of the next message. */
export function envelopeOf(
  state: SessionState,
  announced: Announced,
  headerStatus: Whole | undefined,
): Envelope {
  const proof = nextProof(state.client, state.account);
  const header: Header = {
    verDTD: '1.2',
    verProto: 'DM/1.2',
    sessionID: state.sessionID,
    msgID: String(state.msgID + 1),
    target: { locURI: state.account.address },
    source: { locURI: state.devId, locName: proof?.locName },
    cred: proof?.cred,
    meta: { maxMsgSize: announced.maxMsgSize, maxObjSize: announced.maxObjSize, emi: [] },
  };
  return { header, headerStatus, encoding: state.encoding, maxMsgSize: state.maxMsgSize };
}

/** Writes the next message into the state. */
export function compose(state: SessionState, content: Content, announced: Announced): SessionState {
  const { headerStatus, pending, final, slice, moved = 0 } = content;
  const proof = nextProof(state.client, state.account);
  const envelope = envelopeOf(state, announced, headerStatus);
  const packed = pack(envelope, pending, final, slice);
  const msgID = state.msgID + 1;
  const first = headerStatus === undefined ? 1 : 2;
  const isCounted = packed.moved < MUCH && moved < MUCH;
  return {
    ...state,
    msgID,
    rounds: state.rounds + (isCounted ? 1 : 0),
    repeats: 0,
    client: { ...state.client, presented: proof !== undefined },
    pending: packed.rest,
    execs: undefined,
    reported: [...state.reported, ...reportedIn(packed.sent, first, msgID)],
    sent: {
      uri: state.uri,
      body: packed.body.toBase64(),
      mac: proof?.mac?.(packed.body),
      ...(packed.masked === undefined ? {} : { masked: packed.masked.toBase64() }),
    },
  };
}

/** The Status for the server's SyncHdr, which names no command. */
export function headerStatus(
  { msgID, target, source }: Header,
  code: number = STATUS.OK,
  chal?: Chal,
): Whole {
  return statusOf({ msgRef: msgID, cmdRef: '0', cmd: 'SyncHdr' }, code, {
    target: target.locURI,
    source: source.locURI,
    chal,
  });
}
