import type { Cred, DecodedMessage, Deviation, Encoding, Header } from '@grove/protocol';
import { formatBytes, formatFacts, printable, style } from '../output/index.ts';
import { describeCommands } from './command.ts';

const ENCODINGS: Readonly<Record<Encoding, string>> = { xml: 'XML', wbxml: 'WBXML' };

/** `WBXML, 1.2 kB` */
export function describeForm(encoding: Encoding, bytes: number): string {
  return `${ENCODINGS[encoding]}, ${formatBytes(bytes)}`;
}

/** A message in full: facts of its header, commands, deviations. */
export function describeMessage(decoded: DecodedMessage, bytes: number): string[] {
  const { message, encoding, version, deviations } = decoded;
  const { header, body } = message;
  return [
    style('bold', `SyncML ${version} message, ${describeForm(encoding, bytes)}`),
    ...formatFacts(headerFacts(header)),
    '',
    ...describeCommands(body.commands),
    style('dim', body.final === true ? 'Final' : 'not final: more of the package follows'),
    ...describeDeviations(deviations),
  ];
}

function headerFacts(header: Header): Record<string, string | undefined> {
  const { maxMsgSize, maxObjSize } = header.meta ?? {};
  return {
    Session: header.sessionID,
    Message: header.msgID,
    From: placeText(header.source),
    To: placeText(header.target),
    'Answer to': header.respURI,
    Credentials: header.cred === undefined ? undefined : credText(header.cred),
    'Takes messages to': maxMsgSize === undefined ? undefined : formatBytes(maxMsgSize),
    'Takes objects to': maxObjSize === undefined ? undefined : formatBytes(maxObjSize),
    Protocol: `${header.verProto}, DTD ${header.verDTD}`,
  };
}

function placeText({ locURI, locName }: Header['source']): string {
  return locName === undefined ? locURI : `${locURI} (${locName})`;
}

function credText({ meta, data }: Cred): string {
  const value =
    typeof data === 'string' ? data : data instanceof Uint8Array ? Buffer.from(data).toString('base64') : '';
  return `${meta?.type ?? 'of no type'} ${value}`;
}

/** What is not as the standard says; nothing where all is. */
export function describeDeviations(deviations: readonly Deviation[]): string[] {
  if (deviations.length === 0) return [];
  return [
    '',
    style('yellow', 'Not as the standard says:'),
    ...deviations.map(({ path, found, expected }) => printable(`  ${path}: ${found}; expected ${expected}`)),
  ];
}

/** One message of a conversation. */
export interface Spoken {
  /** From the device to the server, or back. */
  readonly direction: 'request' | 'response';
  readonly bytes: number;
  /** RFC 3339; left out where it is of no interest. */
  readonly time?: string;
  readonly encoding: Encoding;
  /** Undefined where it could not be read. */
  readonly decoded: DecodedMessage | undefined;
  /** Why it could not be read, or what is odd about it. */
  readonly remarks: readonly string[];
}

/** A message as part of a conversation: who says it, then its commands. */
export function describeSpoken(spoken: Spoken): string[] {
  const { direction, decoded, remarks } = spoken;
  const header = decoded?.message.header;
  const facts = [
    ...(header === undefined ? [] : [`message ${header.msgID}`]),
    describeForm(spoken.encoding, spoken.bytes),
    ...(header?.cred === undefined ? [] : [`credentials ${header.cred.meta?.type ?? 'of no type'}`]),
    ...(spoken.time === undefined ? [] : [spoken.time]),
  ];
  const who = direction === 'request' ? style('cyan', '→ device') : style('magenta', '← server');
  return [
    `${who} ${style('dim', printable(facts.join(', ')))}`,
    ...(decoded === undefined ? [] : describeCommands(decoded.message.body.commands)).map(
      (line) => `  ${line}`,
    ),
    ...(decoded !== undefined && decoded.message.body.final !== true ? [style('dim', '  not final')] : []),
    ...remarks.map((remark) => style('yellow', `  ! ${printable(remark)}`)),
  ];
}
