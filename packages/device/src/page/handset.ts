import { DMACC_OBJECT, LockedError, readDevInfo, TreeError } from '@grove/protocol';
import type { ReceivedPush } from '@grove/push';
import { Agent, type AgentOptions } from '../agent/index.ts';
import { systemClock } from '../clock/index.ts';
import { type Reaction, shownName } from '../interaction/index.ts';
import type { NotificationOutcome } from '../notification/index.ts';
import type { ObjectHandler } from '../objects/index.ts';
import { createPhone, operatorOf, type PhoneOptions } from '../phone/index.ts';
import { openReception, type Reception } from '../push/index.ts';
import { isSecret, type SettingChange, settingsOf } from '../settings/index.ts';
import { readerOf } from '../tree-reader/index.ts';
import { Desk, type Receipt } from './desk.ts';
import { Log } from './log.ts';
import { nodeView } from './settings.ts';
import type { NodeView, PhoneEntry, PhoneView, SessionView } from './view.ts';

export interface HandsetOptions
  extends Omit<PhoneOptions, 'interaction'>,
    Pick<AgentOptions, 'onReport' | 'onNotification'> {
  /** URLs of the bearers that it is reached by. */
  readonly push?: readonly string[] | undefined;
  /** What its user should see of what goes on at these bearers. */
  readonly log?: ((text: string) => void) | undefined;
}

/** A phone in somebody's hand: what the page shows, and what can be done there. */
export interface Handset {
  readonly id: string;
  readonly view: PhoneView;
  /** What there is to see of it among others. */
  readonly entry: PhoneEntry;
  /** Is called after each change, until what it returns is called. */
  onChange(listener: () => void): () => void;
  /** A node of the tree and its children; undefined = there is none. */
  node(uri: string): NodeView | undefined;
  /** What was said in a session; undefined = it is not remembered. */
  session(key: number): SessionView | undefined;
  /** Does what the user does in the settings, once the session under way is over; undefined, or why it cannot be. */
  change(change: SettingChange): Promise<string | undefined>;
  answer(key: number, reaction: Reaction): Receipt;
  /** Begins a session, or goes on with one that was cut short; false = one is under way. */
  connect(): boolean;
  /**
   * Takes a notification; the session that comes of it begins when no other is under way. Rejects when the phone is
   * reset or ended before its user has decided.
   */
  notify(bytes: Uint8Array, mediaType: string): Promise<NotificationOutcome>;
  /**
   * Takes a push; resolves once what it brings is stored, or is worth nothing. Rejects where it cannot be stored: it
   * should come again.
   */
  receive(push: ReceivedPush): Promise<void>;
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
 * @throws {ReceiverError} when a bearer cannot be opened.
 */
export async function createHandset(options: HandsetOptions): Promise<Handset> {
  const handset = new LiveHandset(options);
  await handset.begin();
  try {
    await handset.open();
  } catch (error) {
    await handset.end();
    throw error;
  }
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
  #agent: Agent | undefined;
  #reception: Reception | undefined;
  /** Tells phones apart that were one after the other this one. */
  #life = 0;

  constructor(options: HandsetOptions) {
    this.id = options.devId;
    this.#options = options;
    const changed = () => this.#changed();
    this.#desk = new Desk(options.clock ?? systemClock, changed);
    this.#log = new Log((uri) => isSecret(uri, this.#handlers));
  }

  get #handlers(): readonly ObjectHandler[] {
    return this.#agent?.phone.handlers ?? [];
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
    const { onReport, onNotification, push: _, log: __, onMessage, store, ...options } = this.#options;
    const model = this.#agent?.phone.model;
    const phone = await createPhone({
      ...options,
      ...(model === undefined ? {} : { model }),
      interaction: this.#desk,
      ...(store === undefined ? {} : { store: isNew ? { ...store, load: async () => undefined } : store }),
      onMessage: (message) => {
        onMessage?.(message);
        this.#log.note(message, this.#now);
        this.#changed();
      },
    });
    if (isNew) await store?.save(phone.devId, { tree: phone.tree.snapshot() });
    const agent = new Agent(phone, {
      now: options.now,
      clock: options.clock,
      onReport: (report) => {
        this.#log.end(report);
        onReport?.(report);
      },
      onFault: (error) => this.#fail(error, agent),
      onNotification,
      onChange: () => this.#changed(),
    });
    this.#agent = agent;
    this.#life += 1;
    agent.start().catch(() => {});
    this.#changed();
  }

