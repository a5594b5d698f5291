/**
 * The format that DM 1.3 adds: a header, then numbered options.
 *
 * Its specification was not at hand. From what others say of it these are known: a media type and a WSP code of its
 * own; big endian; a header of fixed size with version, ui-mode, initiator, SessionID and the number of options; then
 * the options by ascending numbers, of 4 bits each, with up to 4095 bytes, of which follows a prefix of 16 bits; an
 * MD5 digest. Not known, and chosen here to be as in DM 1.2 where that can be: the place of each field in the header,
 * that the digest stands first and is made over all that follows, and the value of the version. All of this is
 * within this file, so that it can be put right once the specification is there; until then there is no knowing
 * whether another implementation reads it.
 */

import { ByteReader, bytesOf, joined, textOf, utf8Within, within } from '../octets/index.ts';
import { MalformedError } from '../vocabulary/index.ts';
import { HEAD_BYTES, readHead, writeHead } from './head.ts';
import type { Notification13 } from './notification.ts';
import { optionType, readOptions, SERVER_ID, writeOptions } from './options.ts';
import { readSessionID } from './trigger.ts';

const MAX_SERVER_ID = 256;
const MAX_SESSION_ID = 0xffff;
/** The number of options is the last byte of the header's five; the other bits of DM 1.2's future use are zero. */
const MAX_OPTIONS = 0xff;

/** @throws {EncodeError} */
export function writeNumbered({ sessionID, serverID, options, ...head }: Notification13): Uint8Array {
  const server = { number: SERVER_ID, value: utf8Within(serverID, 'ServerID', 1, MAX_SERVER_ID) };
  const all = [server, ...options];
  return joined(
    writeHead({ ...head, futureUse: within(all.length, 'number of options', 1, MAX_OPTIONS) }),
    bytesOf(within(sessionID, 'SessionID', 1, MAX_SESSION_ID), 2),
    writeOptions(all),
  );
}

/** @throws {MalformedError} */
export function readNumbered(covered: Uint8Array): { notification: Notification13; remarks: string[] } {
  const reader = new ByteReader(covered);
  const { futureUse, ...head } = readHead(reader.take(HEAD_BYTES, 'the header of the notification'));
  const sessionID = readSessionID(reader);
  const [server, ...options] = readOptions(reader, futureUse & MAX_OPTIONS);
  if (server?.number !== SERVER_ID) {
    throw new MalformedError(`the first option is no ${optionType(SERVER_ID)?.name}`, reader.at);
  }
  const serverID = textOf(server.value, 'the Server-ID', MAX_SERVER_ID, 0);
  const reserved = futureUse & ~MAX_OPTIONS;
  return {
    notification: { format: '1.3', ...head, sessionID, serverID, options },
    remarks: reserved === 0 ? [] : [`reserved bits are 0x${reserved.toString(16)}; expected none to be set`],
  };
}
