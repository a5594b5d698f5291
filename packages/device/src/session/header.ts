/** What the SyncHdr of the server's message says, and whether the message is one to take. */
import { type Header, STATUS, type Status } from '@grove/protocol';
import type { SessionState } from './state.ts';

/** What is to become of a message. */
export type Judgement =
  | { readonly kind: 'take' }
  /** It answers an earlier message of the device: the last one is to be sent again. */
  | { readonly kind: 'stale' }
  /** It belongs to another session. */
  | { readonly kind: 'foreign'; readonly text: string }
  /** It is of a version that the device does not speak. */
  | { readonly kind: 'version'; readonly code: number; readonly text: string };

/** A version that is not named is taken for the one that the device has named. */
const PROTOCOLS = /^(?:DM\/1\.[0-3])?$/i;
const DTDS = /^(?:1\.[0-2])?$/;

/** @param ofHeader the Status for the device's SyncHdr */
export function judgeHeader(state: SessionState, header: Header, ofHeader: Status | undefined): Judgement {
  const { sessionID, verProto, verDTD } = header;
  if (sessionID.toUpperCase() !== state.sessionID.toUpperCase()) {
    return {
      kind: 'foreign',
      text: `the server answered in session ${shown(sessionID)}; expected ${state.sessionID}`,
    };
  }
  if (!PROTOCOLS.test(verProto)) {
    const text = `the server speaks ${shown(verProto)}; expected DM/1.2`;
    return { kind: 'version', code: STATUS.PROTOCOL_NOT_SUPPORTED, text };
  }
  if (!DTDS.test(verDTD)) {
    const text = `the server's VerDTD is ${shown(verDTD)}; expected 1.2`;
    return { kind: 'version', code: STATUS.DTD_NOT_SUPPORTED, text };
  }
  const isHeard = Number(header.msgID) <= state.heard;
  return isHeard && Number(ofHeader?.msgRef) < state.msgID ? { kind: 'stale' } : { kind: 'take' };
}

/** What is odd about a SyncHdr that is taken all the same. */
export function oddities(state: SessionState, { msgID, target, respURI }: Header): string[] {
  const odd = (path: string, found: string, expected: string): string =>
    `SyncHdr/${path}: ${shown(found)}, expected ${expected}`;
  const next = state.heard + 1;
  return [
    ...(Number(msgID) === next ? [] : [odd('MsgID', msgID, String(next))]),
    ...(target.locURI.trim() === state.devId ? [] : [odd('Target/LocURI', target.locURI, state.devId)]),
    ...(respURI === undefined || isAsItShould(state.uri, respURI)
      ? []
      : [odd('RespURI', respURI, 'an absolute URI, and not an open one after a protected one')]),
  ];
}

/** What the header says about the messages to come. */
export function noteHeader(state: SessionState, { msgID, respURI, meta }: Header): SessionState {
  const { maxMsgSize, maxObjSize } = meta ?? {};
  const number = Number(msgID);
  return {
    ...state,
    heard: Number.isSafeInteger(number) ? Math.max(state.heard, number) : state.heard,
    uri: nextUri(state.uri, respURI),
    ...(maxMsgSize === undefined || maxMsgSize === 0 ? {} : { maxMsgSize }),
    ...(maxObjSize === undefined || maxObjSize === 0 ? {} : { maxObjSize }),
  };
}

/** A RespURI is followed from now on, but never from a protected connection to an open one. */
function nextUri(current: string, respURI: string | undefined): string {
  if (respURI === undefined || !URL.canParse(respURI, current)) return current;
  const next = new URL(respURI, current);
  const { protocol } = new URL(current);
  const isUpgrade = protocol === 'http:' && next.protocol === 'https:';
  return next.protocol === protocol || isUpgrade ? next.href : current;
}

function isAsItShould(current: string, respURI: string): boolean {
  return URL.canParse(respURI) && nextUri(current, respURI) === new URL(respURI).href;
}

/** Text of the server's, in bounds. */
function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
