/** What holds for every answer of a server, whatever the case: looked at in all of them. */
import {
  ALERT,
  type Command,
  type DecodedMessage,
  DM_MEDIA_TYPES,
  decodeMessage,
  type Encoding,
  encodingOf,
  type Item,
  MalformedError,
  type Message,
  type Status,
} from '@grove/protocol';
import type { Answer } from '../../rig/rig.testing.ts';
import { Failure, lintFault } from '../framework/index.ts';

/** A message of a device, and what it got for it. */
export interface Exchanged {
  /** Where it was sent. */
  readonly to: string;
  readonly body: Uint8Array;
  readonly encoding: Encoding;
  readonly answer: Answer;
}

/** What is looked at. */
interface Seen extends Exchanged {
  readonly request: Message;
  readonly decoded: DecodedMessage;
  /** What the session has been like up to the request; undefined at its beginning. */
  readonly before: Answered | undefined;
  /** Bytes of the largest message that the device takes, as it last said. */
  readonly maxMsgSize: number | undefined;
}

/** What is remembered of an answer, for the message that comes to its RespURI. */
interface Answered {
  readonly message: Message;
  readonly maxMsgSize: number | undefined;
}

interface StandingRule {
  readonly rule: string;
  /** What is wrong with the answer; undefined = nothing. */
  readonly fault: (seen: Seen) => string | undefined;
}

const SERVER_COMMANDS: ReadonlySet<string> = new Set([
  'Add',
  'Alert',
  'Atomic',
  'Copy',
  'Delete',
  'Exec',
  'Get',
  'Replace',
  'Sequence',
  'Status',
]);
const IN_ATOMIC: ReadonlySet<string> = new Set(['Add', 'Alert', 'Copy', 'Delete', 'Replace']);
const SERVER_ALERTS: ReadonlySet<number> = new Set([
  ALERT.DISPLAY,
  ALERT.CONFIRMATION,
  ALERT.TEXT_INPUT,
  ALERT.SINGLE_CHOICE,
  ALERT.MULTIPLE_CHOICE,
  ALERT.NEXT_MESSAGE,
  ALERT.SESSION_ABORT,
  ALERT.NO_END_OF_DATA,
]);

const STANDING_RULES: readonly StandingRule[] = [
  {
    rule: 'SyncML HTTP binding 1.2, MIME header type requirement',
    fault: ({ answer, encoding }) =>
      answer.contentType === DM_MEDIA_TYPES[encoding]
        ? undefined
        : `Content-Type ${answer.contentType}, expected ${DM_MEDIA_TYPES[encoding]}`,
  },
  {
    rule: 'SyncML HTTP binding 1.2, General header requirements',
    fault: ({ answer }) => {
      const { 'content-length': length, 'cache-control': cache = '' } = answer.headers;
      if (length !== String(answer.bytes.length))
        return `Content-Length ${length ?? 'is missing'}, the message has ${answer.bytes.length} bytes`;
      return /\bno-store\b|\bprivate\b/.test(cache) ? undefined : `Cache-Control ${cache || 'is missing'}`;
    },
  },
  {
    rule: 'DM_RepPro 1.2.1, Source and Target',
    fault: ({ request, decoded }) => {
      const { target, source } = decoded.message.header;
      if (target.locURI !== request.header.source.locURI.trim()) return `Target ${target.locURI}`;
      return source.locURI === request.header.target.locURI.trim() ? undefined : `Source ${source.locURI}`;
    },
  },
  {
    rule: 'DM_RepPro 1.2.1, MsgID',
    fault: ({ decoded, before }) => {
      if (before === undefined) return undefined;
      const expected = String(Number(before.message.header.msgID) + 1);
      const { msgID } = decoded.message.header;
      return msgID === expected ? undefined : `MsgID ${msgID}, expected ${expected}`;
    },
  },
  {
    rule: 'DM_RepPro 1.2.1, RespURI',
    fault: ({ decoded }) => {
      const { respURI } = decoded.message.header;
      return /^https?:\/\/\S+$/.test(respURI ?? '') ? undefined : `RespURI ${respURI}`;
    },
  },
  {
    rule: 'DM_RepPro 1.2.1, Element support (commands that a server sends)',
    fault: ({ decoded }) => {
      for (const command of all(decoded.message)) {
        if (!SERVER_COMMANDS.has(command.name)) return `${command.name} is no command of a server`;
        if (command.name === 'Alert' && !SERVER_ALERTS.has(command.code))
          return `Alert ${command.code} is none of a server`;
      }
      return undefined;
    },
  },
  {
    rule: 'DM_RepPro 1.2.1, NoResp and Cred',
    fault: ({ decoded: { message } }) => {
      const odd = all(message).find(
        (command) =>
          ('noResp' in command && command.noResp) || ('cred' in command && command.cred !== undefined),
      );
      return odd !== undefined || message.header.noResp ? 'NoResp, or Cred outside the SyncHdr' : undefined;
    },
  },
  {
    rule: 'DM_RepPro 1.2.1, Atomic',
    fault: ({ decoded }) => {
      for (const command of all(decoded.message)) {
        if (command.name !== 'Atomic') continue;
        const odd = command.commands.find(({ name }) => !IN_ATOMIC.has(name));
        if (odd !== undefined) return `${odd.name} in an Atomic`;
      }
      return undefined;
    },
  },
  {
    rule: 'DM_RepPro 1.2.1, Status (MsgRef, CmdRef and Cmd)',
    fault: ({ request, decoded }) => {
      const asked = new Map(request.body.commands.map((command) => [command.cmdID, nameOf(command)]));
      asked.set('0', 'SyncHdr');
      for (const { msgRef, cmdRef = '', cmd } of statusesOf(decoded.message)) {
        if (msgRef !== request.header.msgID) return `MsgRef ${msgRef}, expected ${request.header.msgID}`;
        if (asked.get(cmdRef) !== cmd) return `Status for ${cmd} ${cmdRef}, which is ${asked.get(cmdRef)}`;
      }
      return undefined;
    },
  },
  {
    rule: 'DM_RepPro 1.2.1, Status (one for each command, or for each of its Items)',
    fault: ({ request, decoded }) => {
      const statuses = statusesOf(decoded.message);
      for (const command of request.body.commands) {
        if (command.name === 'Status' || command.name === 'Results') continue;
        const items: readonly Item[] = 'items' in command ? command.items : [];
        const count = statuses.filter(({ cmdRef }) => cmdRef === command.cmdID).length;
        if (count !== 1 && count !== items.length)
          return `${count} statuses for ${nameOf(command)} ${command.cmdID}, which has ${items.length} Items`;
      }
      return undefined;
    },
  },
  {
    rule: 'DM_RepPro 1.2.1, TargetRef and SourceRef',
    fault: ({ request: { header }, decoded }) => {
      const [first] = statusesOf(decoded.message);
      const refs = [...(first?.targetRef ?? []), ...(first?.sourceRef ?? [])];
      const expected = [header.target.locURI, header.source.locURI];
      return refs.join(' ') === expected.join(' ')
        ? undefined
        : `the Status for the SyncHdr refers to ${refs.join(' ')}, expected ${expected.join(' ')}`;
    },
  },
  {
    rule: 'DM_Protocol 1.2.1, MaxMsgSize',
    fault: ({ answer: { bytes }, maxMsgSize = Number.POSITIVE_INFINITY }) =>
      bytes.length <= maxMsgSize ? undefined : `${bytes.length} bytes, the device takes ${maxMsgSize}`,
  },
  {
    rule: 'DM_TND 1.2.1, Format',
    fault: ({ decoded, encoding }) => {
      if (encoding === 'wbxml') return undefined;
      const items = all(decoded.message).flatMap((command) => ('items' in command ? command.items : []));
      return items.some(({ meta }) => meta?.format === 'bin') ? 'Meta Format bin in XML' : undefined;
    },
  },
];

