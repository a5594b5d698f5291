import { type Header, type Message, STATUS } from '@grove/protocol';
import type { SessionState } from './state.ts';

/** What an answer is written in where the device names a version that is not spoken, or none. */
const VER_DTD = '1.2';
const VER_PROTO = 'DM/1.2';

/** DM 1.1 to 1.3 differ in nothing that the server says; 1.1.2 calls itself 1.1. */
const SPOKEN_PROTO = /^DM\/1\.[1-3]$/i;
const SPOKEN_DTD = /^1\.[1-3]$/;

/**
 * The state of a session that begins with a message.
 *
 * @param token unguessable; part of the RespURI, so that nobody else can speak in the session.
 */
export function beginSession({ header }: Message, token: string): SessionState {
  return {
    sessionID: header.sessionID,
    device: header.source.locURI,
    serverURI: header.target.locURI,
    verDTD: SPOKEN_DTD.test(header.verDTD) ? header.verDTD : VER_DTD,
    verProto: SPOKEN_PROTO.test(header.verProto) ? header.verProto : VER_PROTO,
    token,
    msgID: 0,
    client: { authenticated: false, failures: 0 },
    server: { accepted: false, failures: 0 },
    sent: [],
  };
}

/** Why a message in another version cannot be answered; a device that names no version is understood. */
export function versionProblem({
  verDTD,
  verProto,
}: Header): { code: 505 | 513; reason: string } | undefined {
  if (verProto !== '' && !SPOKEN_PROTO.test(verProto)) {
    const reason = `VerProto ${verProto.slice(0, 40)} is not spoken; expected ${VER_PROTO}`;
    return { code: STATUS.PROTOCOL_NOT_SUPPORTED, reason };
  }
  if (verDTD !== '' && !SPOKEN_DTD.test(verDTD)) {
    const reason = `VerDTD ${verDTD.slice(0, 40)} is not spoken; expected ${VER_DTD}`;
    return { code: STATUS.DTD_NOT_SUPPORTED, reason };
  }
  return undefined;
}
