import { decodeUtf8 } from '@grove/protocol';
import { SipSyntaxError } from './error.ts';
import { type Header, NO_BODY, type SipMessage } from './message.ts';
import { fullName } from './names.ts';
import { holdsControls, isToken } from './scanner.ts';

/** How much of a message is taken. */
export interface SipLimits {
  /** Octets of start line and headers. */
  readonly head: number;
  readonly headers: number;
  /** Octets of the body. */
  readonly body: number;
}

/** 16 KiB of head with 128 headers, 1 MiB of body. */
export const SIP_LIMITS: SipLimits = { head: 16_384, headers: 128, body: 1_048_576 };

/** A message but for its body, and how long that is to be. */
export interface Head {
  readonly message: SipMessage;
  /** Content-Length, where there is one. */
  readonly length: number | undefined;
}

/**
 * Reads a message that came in a datagram (RFC 3261, 7 and 18.3): what is behind its Content-Length is left out, empty
 * lines before it are passed over.
 *
 * @throws {SipSyntaxError} 400, 413, 505 or 513
 */
export function parseMessage(bytes: Uint8Array, limits: SipLimits = SIP_LIMITS): SipMessage {
  const start = startOf(bytes);
  const end = endOfHead(bytes, start);
  if (end === -1) throw new SipSyntaxError('head', 'no empty line ends it');
  const { message, length } = parseHead(bytes.subarray(start, end), limits);
  const body = bytes.subarray(end + 4);
  if (length !== undefined && length > body.length)
    throw new SipSyntaxError('Content-Length', `is ${length}, but ${body.length} octets came`, 400, message);
  checkBody(length ?? body.length, message, limits);
  // A copy: what it is cut from may be as large as the largest datagram.
  return { ...message, body: new Uint8Array(body.subarray(0, length)) };
}

/** @throws {SipSyntaxError} 413, with the head, if a body is larger than is taken */
export function checkBody(length: number, head: SipMessage, limits: SipLimits): void {
  if (length > limits.body)
    throw new SipSyntaxError('body', `${length} octets; ${limits.body} are taken`, 413, head);
}

const CR = 0x0d;
const LF = 0x0a;

function startOf(bytes: Uint8Array): number {
  let at = 0;
  while (bytes[at] === CR && bytes[at + 1] === LF) at += 2;
  return at;
}

/** Where the four octets begin that end a head; -1 if they are not there. */
export function endOfHead(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(CR, from); at !== -1; at = bytes.indexOf(CR, at + 1)) {
    if (bytes[at + 1] === LF && bytes[at + 2] === CR && bytes[at + 3] === LF) return at;
  }
  return -1;
}

/**
 * Reads start line and headers.
 *
 * @param bytes without the empty line at the end
 * @throws {SipSyntaxError}
 */
export function parseHead(bytes: Uint8Array, limits: SipLimits): Head {
  if (bytes.length > limits.head)
    throw new SipSyntaxError('head', `${bytes.length} octets; ${limits.head} are taken`, 513);
  const text = decodeUtf8(bytes);
  if (text === undefined) throw new SipSyntaxError('head', 'is not UTF-8');
  const [start = '', ...lines] = unfolded(text, 1);
  if (lines.length > limits.headers)
    throw new SipSyntaxError('head', `${lines.length} headers; ${limits.headers} are taken`, 513);
  const all = lines.map(parseHeader);
  const lengths = new Set(all.filter(([name]) => name === 'content-length').map(([, value]) => value));
  const message = parseStart(
    start,
    all.filter(([name]) => name !== 'content-length'),
  );
  const [length] = lengths;
  if (lengths.size > 1 || (length !== undefined && !/^[0-9]{1,10}$/.test(length)))
    throw new SipSyntaxError(
      'Content-Length',
      `"${[...lengths].join(', ').slice(0, 40)}" is not one number`,
      400,
      message,
    );
  return { message, length: length === undefined ? undefined : Number(length) };
}

/**
 * The lines of a head, each with those that continue it (RFC 3261, 7.3.1).
 *
 * @param first the first line that may be continued
 */
function unfolded(text: string, first: number): string[] {
  const lines: string[][] = [];
  for (const line of text.split('\r\n')) {
    const last = lines.at(-1);
    if (/^[ \t]/.test(line) && last && lines.length > first) last.push(line.trim());
    else lines.push([line]);
  }
  return lines.map((parts) => parts.join(' '));
}

/**
 * Reads headers that stand alone, as those within `message/external-body` do.
 *
 * @throws {SipSyntaxError}
 */
export function parseHeaders(bytes: Uint8Array, limits: SipLimits = SIP_LIMITS): Header[] {
  const text = bytes.length > limits.head ? undefined : decodeUtf8(bytes);
  if (text === undefined)
    throw new SipSyntaxError('headers', `are not at most ${limits.head} octets of UTF-8`);
  const end = text.indexOf('\r\n\r\n');
  return unfolded(end === -1 ? text : text.slice(0, end), 0)
    .filter((line) => line !== '')
    .map(parseHeader);
}

function parseHeader(line: string): Header {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0)).trimEnd();
  if (!isToken(name))
    throw new SipSyntaxError('head', `"${printable(line)}" is not a header with a name and a colon`);
  const value = line.slice(colon + 1).trim();
  if (holdsControls(value)) throw new SipSyntaxError(name, 'holds a control character');
  return [fullName(name), value];
}

const STATUS_LINE = /^SIP\/2\.0 ([1-6][0-9]{2})(?: (.*))?$/i;

function parseStart(line: string, headers: readonly Header[]): SipMessage {
  if (holdsControls(line)) throw new SipSyntaxError('start line', 'holds a control character');
  const response = STATUS_LINE.exec(line);
  if (response) {
    return {
      kind: 'response',
      status: Number(response[1]),
      reason: response[2] ?? '',
      headers,
      body: NO_BODY,
    };
  }
  const [method = '', uri = '', version, ...more] = line.split(' ');
  if (!isToken(method) || uri === '' || version === undefined || more.length > 0)
    throw new SipSyntaxError('start line', `"${printable(line)}" is no request and no response`);
  const message: SipMessage = { kind: 'request', method, uri, headers, body: NO_BODY };
  if (version.toUpperCase() !== 'SIP/2.0')
    throw /^SIP\/[0-9]+\.[0-9]+$/i.test(version)
      ? new SipSyntaxError('start line', `version ${version} is not spoken`, 505, message)
      : new SipSyntaxError('start line', `"${printable(line)}" does not end in SIP/2.0`);
  return message;
}

function printable(text: string): string {
  return text.slice(0, 40).replace(/[^ -~]/g, '?');
}
