/** Remembers what a phone and its server said to each other, for a person to read. */
import {
  alertName,
  type Command,
  contentText,
  decodeMessage,
  type Item,
  isQuestionAlert,
  isSuccess,
  itemFormat,
  MalformedError,
  statusName,
} from '@grove/protocol';
import type { SessionReport, TracedMessage } from '../phone/index.ts';
import type { SaidLine, SaidMessage, SessionSummary, SessionView } from './view.ts';

/** What is kept: sessions, messages of each, lines of each, characters of each text in a line. */
const KEPT = { sessions: 20, messages: 100, lines: 200, text: 120 } as const;

interface Entry {
  summary: SessionSummary;
  dropped: number;
  readonly said: SaidMessage[];
}

export class Log {
  readonly #entries: Entry[] = [];
  readonly #isSecret: (uri: string) => boolean;
  #last = 0;

  /** @param isSecret whether the value of a node must not be shown. */
  constructor(isSecret: (uri: string) => boolean) {
    this.#isSecret = isSecret;
  }

  /** Notes a message; the first one of a session begins it. */
  note({ direction, encoding, body, sessionID }: TracedMessage, now: Date): void {
    const newest = this.#entries[0];
    const goesOn = newest?.summary.state === 'running' && newest.summary.sessionID === sessionID;
    const entry = goesOn ? newest : this.#begin(sessionID, now);
    const { summary, said } = entry;
    entry.summary = { ...summary, messages: summary.messages + 1, bytes: summary.bytes + body.length };
    said.push({ direction, encoding, bytes: body.length, lines: this.#linesOf(body, encoding) });
    if (said.length > KEPT.messages) {
      said.shift();
      entry.dropped += 1;
    }
  }

  /** Notes how the session ended that is under way; without a report it was cut short. */
  end(report?: Pick<SessionReport, 'outcome'>, text = 'the session was cut short'): void {
    const entry = this.#entries[0];
    if (entry?.summary.state !== 'running') return;
    const { kind, text: said } = report?.outcome ?? { kind: 'interrupted' as const, text };
    entry.summary = { ...entry.summary, state: kind, text: said };
  }

  /** Notes that no session could be begun. */
  fail(text: string, now: Date): void {
    const { summary } = this.#begin('', now);
    if (this.#entries[0] !== undefined) this.#entries[0].summary = { ...summary, state: 'failed', text };
  }

  clear(): void {
    this.#entries.length = 0;
  }

  get sessions(): SessionSummary[] {
    return this.#entries.map(({ summary }) => summary);
  }

  session(key: number): SessionView | undefined {
    const entry = this.#entries.find(({ summary }) => summary.key === key);
    return entry && { ...entry.summary, said: entry.said, dropped: entry.dropped };
  }

  #begin(sessionID: string, now: Date): Entry {
    this.#last += 1;
    const summary: SessionSummary = {
      key: this.#last,
      sessionID,
      begun: now.toISOString(),
      state: 'running',
      text: '',
      messages: 0,
      bytes: 0,
    };
    const entry: Entry = { summary, dropped: 0, said: [] };
    this.#entries.unshift(entry);
    this.#entries.length = Math.min(this.#entries.length, KEPT.sessions);
    return entry;
  }

  #linesOf(body: Uint8Array, encoding: TracedMessage['encoding']): SaidLine[] {
    try {
      const { commands } = decodeMessage(body, encoding).message.body;
      return commands.flatMap((command) => this.#describe(command)).slice(0, KEPT.lines);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      return [{ command: 'Unreadable', value: cut(error.message) }];
    }
  }

  #describe(command: Command): SaidLine[] {
    if (command.name === 'Unknown') return [{ command: cut(command.element) }];
    if (command.name === 'Status') {
      const { cmd, code, targetRef, items } = command;
      if (cmd === 'SyncHdr' && code < 300) return [];
      const status = { code, name: statusName(code), good: isSuccess(code) };
      const values = items.map((item) => this.#value(item)).filter((value) => value !== undefined);
      const uri = cmd === 'SyncHdr' ? undefined : targetRef[0];
      return [
        {
          command: cut(cmd),
          status,
          ...some('uri', uri && cut(uri)),
          ...some('value', values.length === 0 ? undefined : cut(values.join(', '))),
        },
      ];
    }
    if ('commands' in command) {
      return [{ command: command.name }, ...command.commands.flatMap((each) => this.#describe(each))];
    }
    if (command.name === 'Alert') {
      const [, text] = command.items;
      const shown = isQuestionAlert(command) && text !== undefined ? this.#value(text) : undefined;
      return [{ command: `Alert ${command.code} ${alertName(command.code)}`, ...some('value', shown) }];
    }
    return command.items.map((item) => {
      const uri = item.target?.locURI ?? item.source?.locURI;
      return {
        command: command.name,
        ...some('uri', uri && cut(uri)),
        ...some('value', this.#value(item)),
      };
    });
  }

  #value(item: Item): string | undefined {
    const uri = item.target?.locURI ?? item.source?.locURI;
    const { data } = item;
    if (data === undefined || data === '') return undefined;
    if (uri !== undefined && this.#isSecret(uri)) return '••••••';
    if (typeof data !== 'string') return data instanceof Uint8Array ? `${data.length} bytes` : 'a document';
    const text = contentText(data, itemFormat(item)) ?? data;
    if (text.trimStart().startsWith('<')) return 'a document';
    return cut(text);
  }
}

function cut(text: string): string {
  return text.length > KEPT.text ? `${text.slice(0, KEPT.text)}…` : text;
}

function some<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}