function all({ body }: Message): Command[] {
  const walk = (commands: readonly Command[]): Command[] =>
    commands.flatMap((command) => [command, ...('commands' in command ? walk(command.commands) : [])]);
  return walk(body.commands);
}

function statusesOf({ body }: Message): Status[] {
  return body.commands.filter((command) => command.name === 'Status');
}

function nameOf(command: Command): string {
  return command.name === 'Unknown' ? command.element : command.name;
}

/** What the table of rules finds and a case may have meant to see. */
function isMeant(rule: string, { decoded, before }: Seen): boolean {
  // Who has been challenged before is not challenged for ever.
  if (rule === 'status-challenge') return before !== undefined;
  // A message that is refused as a whole is refused command by command.
  const [first] = statusesOf(decoded.message);
  return rule === 'status-code-for-command' && (first?.code === 505 || first?.code === 513);
}

/** Looks at all that goes between devices and a server. */
export class Watch {
  /** By RespURI, what was answered there. */
  readonly #answered = new Map<string, Answered>();
  /** Messages that were sent, each with where it went: one that comes again gets the same answer. */
  readonly #sent = new Set<string>();

  /** @throws {Failure} naming the rule that an answer breaks. */
  look(exchanged: Exchanged): void {
    const { to, body, encoding, answer } = exchanged;
    if (answer.httpStatus !== 200) return;
    const key = `${to} ${Buffer.from(body).toString('base64')}`;
    if (this.#sent.has(key)) return;
    this.#sent.add(key);
    const request = decoded(body, encoding, 'what was sent').message;
    const message = decoded(answer.bytes, encodingOf(answer.contentType ?? '') ?? encoding, 'the answer');
    const before = this.#answered.get(to);
    const maxMsgSize = request.header.meta?.maxMsgSize || before?.maxMsgSize;
    const seen: Seen = { ...exchanged, request, decoded: message, before, maxMsgSize };
    this.#answered.set(message.message.header.respURI ?? '', { message: message.message, maxMsgSize });
    for (const { rule, fault } of STANDING_RULES) {
      const found = fault(seen);
      if (found !== undefined) throw new Failure(`a message of the server: ${found} (${rule})`);
    }
    const transport = { contentType: answer.contentType ?? '', mac: answer.headers['x-syncml-hmac'] };
    const bytes = answer.bytes.length;
    const context = {
      sender: 'server',
      answers: request,
      before: before?.message,
      bytes,
      transport,
    } as const;
    const found = lintFault(message, context, ({ rule }) => isMeant(rule, seen));
    if (found !== undefined) throw new Failure(`a message of the server: ${found}`);
  }
}

function decoded(body: Uint8Array, encoding: Encoding, what: string): DecodedMessage {
  try {
    return decodeMessage(body, encoding);
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    throw new Failure(`${what} is no SyncML message: ${error.message}`, { cause: error });
  }
}
