/** The connectionless push of WSP: what SMS and UDP carry to a terminal (WAP-230-WSP, Push and ConfirmedPush). */
import { ByteReader, EncodeError, joined, LimitError, MalformedError, within } from '@grove/protocol';
import type { PushContent } from '../bearer/index.ts';
import type { Field } from '../layout/index.ts';
import { readContentType, writeContentType } from './content-type.ts';
import { APPLICATION_ID, HEADER_NAMES } from './header-names.ts';
import { readHeaders, writeApplicationId, writeHeader } from './headers.ts';
import { readUintvar, writeUintvar } from './values.ts';

/** Ports of WAP's datagrams (IANA): where terminals take pushes, and from where gateways send them. */
export const PUSH_PORT = 2948;
export const WSP_PORT = 9200;

/** A push as it was read. */
export interface ParsedPush {
  /** Transaction id, 0 to 255: whose choice is the sender's, and of no meaning to the terminal. */
  readonly tid: number;
  readonly content: PushContent;
  /** What is not as the standard says, or is not known, and was passed over. */
  readonly remarks: readonly string[];
  /** What stands where, in order. */
  readonly layout: readonly Field[];
}

/** Bytes of headers that are read: the standard allows a notification 48 with those of WDP. */
const MOST_HEADER_BYTES = 8 * 1024;

const PUSH = 0x06;
const PDU_TYPES: ReadonlyMap<number, string> = new Map([
  [0x01, 'Connect'],
  [0x02, 'ConnectReply'],
  [0x03, 'Redirect'],
  [0x04, 'Reply'],
  [0x05, 'Disconnect'],
  [PUSH, 'Push'],
  [0x07, 'ConfirmedPush'],
  [0x08, 'Suspend'],
  [0x09, 'Resume'],
  [0x40, 'Get'],
  [0x60, 'Post'],
]);

const APPLICATION = HEADER_NAMES.find(({ code }) => code === APPLICATION_ID)?.name;

/**
 * A push as datagrams carry it. The headers of a notification come in the order, and as numbers, that DM asks for
 * (DM_Notification 1.2.1: Content-Type, then X-Wap-Application-Id).
 *
 * @param tid 0 to 255
 * @throws {EncodeError} when WSP cannot carry a header.
 */
export function buildPush(content: PushContent, tid: number): Uint8Array {
  const { contentType, applicationId, headers, body } = content;
  const head = joined(
    writeContentType(contentType),
    ...(applicationId === undefined ? [] : [writeApplicationId(applicationId)]),
    ...headers.map(([name, value]) => writeHeader(name, value)),
  );
  if (head.length > MOST_HEADER_BYTES) {
    throw new EncodeError(`the headers have ${head.length} bytes; expected at most ${MOST_HEADER_BYTES}`);
  }
  return joined(
    Uint8Array.of(within(tid, 'the transaction id', 0, 0xff), PUSH),
    writeUintvar(head.length),
    head,
    body,
  );
}

/**
 * Reads a push.
 *
 * @throws {MalformedError}
 */
export function parsePush(bytes: Uint8Array): ParsedPush {
  const reader = new ByteReader(bytes);
  const layout: Field[] = [];
  const note = (at: number, name: string, value: string): void => {
    layout.push({ at, length: reader.at - at, name, value });
  };

  const tid = reader.number(1, 'the transaction id');
  note(0, 'transaction id', String(tid));
  const type = reader.number(1, 'the type of the PDU');
  if (type !== PUSH) {
    const name = PDU_TYPES.get(type) ?? `type 0x${type.toString(16)}`;
    throw new MalformedError(`a PDU ${name} of WSP; expected Push (0x06)`, 1);
  }
  note(1, 'type', 'Push');
  const length = readUintvar(reader, 'the length of the headers');
  if (length > MOST_HEADER_BYTES) {
    throw new LimitError(`headers of ${length} bytes; expected at most ${MOST_HEADER_BYTES}`, 2);
  }
  note(2, 'length of the headers', String(length));

  const remarks: string[] = [];
  const head = reader.part(length, 'the headers');
  const start = head.at;
  const contentType = readContentType(head, remarks);
  layout.push({ at: start, length: head.at - start, name: 'content-type', value: contentType });
  let applicationId: string | undefined;
  const headers: [string, string][] = [];
  readHeaders(head, remarks, ({ name, value, at }) => {
    layout.push({ at, length: head.at - at, name, value: value ?? 'passed over' });
    if (value === undefined) return;
    if (name !== APPLICATION) headers.push([name, value]);
    else if (applicationId === undefined) applicationId = value;
    else remarks.push(`a second ${name}, ${JSON.stringify(value)}, was passed over (at byte ${at})`);
  });

  const body = new Uint8Array(reader.take(reader.left, 'the body'));
  if (body.length > 0)
    layout.push({ at: reader.at - body.length, length: body.length, name: 'body', value: '' });
  const content = { contentType, ...(applicationId === undefined ? {} : { applicationId }), headers, body };
  return { tid, content, remarks, layout };
}
