import { idAfter, type Page, type PageRequest, pageOf } from '@grove/api';
import {
  Conversation,
  decodeMessage,
  describeCommands,
  type Finding,
  layOut,
  MalformedError,
  wbxmlToXml,
} from '@grove/protocol';
import type { ExchangeTable, Queries } from '../store/index.ts';
import { indentXml } from './indent.ts';
import { showSession } from './session.ts';

/** A message of a session as people read it. */
export interface SessionMessage {
  /** Which exchange of the session: 1, 2, 3, … */
  n: number;
  /** `request` from the device, `response` to it. */
  direction: 'request' | 'response';
  /** Milliseconds since the epoch. */
  at: number;
  /** Null when the message cannot be read, as all that is read of it. */
  msgId: string | null;
  /** Type of the credentials in its header; null when there are none. */
  auth: string | null;
  /** In words: a line for each command, and what belongs to it indented below. */
  commands: string[];
  final: boolean | null;
  encoding: ExchangeTable['encoding'];
  /** The message as XML, indented. */
  xml: string | null;
  /** The bytes that travelled, secrets masked; base64. */
  raw: string;
  /** Where the message departs from the standard, with the rule that it breaks. */
  deviations: Finding[];
  /** What the server noted when it worked on the message. */
  notes: string[];
  /** Why the message cannot be read. */
  error: string | null;
}

/** Exchanges that are read from the database at a time. */
const BATCH = 8;
/** Nodes of a document in a message that are described. */
const NODES = 100;
/** Bytes of messages after which a page ends, however many it may hold. */
const PAGE_BYTES = 4 * 1024 * 1024;

/**
 * What was said in a session, in the order in which it travelled. A page ends early when its messages
 * are large.
 *
 * @throws {NotFound} when there is no such session
 */
export async function listMessages(
  db: Queries,
  sessionId: number,
  page: PageRequest,
): Promise<Page<SessionMessage>> {
  const after = idAfter(page) ?? 1;
  await showSession(db, sessionId);
  const found: SessionMessage[] = [];
  let bytes = 0;
  let limit = page.limit;
  // A message's key is twice its exchange's number, and one more for the answer.
  const first = Math.ceil(after / 2);
  // The exchange before the page is read too: rules hold a message against those before it.
  let n = first - 1;
  const conversation = new Conversation();
  for (let isLast = false; !isLast && found.length <= limit; ) {
    const rows = await db
      .selectFrom('exchanges')
      .select(['n', 'at', 'request', 'response', 'encoding', 'deviations'])
      .where('session_id', '=', sessionId)
      .where('n', '>=', n)
      .orderBy('n')
      .limit(BATCH)
      .execute();
    isLast = rows.length < BATCH;
    for (const row of rows) {
      const { encoding, at } = row;
      const notes = row.deviations === null ? [] : (JSON.parse(row.deviations) as string[]);
      n = row.n + 1;
      for (const direction of ['request', 'response'] as const) {
        const message = { bytes: row[direction], encoding, direction };
        if (keyOf({ n: row.n, direction }) <= after) {
          read(message, conversation);
          continue;
        }
        // What lies beyond the page is not read; that it is there is enough.
        if (found.length > limit) break;
        bytes += row[direction].length;
        if (bytes > PAGE_BYTES && found.length > 0) limit = Math.min(limit, found.length);
        found.push({
          n: row.n,
          direction,
          at,
          encoding,
          ...read(message, conversation),
          notes: direction === 'request' ? notes : [],
        });
      }
    }
  }
  return pageOf(found, limit, keyOf);
}

function keyOf({ n, direction }: Pick<SessionMessage, 'n' | 'direction'>): number {
  return 2 * n + (direction === 'request' ? 0 : 1);
}

interface Travelled {
  readonly bytes: Uint8Array;
  readonly encoding: ExchangeTable['encoding'];
  readonly direction: SessionMessage['direction'];
}

type Read = Omit<SessionMessage, 'n' | 'direction' | 'at' | 'encoding' | 'notes'>;

function read({ bytes, encoding, direction }: Travelled, conversation: Conversation): Read {
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
  try {
    const decoded = decodeMessage(bytes, encoding);
    const { header, body } = decoded.message;
    return {
      msgId: header.msgID,
      auth: header.cred === undefined ? null : (header.cred.meta?.type ?? ''),
      commands: layOut(describeCommands(body.commands, { nodes: NODES })),
      final: body.final === true,
      xml: indentXml(textOf(encoding === 'xml' ? bytes : wbxmlToXml(bytes))),
      raw,
      deviations: conversation.lint(decoded, {
        sender: direction === 'request' ? 'client' : 'server',
        bytes: bytes.length,
      }),
      error: null,
    };
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    const { message } = error;
    return {
      msgId: null,
      auth: null,
      commands: [],
      final: null,
      xml: null,
      raw,
      deviations: [],
      error: message,
    };
  }
}

/** The text of an XML document, which is in UTF-8 or, with a byte order mark or not, in UTF-16. */
function textOf(xml: Uint8Array): string {
  const [first, second] = xml;
  if ((first === 0xff && second === 0xfe) || second === 0) return new TextDecoder('utf-16le').decode(xml);
  if ((first === 0xfe && second === 0xff) || first === 0) return new TextDecoder('utf-16be').decode(xml);
  return new TextDecoder().decode(xml);
}
