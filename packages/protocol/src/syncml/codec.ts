import {
  DEFAULT_LIMITS,
  type Deviation,
  Deviations,
  type DocumentType,
  type Limits,
  MalformedError,
  SYNCML_1_0,
  SYNCML_1_1,
  SYNCML_1_2,
} from '../vocabulary/index.ts';
import { readWbxml, WbxmlWriter } from '../wbxml/index.ts';
import { readXml, XmlWriter } from '../xml/index.ts';
import { type Encoding, openEmbedded } from './markup.ts';
import { MessageReader } from './reader.ts';
import type { Header, Message } from './schema.ts';
import { pushMessage } from './writer.ts';

/** Version of the SyncML representation protocol, as a namespace or a public identifier names it. */
export type SyncMLVersion = '1.0' | '1.1' | '1.2';

const TYPES: Readonly<Record<SyncMLVersion, DocumentType>> = {
  '1.0': SYNCML_1_0,
  '1.1': SYNCML_1_1,
  '1.2': SYNCML_1_2,
};

export interface DecodedMessage {
  message: Message;
  encoding: Encoding;
  /** What the document calls itself; the protocol that is spoken is what `header.verProto` says. */
  version: SyncMLVersion;
  /** What is not as the standard says, and was read all the same. */
  deviations: Deviation[];
}

export interface DecodeOptions {
  limits?: Partial<Limits> | undefined;
}

export interface EncodeOptions {
  /** What the document calls itself; as `header.verDTD` says unless given, else 1.2. */
  version?: SyncMLVersion | undefined;
}

/**
 * Reads a SyncML message.
 *
 * Strict about the encoding and lenient about the content: elements in any order, unknown elements, missing
 * parts that have one sensible meaning and blanks around numbers are taken and noted as deviations. A missing
 * text reads as '', a missing number as 0, missing lists as empty. Data that is a document of its own, as
 * markup or as WBXML in an OPAQUE, reads as markup under Meta Format `xml` and a `+xml` Type.
 *
 * @throws {MalformedError} when the bytes are not a document, or one without the parts without which nobody
 *   can answer: SyncHdr, SyncBody, SessionID, MsgID, and the LocURI of Target and Source.
 */
export function decodeMessage(
  bytes: Uint8Array,
  encoding: Encoding,
  options: DecodeOptions = {},
): DecodedMessage {
  const limits = options.limits === undefined ? DEFAULT_LIMITS : { ...DEFAULT_LIMITS, ...options.limits };
  const deviations = new Deviations(limits.deviations);
  const reader = new MessageReader(encoding, limits, deviations);
  if (encoding === 'xml') readXml(bytes, reader, { limits, deviations });
  else readWbxml(bytes, reader, { limits, deviations });
  const { message, type } = reader;
  checkHeader(message.header);
  return { message, encoding, version: versionOf(type), deviations: deviations.list };
}

/**
 * Writes a SyncML message.
 *
 * @returns bytes that may share memory with other results; copy them to transfer or to alter them.
 * @throws {EncodeError} when the message holds an Unknown command, a number that is none, or, in XML, a
 *   character that XML cannot carry.
 */
export function encodeMessage(message: Message, encoding: Encoding, options: EncodeOptions = {}): Uint8Array {
  const type = TYPES[options.version ?? (message.header.verDTD as SyncMLVersion)] ?? SYNCML_1_2;
  const writer = encoding === 'xml' ? xmlWriter : wbxmlWriter;
  writer.begin(type);
  pushMessage(message, writer);
  return writer.finish();
}

/** Writers keep no state between documents, and nothing runs while one is written, so one of each serves all. */
const xmlWriter = new XmlWriter(openEmbedded);
const wbxmlWriter = new WbxmlWriter();

function checkHeader(header: Header): void {
  const missing = (what: string) => new MalformedError(`SyncHdr without ${what}`);
  if (header.sessionID === '') throw missing('SessionID');
  if (header.msgID === '') throw missing('MsgID');
  if (header.target.locURI === '') throw missing('the LocURI of its Target');
  if (header.source.locURI === '') throw missing('the LocURI of its Source');
}

function versionOf(type: DocumentType): SyncMLVersion {
  if (type === SYNCML_1_1) return '1.1';
  return type === SYNCML_1_0 ? '1.0' : '1.2';
}
