/** Captured HTTP messages: their heads are cut off, their bodies kept. */
import { decodeLatin1 } from '../octets/index.ts';

/** The head of an HTTP message. */
export interface HttpHead {
  /** `POST /dm HTTP/1.1`, `HTTP/1.1 200 OK`; absent where only headers were kept. */
  readonly start?: string;
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

/** A head, and what stands behind it. */
export interface CutHead {
  readonly head: HttpHead;
  readonly rest: Uint8Array;
}

/** Bytes in which a head must end. */
const LONGEST = 64 * 1024;
const START = /^(?:[A-Z]{3,10} \S+ HTTP\/\d(?:\.\d)?|HTTP\/\d(?:\.\d)? \d{3}(?: .*)?)$/;
const HEADER = /^([A-Za-z0-9!#$%&'*+.^_`|~-]+):[ \t]*(.*)$/;
/** Without a start line only these make lines a head. */
const TELLING = ['content-type', 'content-length', 'x-syncml-hmac'];

/** Cuts the head off; undefined where there is none. */
export function cutHead(bytes: Uint8Array): CutHead | undefined {
  const text = decodeLatin1(bytes.subarray(0, LONGEST));
  const blank = text.search(/\S/);
  if (blank < 0) return undefined;
  const end = /\r?\n\r?\n/.exec(text.slice(blank));
  const length = end === null ? text.length : blank + end.index;
  // A head without a body may be the last thing in a file.
  if (end === null && bytes.length > LONGEST) return undefined;
  const lines = text.slice(blank, length).trimEnd().split(/\r?\n/);
  const start = START.test(lines[0] ?? '') ? lines.shift() : undefined;
  const headers = new Map<string, string>();
  let last: string | undefined;
  for (const line of lines) {
    const [, name, value = ''] = HEADER.exec(line) ?? [];
    if (name !== undefined) {
      last = name.toLowerCase();
      const before = headers.get(last);
      headers.set(last, before === undefined ? value.trim() : `${before}, ${value.trim()}`);
    } else if (last !== undefined && /^[ \t]/.test(line)) {
      headers.set(last, `${headers.get(last)} ${line.trim()}`);
    } else return undefined;
  }
  if (start === undefined && !TELLING.some((name) => headers.has(name))) return undefined;
  const behind = end === null ? bytes.length : length + end[0].length;
  return { head: { ...(start === undefined ? {} : { start }), headers }, rest: bytes.subarray(behind) };
}

/** The body that a head announces, and what follows it; the body undefined where the head says nothing of its length. */
export function cutBody({ head, rest }: CutHead): { body: Uint8Array | undefined; after: Uint8Array } {
  if (/\bchunked\b/i.test(head.headers.get('transfer-encoding') ?? '')) {
    const joined = fromChunks(rest);
    if (joined !== undefined) return joined;
  }
  const length = Number(head.headers.get('content-length') ?? Number.NaN);
  if (Number.isSafeInteger(length) && length >= 0 && length <= rest.length)
    return { body: rest.subarray(0, length), after: rest.subarray(length) };
  return { body: undefined, after: rest };
}

/** Joins a body in chunks (RFC 9112 §7.1); undefined where it is in none, as programs that save bodies have joined it. */
function fromChunks(bytes: Uint8Array): { body: Uint8Array; after: Uint8Array } | undefined {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (;;) {
    const [line, size] =
      /^([0-9a-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n/i.exec(decodeLatin1(bytes.subarray(at, at + 256))) ?? [];
    if (line === undefined || size === undefined) return undefined;
    const start = at + line.length;
    const length = Number.parseInt(size, 16);
    if (length > bytes.length - start) return undefined;
    at = start + length;
    if (length === 0) break;
    parts.push(bytes.subarray(start, at));
    if (bytes[at] === 0x0d) at++;
    if (bytes[at] === 0x0a) at++;
  }
  const trailer = /^(?:[^\r\n]+\r?\n)*\r?\n/.exec(decodeLatin1(bytes.subarray(at, at + LONGEST)));
  const after = bytes.subarray(at + (trailer?.[0].length ?? 0));
  const body = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let to = 0;
  for (const part of parts) {
    body.set(part, to);
    to += part.length;
  }
  return { body, after };
}
