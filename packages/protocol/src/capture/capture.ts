import { MalformedError } from '../vocabulary/index.ts';
import type { Carrier, Opened, Opener } from './carriers.ts';
import { type ReadDocument, readAs, readFirst, type Tried } from './documents.ts';
import { type CutHead, cutBody, cutHead, type HttpHead } from './http.ts';
import { type ReadNotification, readNotification } from './notifications.ts';
import { linesOf, TEXT_FORMS, textOf, type Wrapping } from './text-forms.ts';

/** Where a part of a capture comes from. */
interface Origin {
  /** What it was taken out of, the outermost first. */
  readonly wrappings: readonly Wrapping[];
  /** The head of the HTTP message whose body it is. */
  readonly head?: HttpHead;
  /** What carries it, the outermost first. */
  readonly carriers: readonly Carrier[];
}

/** How the reading of a part goes. */
interface Way extends Origin {
  readonly openers: readonly Opener[];
  /** What something around it says that it is. */
  readonly mediaType: string | undefined;
}

/** A document in a capture, or a notification. */
export type FoundPart = FoundDocument | FoundNotification;
export type FoundDocument = Origin & ReadDocument;
export type FoundNotification = Origin & ReadNotification;

/** Bytes in a capture that are nothing known; none, where an HTTP message has no body, or what carries them has nothing. */
export interface UnreadPart extends Origin {
  readonly bytes: Uint8Array;
  readonly tried: readonly Tried[];
}

export type CapturePart = FoundPart | UnreadPart;

/** Whether a part could be read. */
export function isFound(part: CapturePart): part is FoundPart {
  return !('tried' in part);
}

/** Whether something is known of a part: what it is, or what carries it. */
export function isTold(part: CapturePart): boolean {
  return isFound(part) || part.carriers.length > 0;
}

/** Parts of a capture, and wrappings and carriers within one another, that are looked at. */
const MOST_PARTS = 200;
const MOST_WRAPPINGS = 3;
const MOST_CARRIERS = 4;

/**
 * Finds out what is in a file: SyncML messages, serialized trees, device descriptions, DevInf and MetInf documents,
 * in XML or WBXML, several one after the other, as bodies of captured HTTP messages, as hex dumps, digits or base64;
 * notifications (Package #0) as well.
 *
 * @param openers what else is known, which may carry any of these
 * @returns what was found, in its order; one part that is not read where there is nothing known in it.
 */
export function readCapture(bytes: Uint8Array, openers: readonly Opener[] = []): CapturePart[] {
  return readParts(bytes, { wrappings: [], carriers: [], openers, mediaType: undefined });
}

function readParts(bytes: Uint8Array, way: Way): CapturePart[] {
  const origin = originOf(way);
  // First of all: its digest may begin with what is a blank elsewhere.
  const notification = readNotification(bytes, way.mediaType);
  if (notification !== undefined) return [{ ...origin, ...notification }];
  const carried = readCarrier([bytes], way);
  if ('parts' in carried) return carried.parts;
  const parts: CapturePart[] = [];
  let left = withoutBlanks(bytes);
  while (left.length > 0) {
    if (parts.length >= MOST_PARTS) {
      const why = `more than ${MOST_PARTS} documents; the others are not read`;
      return [...parts, { ...origin, bytes: left, tried: [{ what: 'read', why }] }];
    }
    const cut = way.head === undefined ? cutHead(left) : undefined;
    if (cut !== undefined) {
      const { found, after } = readHttp(cut, way);
      parts.push(...found);
      left = withoutBlanks(after);
      continue;
    }
    const first = readFirst(left);
    if (!('read' in first)) {
      const others = unwrap(left, way, [...carried.tried, ...first]);
      return [...parts, ...others];
    }
    const behind = withoutBlanks(left.subarray(first.end));
    // What follows and is nothing of its own belongs to the document: its reader says what is wrong with it.
    const all = behind.length === 0 || isKnown(behind, way) ? undefined : whole(left, first.read);
    parts.push({ ...origin, ...(all ?? first.read) });
    left = all === undefined ? behind : NOTHING;
  }
  return parts.length > 0 ? parts : [{ ...origin, bytes, tried: [] }];
}

const NOTHING = new Uint8Array(0);

