/** The format of DM 1.2 and 1.1.2 (DM_Notification 1.2.1, Package #0). */

import { ByteReader, bytesOf, joined, textOf, utf8Within, within } from '../octets/index.ts';
import { MalformedError } from '../vocabulary/index.ts';
import { HEAD_BYTES, readHead, writeHead } from './head.ts';
import type { Notification12 } from './notification.ts';

/** The length of a ServerID is one byte. */
const MAX_SERVER_ID = 255;
const MAX_SESSION_ID = 0xffff;

/**
 * The trigger: all that the digest covers.
 *
 * @throws {EncodeError}
 */
export function writeTrigger({ sessionID, serverID, body, ...head }: Notification12): Uint8Array {
  const server = utf8Within(serverID, 'ServerID', 1, MAX_SERVER_ID);
  return joined(
    writeHead({ ...head, futureUse: 0 }),
    bytesOf(within(sessionID, 'SessionID', 1, MAX_SESSION_ID), 2),
    Uint8Array.of(server.length),
    server,
    body,
  );
}

/** @throws {MalformedError} */
export function readTrigger(trigger: Uint8Array): { notification: Notification12; remarks: string[] } {
  const reader = new ByteReader(trigger);
  const { futureUse, ...head } = readHead(reader.take(HEAD_BYTES, 'the header of the notification'));
  const sessionID = readSessionID(reader);
  const length = reader.number(1, 'the length of the ServerID');
  if (length === 0) throw new MalformedError('the ServerID is empty', reader.at);
  const { at } = reader;
  const serverID = textOf(reader.take(length, 'the ServerID'), 'the ServerID', MAX_SERVER_ID, at);
  const body = reader.take(reader.left, 'the body').slice();
  return {
    notification: { format: '1.2', ...head, sessionID, serverID, body },
    remarks:
      futureUse === 0 ? [] : [`future-use bits are 0x${futureUse.toString(16)}; expected none to be set`],
  };
}

/** @throws {MalformedError} for 0, which is no SessionID. */
export function readSessionID(reader: ByteReader): number {
  const sessionID = reader.number(2, 'the SessionID');
  if (sessionID === 0) throw new MalformedError('SessionID is 0; expected 1 to 65535', reader.at - 2);
  return sessionID;
}
