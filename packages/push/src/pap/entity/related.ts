/**
 * multipart/related (RFC 2387, RFC 2046 section 5.1): what carries a push: the control document, the content with headers
 * of its own, and perhaps the capabilities of the terminal.
 *
 * Own code, because what npm has is for other things: the parsers that are kept up take forms (CRLF only, names of
 * fields) or mail (every fault is guessed away), and none says what was wrong with a body.
 */
import { decodeBase64 } from '@grove/protocol';

/** A part: its headers in order, names in lower case, and what it holds. */
export interface Part {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** What came is no multipart body. The message says what was wrong and where. */
export class RelatedError extends Error {
  override readonly name = 'RelatedError';
}

/** Parts in a body: PAP needs three. */
const PARTS = 8;
/** Bytes of a part's head, and lines in it. */
const HEAD = 8_192;
const HEADERS = 64;

const LF = 10;
const CR = 13;
const DASH = 45;
const BLANK = [32, 9];

/**
 * The parts of a body, one after the other, so that those before a fault are known. Lines may end with a bare LF, as some initiators write them. What is before the first and
 * after the last boundary is not looked at.
 *
 * @throws {RelatedError}
 */
export function* readRelated(body: Uint8Array, boundary: string): Generator<Part, void> {
  // RFC 2046 has them end with no blank, and of at most 70 characters.
  if (!/^[ -~]{0,69}[!-~]$/.test(boundary)) {
    throw new RelatedError(
      `the boundary ${JSON.stringify(boundary.slice(0, 80))} is not of 1 to 70 ASCII characters`,
    );
  }
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const delimiter = Buffer.from(`--${boundary}`, 'latin1');
  let start: number | undefined;
  let number = 0;
  for (let at = bytes.indexOf(delimiter); at >= 0; at = bytes.indexOf(delimiter, at + 1)) {
    const found = delimiterAt(bytes, at, delimiter.length);
    if (!found) continue;
    if (start !== undefined) {
      yield readPart(bytes.subarray(start, Math.max(start, endBefore(bytes, at))), number);
    }
    if (found.last) return;
    if (++number > PARTS) throw new RelatedError(`the body has more than ${PARTS} parts`);
    start = found.next;
    at = found.next - 2;
  }
  const name = JSON.stringify(boundary);
  throw new RelatedError(
    start === undefined
      ? `the body has no line --boundary; the boundary is ${name}`
      : `the body ends within part ${number}, before --boundary--; the boundary is ${name}`,
  );
}

/** What a boundary at this place says; undefined if it is none, but the beginning of a longer word or within a line. */
function delimiterAt(bytes: Buffer, at: number, length: number): { last: boolean; next: number } | undefined {
  if (at > 0 && bytes[at - 1] !== LF) return undefined;
  let end = at + length;
  const last = bytes[end] === DASH && bytes[end + 1] === DASH;
  if (last) end += 2;
  while (BLANK.includes(bytes[end] ?? -1)) end++;
  if (end === bytes.length && last) return { last, next: end };
  if (bytes[end] === CR) end++;
  return bytes[end] === LF ? { last, next: end + 1 } : undefined;
}

/** Where the part before a boundary ends: the line end before it is the boundary's. */
function endBefore(bytes: Buffer, at: number): number {
  return bytes[at - 2] === CR ? at - 2 : at - 1;
}

function readPart(bytes: Buffer, number: number): Part {
  const { head, body } = cut(bytes, number);
  const headers = readHeaders(head, number);
  return { headers, body: decodeBody(body, headers, number) };
}

/** At the first empty line; a part may begin with it. */
function cut(bytes: Buffer, number: number): { head: Buffer; body: Buffer } {
  for (let line = 0; line <= bytes.length; ) {
    const end = bytes.indexOf(LF, line);
    const length = (end < 0 ? bytes.length : end) - line;
    if (length === 0 || (length === 1 && bytes[line] === CR)) {
      return { head: bytes.subarray(0, line), body: bytes.subarray(end < 0 ? bytes.length : end + 1) };
    }
    if (end < 0 || end > HEAD) break;
    line = end + 1;
  }
  throw new RelatedError(`the headers of part ${number} do not end with an empty line within ${HEAD} bytes`);
}

/** All but control characters; bytes above ASCII are taken as they are. */
const VALUE = /^[\t -~\x80-\xff]*$/;
const HEADER = /^([\w!#$%&'*+.^`|~-]+)[ \t]*:(.*)$/s;

function readHeaders(head: Buffer, number: number): [name: string, value: string][] {
  const text = head.toString('latin1').replace(/\r?\n[ \t]+/g, ' ');
  const headers: [string, string][] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line === '') continue;
    const [, name, value] = HEADER.exec(line) ?? [];
    if (name === undefined || value === undefined || !VALUE.test(value)) {
      throw new RelatedError(
        `part ${number} has the line ${JSON.stringify(line.slice(0, 80))}; expected "name: value"`,
      );
    }
    headers.push([name.toLowerCase(), value.trim()]);
    if (headers.length > HEADERS) throw new RelatedError(`part ${number} has more than ${HEADERS} headers`);
  }
  return headers;
}

/** What a Content-Transfer-Encoding stands for (RFC 2045, section 6): binary, 7bit and 8bit are the bytes themselves. */
function decodeBody(body: Buffer, headers: Part['headers'], number: number): Uint8Array {
  const encoding = headers.find(([name]) => name === 'content-transfer-encoding')?.[1] ?? 'binary';
  switch (encoding.toLowerCase()) {
    case 'binary':
    case '7bit':
    case '8bit':
      return body;
    case 'base64': {
      const decoded = decodeBase64(body.toString('latin1'));
      if (!decoded) throw new RelatedError(`part ${number} says that it is base64 and is not`);
      return decoded;
    }
    default:
      throw new RelatedError(
        `part ${number} has the Content-Transfer-Encoding ${JSON.stringify(encoding.slice(0, 40))}; expected binary, 7bit, 8bit or base64`,
      );
  }
}

/**
 * Writes a body. Bodies are written as they are; a header may have no line end in it.
 *
 * @param boundary must not occur in a part; random ones do not
 * @throws {RangeError} for a header that is none, or a boundary that occurs in a part
 */
export function writeRelated(parts: readonly Part[], boundary: string): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (const { headers, body } of parts) {
    if (Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(`--${boundary}`)) {
      throw new RangeError('the boundary occurs within a part');
    }
    const lines = headers.map(([name, value]) => {
      const line = `${name}: ${value}`;
      if (!HEADER.test(line) || !VALUE.test(line)) {
        throw new RangeError(`${JSON.stringify(line.slice(0, 80))} is no header`);
      }
      return `${line}\r\n`;
    });
    chunks.push(Buffer.from(`--${boundary}\r\n${lines.join('')}\r\n`, 'latin1'), body, Buffer.from('\r\n'));
  }
  chunks.push(Buffer.from(`--${boundary}--\r\n`, 'latin1'));
  return Buffer.concat(chunks);
}