function originOf({ wrappings, head, carriers }: Way): Origin {
  return { wrappings, carriers, ...(head === undefined ? {} : { head }) };
}

/** What an opener knows, with what is inside; or why it is nothing that they know. */
function readCarrier(
  pieces: readonly Uint8Array[],
  way: Way,
): { parts: CapturePart[] } | { tried: readonly Tried[] } {
  const tried: Tried[] = [];
  for (const open of way.carriers.length < MOST_CARRIERS ? way.openers : []) {
    const opened = open(pieces, way.mediaType);
    if (opened === undefined) continue;
    if (!('why' in opened)) return { parts: opened.flatMap((each) => readInside(each, way)) };
    tried.push(opened);
  }
  return { tried };
}

function readInside({ carrier, inside }: Opened, around: Way): CapturePart[] {
  const within = { ...around, carriers: [...around.carriers, carrier] };
  if (inside.length === 0) return [{ ...originOf(within), bytes: NOTHING, tried: [] }];
  return inside.flatMap(({ pieces, mediaType }) => {
    const way = { ...within, mediaType };
    if (pieces.length > 1) {
      const carried = readCarrier(pieces, way);
      if ('parts' in carried) return carried.parts;
    }
    return pieces.flatMap((piece) => readParts(piece, way));
  });
}

/** The body of an HTTP message, and what follows it. */
function readHttp(cut: CutHead, way: Way): { found: CapturePart[]; after: Uint8Array } {
  const within = { ...way, head: cut.head, mediaType: cut.head.headers.get('content-type') };
  const own = originOf(within);
  const { body, after } = cutBody(cut);
  if (body !== undefined) {
    const found = readParts(body, within);
    if (body.length === 0 || after.length === 0 || found.some(isTold)) return { found, after };
  }
  // The length is not told, or wrong, as when an editor has changed line ends.
  const rest = withoutBlanks(cut.rest);
  const first = readFirst(rest);
  if ('read' in first) return { found: [{ ...own, ...first.read }], after: rest.subarray(first.end) };
  if (rest.length === 0 || cutHead(rest) !== undefined)
    return { found: [{ ...own, bytes: NOTHING, tried: [] }], after: rest };
  return { found: readParts(rest, within), after: NOTHING };
}

function isKnown(bytes: Uint8Array, { head }: Way): boolean {
  return 'read' in readFirst(bytes) || (head === undefined && cutHead(bytes) !== undefined);
}

function whole(bytes: Uint8Array, { encoding }: ReadDocument): ReadDocument | undefined {
  try {
    return readAs(bytes, encoding);
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return undefined;
  }
}

function unwrap(bytes: Uint8Array, way: Way, tried: readonly Tried[]): CapturePart[] {
  const origin = originOf(way);
  const reasons = [...tried];
  const encoded = way.head?.headers.get('content-encoding');
  if (encoded !== undefined && encoded !== 'identity')
    reasons.push({
      what: 'HTTP',
      why: `its body is in content encoding ${encoded}, which is not undone here`,
    });
  const text = way.wrappings.length < MOST_WRAPPINGS ? textOf(bytes) : undefined;
  if (text === undefined) return [{ ...origin, bytes, tried: reasons }];
  const lines = linesOf(text);
  if (lines !== undefined) {
    const carried = readCarrier(lines.pieces, { ...way, wrappings: [...way.wrappings, lines.wrapping] });
    if ('parts' in carried) return carried.parts;
  }
  for (const { wrapping, unwrap } of TEXT_FORMS) {
    const inner = unwrap(text);
    if (typeof inner === 'string') {
      reasons.push({ what: wrapping, why: inner });
      continue;
    }
    const parts = readParts(inner, { ...way, wrappings: [...way.wrappings, wrapping] });
    if (parts.some(isTold)) return parts;
    for (const part of parts)
      if (!isFound(part))
        reasons.push(...part.tried.map(({ what, why }) => ({ what: `${what} in ${wrapping}`, why })));
  }
  return [{ ...origin, bytes, tried: reasons }];
}

/** Blanks and line ends between documents; neither encoding begins with one. */
function withoutBlanks(bytes: Uint8Array): Uint8Array {
  let at = 0;
  while (at < bytes.length && [0x20, 0x09, 0x0a, 0x0d].includes(bytes[at] ?? 0)) at++;
  return bytes.subarray(at);
}
