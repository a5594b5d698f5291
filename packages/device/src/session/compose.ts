/** Writes the device's messages. */
import { type Chal, type Header, STATUS } from '@grove/protocol';
import { nextProof } from './client-auth.ts';
import { type Envelope, pack, sendable } from './pack.ts';
import { type Pending, type Reply, statusOf } from './reply.ts';
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
  readonly headerStatus?: Pending | undefined;
  /** What was left over from the message before: goes first. */
  readonly leftOver?: readonly Pending[];
  /** Answers to the server's commands. */
  readonly replies?: readonly Reply[];
  /** Commands of the device's own. */
  readonly own?: readonly Pending[];
  /** Whether the device's package ends with all of this. */
  readonly final: boolean;
}

/** Writes the next message into the state. */
export function compose(state: SessionState, content: Content, announced: Announced): SessionState {
  const msgID = state.msgID + 1;
  const proof = nextProof(state.client, state.account);
  const header: Header = {
    verDTD: '1.2',
    verProto: 'DM/1.2',
    sessionID: state.sessionID,
    msgID: String(msgID),
    target: { locURI: state.account.address },
    source: { locURI: state.devId, locName: proof?.locName },
    cred: proof?.cred,
    meta: { maxMsgSize: announced.maxMsgSize, maxObjSize: announced.maxObjSize, emi: [] },
  };
  const envelope: Envelope = {
    header,
    headerStatus: content.headerStatus,
    encoding: state.encoding,
    maxMsgSize: state.maxMsgSize,
  };
  const pending = [
    ...(content.leftOver ?? []),
    ...sendable(envelope, content.replies ?? []),
    ...(content.own ?? []),
  ];
  const { body, masked, rest } = pack(envelope, pending, content.final);
  return {
    ...state,
    msgID,
    client: { ...state.client, presented: proof !== undefined },
    pending: rest,
    sent: {
      uri: state.uri,
      body: body.toBase64(),
      mac: proof?.mac?.(body),
      ...(masked === undefined ? {} : { masked: masked.toBase64() }),
    },
  };
}

/** The Status for the server's SyncHdr, which names no command. */
export function headerStatus(
  { msgID, target, source }: Header,
  code: number = STATUS.OK,
  chal?: Chal,
): Pending {
  return statusOf({ msgRef: msgID, cmdRef: '0', cmd: 'SyncHdr' }, code, {
    target: target.locURI,
    source: source.locURI,
    chal,
  });
}
