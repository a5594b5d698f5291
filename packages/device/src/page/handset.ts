import { DMACC_OBJECT, readDevInfo } from '@grove/protocol';
import { systemClock } from '../clock/index.ts';
import type { Reaction } from '../interaction/index.ts';
import type { NotificationOutcome, NotifiedSession } from '../notification/index.ts';
import { HANDLERS } from '../objects/index.ts';
import {
  createPhone,
  type Phone,
  type PhoneOptions,
  type SessionOptions,
  type SessionReport,
} from '../phone/index.ts';
import { readerOf } from '../tree-reader/index.ts';
import { Desk, type Receipt } from './desk.ts';
import { Log } from './log.ts';
import { isSecret, nodeView } from './settings.ts';
import type { NodeView, PhoneView, SessionView } from './view.ts';

export interface HandsetOptions extends Omit<PhoneOptions, 'interaction'> {
  /** Told of each session when it has ended. */
  readonly onReport?: (report: SessionReport) => void;
  /** Told what became of each notification. */
  readonly onNotification?: (outcome: NotificationOutcome) => void;
}

/** A phone in somebody's hand: what the page shows, and what can be done there. */
export interface Handset {
  readonly id: string;
  readonly view: PhoneView;
  /** Is called after each change, until what it returns is called. */
  onChange(listener: () => void): () => void;
  /** A node of the tree and its children; undefined = there is none. */
  node(uri: string): NodeView | undefined;
  /** What was said in a session; undefined = it is not remembered. */
  session(key: number): SessionView | undefined;
  answer(key: number, reaction: Reaction): Receipt;
  /** Begins a session, or goes on with one that was cut short; false = one is under way. */
  connect(): boolean;
  /**
   * Takes a notification; the session that comes of it begins when no other is under way. Rejects when the phone is
   * reset or ended before its user has decided.
   */
  notify(bytes: Uint8Array, mediaType: string): Promise<NotificationOutcome>;
  /** Has the user decide on what was postponed; never rejects. */
  takeUp(): Promise<void>;
  /** Ends the session under way and makes the phone as it left the factory; undefined, or why that cannot be. */
  reset(): Promise<string | undefined>;
  /** Ends the session under way; the phone stays as it is. */
  end(): Promise<void>;
}

/**
 * Takes a phone out of the store, or out of the factory.
 *
 * @throws {DamagedRecordError} when what is stored cannot be used.
 */
export async function createHandset(options: HandsetOptions): Promise<Handset> {
  const handset = new LiveHandset(options);
  await handset.begin();
  return handset;
}

/** Characters of what a phone says of itself and its operator. */
const MAX_FACT = 200;

class LiveHandset implements Handset {
  readonly id: string;
  readonly #options: HandsetOptions;
  readonly #listeners = new Set<() => void>();
  readonly #desk: Desk;
  readonly #log: Log;
  #phone: Phone | undefined;
  /** Tells phones apart that were one after the other this one. */
  #life = 0;
  #abort = new AbortController();
  #running: Promise<void> | undefined;
  /** Aborted when the phone is to call no more, and to ask its user nothing more. */
  #rest = new AbortController();

  constructor(options: HandsetOptions) {
    this.id = options.devId;
    this.#options = options;
    const changed = () => this.#changed();
    this.#desk = new Desk(options.clock ?? systemClock, changed);
    this.#log = new Log((uri) => isSecret(uri, this.#handlers));
  }

