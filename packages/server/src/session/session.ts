import type { Message } from '@grove/protocol';
import type { SessionState } from './state.ts';

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
    verDTD: header.verDTD,
    verProto: header.verProto,
    token,
    msgID: 0,
    client: { authenticated: false, failures: 0 },
    server: { accepted: false, failures: 0 },
    sent: [],
  };
}
