/** A message of the client, as cases look at it. */
import {
  type Alert,
  type Command,
  contentText,
  type Header,
  type Item,
  type Message,
  type Meta,
  type Results,
  type Status,
} from '@grove/protocol';
import type { Sent } from './subject.ts';

/** One message, or the messages of one package taken together. */
export class Reply {
  readonly sent: Sent;
  readonly header: Header;
  readonly commands: readonly Command[];
  readonly final: boolean;
  /** How many messages it came in. */
  readonly messages: number;
  /** MsgID of the message that it answers; of several, the first. */
  readonly answers: string | undefined;

  constructor(sent: Sent, { header, body }: Message, before?: Reply) {
    this.sent = sent;
    this.header = header;
    this.commands = [...(before?.commands ?? []), ...body.commands];
    this.final = body.final === true;
    this.messages = (before?.messages ?? 0) + 1;
    this.answers = before?.answers ?? this.headerStatus?.msgRef;
  }

  /** This one and what came after it, as one. */
  and({ sent, header, commands, final }: Reply): Reply {
    return new Reply(sent, { header, body: { commands: [...commands], final } }, this);
  }

  /** The Status for the scripted server's SyncHdr. */
  get headerStatus(): Status | undefined {
    return this.#allStatuses.find(({ cmd }) => cmd === 'SyncHdr');
  }

  /** Those for commands, in the order of the commands that they answer. */
  get statuses(): readonly Status[] {
    return this.#allStatuses
      .filter(({ cmd, msgRef }) => cmd !== 'SyncHdr' && (this.messages === 1 || msgRef === this.answers))
      .sort((a, b) => Number(a.cmdRef) - Number(b.cmdRef));
  }

  get #allStatuses(): Status[] {
    return this.commands.filter((command) => command.name === 'Status');
  }

  /** `Get 200` for each Status but that of the SyncHdr, in the order of the commands that they answer. */
  get codes(): readonly string[] {
    return this.statuses.map(({ cmd, code }) => `${cmd} ${code}`);
  }

  get results(): readonly Results[] {
    return this.commands.filter((command) => command.name === 'Results');
  }

  /** The Items of all Results. */
  get items(): readonly Item[] {
    return this.results.flatMap(({ items }) => items);
  }

  /** The Item about a node. */
  item(uri: string): Item | undefined {
    return this.items.find(({ source }) => sameUri(source?.locURI, uri));
  }

  /** The text about a node; of several parts, all of it. An empty Data is an empty text. */
  value(uri: string): string | undefined {
    const parts = this.items.filter(({ source }) => sameUri(source?.locURI, uri));
    if (parts.length === 0 || parts.every(({ data }) => data === undefined)) return undefined;
    return parts.map(({ data = '' }) => textOf(data)).join('');
  }

  /** What is known of a value's kind, from the Item or from the Results around it. */
  meta(uri: string): { format: string; type: string } {
    const results = this.results.find(({ items }) =>
      items.some(({ source }) => sameUri(source?.locURI, uri)),
    );
    const own: Meta | undefined = this.item(uri)?.meta;
    return {
      format: (own?.format ?? results?.meta?.format ?? 'chr').toLowerCase(),
      type: own?.type ?? results?.meta?.type ?? 'text/plain',
    };
  }

  get alerts(): readonly Alert[] {
    return this.commands.filter((command) => command.name === 'Alert');
  }

  get alertCodes(): readonly number[] {
    return this.alerts.map(({ code }) => code);
  }
}

/** A leaf's value as text: bytes as base64. */
function textOf(data: NonNullable<Item['data']>): string {
  return data instanceof Uint8Array ? data.toBase64() : (contentText(data) ?? '');
}

/** `./A` and `A` are the same node. */
export function sameUri(one: string | undefined, other: string): boolean {
  return one !== undefined && one.replace(/^\.\//, '') === other.replace(/^\.\//, '');
}