  /** Opens the bearers, which stay the same whatever becomes of the phone. */
  async open(): Promise<void> {
    const { push = [], log, now, random } = this.#options;
    this.#reception = await openReception(push, {
      onPush: (received) => this.receive(received),
      onChange: () => this.#changed(),
      ...(log === undefined ? {} : { log }),
      ...(now === undefined ? {} : { now }),
      ...(random === undefined ? {} : { random }),
    });
    this.#changed();
  }

  #fail(error: unknown, { ended }: Agent): void {
    const text = error instanceof Error ? error.message : String(error);
    if (ended) this.#log.end();
    else if (this.#log.sessions[0]?.state === 'running') this.#log.end(undefined, text);
    else this.#log.fail(text, this.#now);
  }

  get entry(): PhoneEntry {
    const { phone, busy } = this.#made;
    const { man = '', mod = '' } = readDevInfo(readerOf(phone.tree));
    const [last] = this.#log.sessions;
    return {
      id: this.id,
      name: `${man} ${mod}`.trim(),
      operator: this.#operator?.name ?? '',
      asks: this.#desk.open !== undefined,
      busy,
      waiting: phone.notifications.length,
      ...(last === undefined ? {} : { last }),
    };
  }

  get #operator(): PhoneView['operator'] {
    const { tree } = this.#made.phone;
    const [account] = tree.find(DMACC_OBJECT.urn);
    if (account === undefined) return undefined;
    const [address] = readerOf(tree).children(`${account}/AppAddr`);
    const serverId = this.#fact(`${account}/ServerID`);
    return {
      name: shownName(this.#fact(`${account}/Name`)) || shownName(serverId),
      serverId,
      address: this.#fact(`${account}/AppAddr/${address}/Addr`),
    };
  }

  #fact(uri: string): string {
    const value = readerOf(this.#made.phone.tree).read(uri);
    return typeof value === 'string' ? value.slice(0, MAX_FACT) : '';
  }

  get view(): PhoneView {
    const { phone, busy, notifications } = this.#made;
    const { tree } = phone;
    const { man, mod, lang } = readDevInfo(readerOf(tree));
    const operator = this.#operator;
    const question = this.#desk.open;
    return {
      id: this.id,
      devId: phone.devId,
      maker: man ?? '',
      model: mod ?? '',
      language: lang ?? '',
      firmware: this.#fact('./DevDetail/FwV'),
      software: this.#fact('./DevDetail/SwV'),
      ...(operator === undefined ? {} : { operator }),
      busy,
      ...(this.#lasting === undefined ? {} : { lasting: this.#lasting }),
      revision: `${this.#life}.${tree.revision}`,
      sessions: this.#log.sessions,
      ...(question === undefined ? {} : { question }),
      waiting: phone.notifications.length,
      bearers: this.#reception?.bearers ?? [],
      notifications,
    };
  }

  get #made(): Agent {
    if (this.#agent === undefined) throw new Error('the phone has not begun');
    return this.#agent;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  node(uri: string): NodeView | undefined {
    const { tree, handlers } = this.#made.phone;
    return nodeView(uri, { ...settingsOf(tree, handlers), nameOf: (serverID) => this.#nameOf(serverID) });
  }

  #nameOf(serverID: string): string {
    return shownName(operatorOf(this.#made.phone.tree, serverID)) || shownName(serverID);
  }

  async change(change: SettingChange): Promise<string | undefined> {
    try {
      await this.#made.phone.change(change);
    } catch (error) {
      if (error instanceof LockedError) {
        const name = this.#nameOf(error.lockedBy);
        return error.uri === change.uri || change.uri.startsWith(`${error.uri}/`)
          ? `Locked by ${name}: only they can change it.`
          : `${error.uri.slice(error.uri.lastIndexOf('/') + 1)} is in use and locked by ${name}: only they can change that.`;
      }
      if (error instanceof TreeError) return `This cannot be done: ${error.reason}.`;
      throw error;
    }
    this.#changed();
    return undefined;
  }

  session(key: number): SessionView | undefined {
    return this.#log.session(key);
  }

  answer(key: number, reaction: Reaction): Receipt {
    return this.#desk.answer(key, reaction);
  }

  connect(): boolean {
    return this.#made.call() !== undefined;
  }

  notify(bytes: Uint8Array, mediaType: string): Promise<NotificationOutcome> {
    return this.#made.take(bytes, mediaType);
  }

  receive(push: ReceivedPush): Promise<void> {
    return this.#made.receive(push);
  }

  async takeUp(): Promise<void> {
    const agent = this.#made;
    await agent.takeUp().catch((error: unknown) => {
      if (!agent.ended) this.#fail(error, agent);
    });
  }

  async reset(): Promise<string | undefined> {
    if (this.#lasting !== undefined) return this.#lasting;
    await this.#made.end();
    await this.#made.idle();
    await this.begin(true);
    this.#log.clear();
    this.#changed();
    return undefined;
  }

  async end(): Promise<void> {
    await this.#reception?.close();
    await this.#made.end();
  }
}
