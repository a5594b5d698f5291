/** Sessions: how each went, and what was said in it. */
import type { SaidLine, SaidMessage, SessionSummary, SessionView } from '../view.ts';
import { h, icon } from './dom.ts';

const STATES: Readonly<Record<SessionSummary['state'], string>> = {
  running: 'Under way',
  interrupted: 'Cut short',
  completed: 'Completed',
  aborted: 'Aborted',
  refused: 'Refused',
  distrusted: 'Not trusted',
  failed: 'Failed',
};

/** What is said of a session, as a sentence of its own. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** A list of sessions that is kept up to date while it is on the screen. */
export class SessionList {
  readonly element = h('div', { class: 'sessions' });
  readonly #load: (key: number) => Promise<SessionView | undefined>;
  readonly #entries = new Map<number, Entry>();
  readonly #empty = h('p', { class: 'empty' }, 'No session yet.');

  constructor(load: (key: number) => Promise<SessionView | undefined>) {
    this.#load = load;
  }

  update(sessions: readonly SessionSummary[]): void {
    const keys = new Set(sessions.map(({ key }) => key));
    for (const [key, { element }] of this.#entries) {
      if (keys.has(key)) continue;
      element.remove();
      this.#entries.delete(key);
    }
    for (const summary of sessions.toReversed()) {
      let entry = this.#entries.get(summary.key);
      if (entry === undefined) {
        for (const each of this.#entries.values()) each.element.open = false;
        entry = new Entry(summary.key, this.#load);
        entry.element.open = true;
        this.#entries.set(summary.key, entry);
        this.element.prepend(entry.element);
      }
      entry.update(summary);
    }
    if (sessions.length === 0) this.element.append(this.#empty);
    else this.#empty.remove();
  }
}

class Entry {
  readonly element = h('details', { class: 'session' });
  readonly #summary = h('summary', {});
  readonly #said = h('div', { class: 'said' });
  readonly #key: number;
  readonly #load: (key: number) => Promise<SessionView | undefined>;
  #shown = '';
  #latest: SessionSummary | undefined;

  constructor(key: number, load: (key: number) => Promise<SessionView | undefined>) {
    this.#key = key;
    this.#load = load;
    this.element.append(this.#summary, this.#said);
    this.element.addEventListener('toggle', () => void this.#refresh());
  }

  update(summary: SessionSummary): void {
    this.#latest = summary;
    const { state, begun, sessionID, messages, bytes } = summary;
    const time = new Date(begun).toLocaleTimeString();
    const amounts = `${messages} ${messages === 1 ? 'message' : 'messages'}, ${bytes.toLocaleString('en')} bytes`;
    this.#summary.replaceChildren(
      icon('next'),
      h('span', { class: `badge state-${state}` }, STATES[state]),
      h('span', { class: 'when' }, sessionID === '' ? time : `${time}, session ${sessionID}`),
      h('span', { class: 'amounts' }, amounts),
    );
    void this.#refresh();
  }

  async #refresh(): Promise<void> {
    if (!this.element.open || this.#latest === undefined) return;
    const wanted = `${this.#latest.messages} ${this.#latest.state}`;
    if (wanted === this.#shown) return;
    this.#shown = wanted;
    const session = await this.#load(this.#key);
    if (session === undefined || wanted !== this.#shown) return;
    const { said, dropped, text, state } = session;
    this.#said.replaceChildren(
      ...(dropped > 0 ? [h('p', { class: 'empty' }, `${dropped} earlier messages are not shown.`)] : []),
      ...said.map(message),
      ...(text === '' ? [] : [h('p', { class: `end state-${state}` }, sentence(text))]),
    );
    this.#said.lastElementChild?.scrollIntoView({ block: 'nearest' });
  }
}

function message({ direction, bytes, encoding, lines }: SaidMessage): HTMLElement {
  const who = direction === 'sent' ? 'Phone' : 'Server';
  return h(
    'section',
    { class: `message message-${direction}` },
    h(
      'h3',
      {},
      who,
      h('span', { class: 'amounts' }, `${bytes.toLocaleString('en')} bytes ${encoding.toUpperCase()}`),
    ),
    lines.length === 0
      ? h('p', { class: 'quiet' }, 'Nothing more to say.')
      : h('ul', {}, ...lines.map((line) => h('li', {}, ...spans(line)))),
  );
}

function spans({ command, uri, value, status }: SaidLine): (HTMLElement | string)[] {
  return [
    ...(status === undefined
      ? []
      : [
          h(
            'span',
            { class: status.good ? 'code good' : 'code bad', title: status.name },
            String(status.code),
            h('span', { class: 'unseen' }, ` ${status.name} for `),
          ),
        ]),
    h('b', {}, command),
    ...(uri === undefined ? [] : [' ', h('span', { class: 'said-uri' }, uri)]),
    ...(value === undefined ? [] : [' ', h('q', {}, value)]),
  ];
}