  get #handlers() {
    return this.#options.handlers ?? HANDLERS;
  }

  /** Why it cannot be reset. */
  get #lasting(): string | undefined {
    if (this.#options.account !== undefined) return undefined;
    return 'The account that it left the factory with is not known.';
  }

  get #now(): Date {
    return this.#options.now?.() ?? new Date();
  }

  async begin(isNew = false): Promise<void> {
    const { onReport: _, onNotification: __, onMessage, store, ...options } = this.#options;
    const phone = await createPhone({
      ...options,
      interaction: this.#desk,
      ...(store === undefined ? {} : { store: isNew ? { ...store, load: async () => undefined } : store }),
      onMessage: (message) => {
        onMessage?.(message);
        this.#log.note(message, this.#now);
        this.#changed();
      },
    });
    if (isNew) await store?.save(phone.devId, { tree: phone.tree.snapshot() });
    this.#phone = phone;
    this.#life += 1;
    this.#rest = new AbortController();
    void this.#callWhenDue(phone, this.#rest.signal);
    this.#changed();
  }

  /** Nobody has to press a button for what the phone has to tell. */
  async #callWhenDue(phone: Phone, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const reason = await phone.alertDue(signal).catch(() => undefined);
      if (reason === undefined) return;
      this.#begin(reason);
      await this.#running;
    }
  }

  get view(): PhoneView {
    const { tree } = this.#made;
    const reader = readerOf(tree);
    const text = (uri: string): string => {
      const value = reader.read(uri);
      return typeof value === 'string' ? value.slice(0, MAX_FACT) : '';
    };
    const { man, mod, lang } = readDevInfo(reader);
    const [account] = tree.find(DMACC_OBJECT.urn);
    const [address] = account === undefined ? [] : reader.children(`${account}/AppAddr`);
    const question = this.#desk.open;
    return {
      id: this.id,
      devId: this.#made.devId,
      maker: man ?? '',
      model: mod ?? '',
      language: lang ?? '',
      firmware: text('./DevDetail/FwV'),
      software: text('./DevDetail/SwV'),
      ...(account === undefined
        ? {}
        : {
            operator: {
              name: text(`${account}/Name`) || text(`${account}/ServerID`),
              serverId: text(`${account}/ServerID`),
              address: text(`${account}/AppAddr/${address}/Addr`),
            },
          }),
      busy: this.#running !== undefined,
      ...(this.#lasting === undefined ? {} : { lasting: this.#lasting }),
      revision: `${this.#life}.${tree.revision}`,
      sessions: this.#log.sessions,
      ...(question === undefined ? {} : { question }),
      waiting: this.#made.notifications.length,
    };
  }

  get #made(): Phone {
    if (this.#phone === undefined) throw new Error('the phone has not begun');
    return this.#phone;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  node(uri: string): NodeView | undefined {
    return nodeView(uri, this.#made.tree, this.#handlers);
  }

  session(key: number): SessionView | undefined {
    return this.#log.session(key);
  }

  answer(key: number, reaction: Reaction): Receipt {
    return this.#desk.answer(key, reaction);
  }

  connect(): boolean {
    return this.#begin({});
  }

  async notify(bytes: Uint8Array, mediaType: string): Promise<NotificationOutcome> {
    const { signal } = this.#rest;
    const phone = this.#made;
    const taken = await phone.notify(bytes, mediaType);
    const outcome = taken.kind === 'ignored' ? taken : await phone.decide(taken.notification, { signal });
    this.#took(outcome, signal);
    return outcome;
  }

  async takeUp(): Promise<void> {
    const { signal } = this.#rest;
    try {
      for (const outcome of await this.#made.takeUp({ signal })) this.#took(outcome, signal);
    } catch (error) {
      if (!signal.aborted) this.#log.fail(error instanceof Error ? error.message : String(error), this.#now);
    }
  }

  #took(outcome: NotificationOutcome, signal: AbortSignal): void {
    this.#options.onNotification?.(outcome);
    this.#changed();
    if (outcome.kind === 'accepted') void this.#hold(outcome.session, signal);
  }

  /** Begins a session that was asked for, once no other is under way. */
  async #hold(session: NotifiedSession, signal: AbortSignal): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    if (!signal.aborted) this.#begin(session);
  }

  #begin(options: SessionOptions): boolean {
    if (this.#running !== undefined) return false;
    this.#abort = new AbortController();
    this.#running = this.#converse(options, this.#abort.signal).finally(() => {
      this.#running = undefined;
      this.#changed();
    });
    this.#changed();
    return true;
  }

  async #converse(options: SessionOptions, signal: AbortSignal): Promise<void> {
    const phone = this.#made;
    try {
      const resumed = options.reason === 1200 ? undefined : await phone.resume({ signal });
      const report = resumed ?? (await phone.session({ ...options, signal }));
      this.#log.end(report);
      this.#options.onReport?.(report);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (signal.aborted) this.#log.end();
      else if (this.#log.sessions[0]?.state === 'running') this.#log.end(undefined, text);
      else this.#log.fail(text, this.#now);
    }
  }

  async reset(): Promise<string | undefined> {
    if (this.#lasting !== undefined) return this.#lasting;
    await this.end();
    await this.#made.idle();
    await this.begin(true);
    this.#log.clear();
    this.#changed();
    return undefined;
  }

  async end(): Promise<void> {
    this.#rest.abort();
    this.#abort.abort(new Error('the session was cut short'));
    await this.#running;
  }
}
