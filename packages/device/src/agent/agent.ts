import type { ReceivedPush } from '@grove/push';
import { type Clock, systemClock } from '../clock/index.ts';
import type {
  Decision,
  NotificationOutcome,
  NotifiedSession,
  WaitingNotification,
} from '../notification/index.ts';
import type { Phone, SessionOptions, SessionReport } from '../phone/index.ts';
import { applicationOf, MANAGEMENT, type PushApplication } from '../push/index.ts';
import { type CameBy, History, type NotificationEntry } from './history.ts';

/** Who hears what an agent does. */
export interface AgentOptions {
  readonly now?: (() => Date) | undefined;
  readonly clock?: Clock | undefined;
  /** Told of each session when it has ended. */
  readonly onReport?: ((report: SessionReport) => void) | undefined;
  /** Told why a session could not be held or was cut short, and of a decision that could not be kept. */
  readonly onFault?: ((error: unknown) => void) | undefined;
  /** Told of each notification when it comes, and when something has become of it. */
  readonly onNotification?: ((entry: NotificationEntry) => void) | undefined;
  /** How sessions take turns with those of other phones; each begins at once unless told. */
  readonly inTurn?: (<T>(session: () => Promise<T>) => Promise<T>) | undefined;
  /** Called after each change of what the agent is, and shows. */
  readonly onChange?: (() => void) | undefined;
}

/** Milliseconds until a session that was accepted is tried again, when its server was not there; doubles. */
const RETRY = { first: 60_000, longest: 3_600_000 } as const;
/** Milliseconds until the user is asked again who has put a server off. */
const REMIND = 15 * 60_000;

type SessionName = Pick<WaitingNotification, 'serverID' | 'sessionID'>;

/** What is done later. */
type Later = 'remind' | 'retry';

interface Taker extends PushApplication {
  readonly take: (push: ReceivedPush, by: CameBy) => Promise<unknown>;
}

/**
 * What a phone does of its own accord: takes pushes, has its user decide on notifications, holds the sessions that come
 * of it one after the other, and calls when it has something to tell.
 */
export class Agent {
  readonly phone: Phone;
  readonly #options: AgentOptions;
  readonly #clock: Clock;
  readonly #now: () => Date;
  readonly #history = new History();
  readonly #over = new AbortController();
  readonly #applications: readonly Taker[];
  /** Decisions and sessions to come. */
  readonly #work = new Set<Promise<unknown>>();
  readonly #scheduled = new Set<Later>();
  #running: Promise<SessionReport | undefined> | undefined;
  /** The session that a notification has asked for and that is under way. */
  #holding: NotifiedSession | undefined;
  #tries = 0;

  constructor(phone: Phone, options: AgentOptions = {}) {
    this.phone = phone;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#now = options.now ?? (() => new Date());
    this.#applications = [
      { ...MANAGEMENT, take: async (push, by) => void (await this.#begin(push.body, push.contentType, by)) },
    ];
  }

  /** Whether a session is under way. */
  get busy(): boolean {
    return this.#running !== undefined;
  }

  /** Whether it does nothing more. */
  get ended(): boolean {
    return this.#over.signal.aborted;
  }

  /** What became of notifications, the newest first. */
  get notifications(): readonly NotificationEntry[] {
    return this.#history.entries;
  }

  /**
   * Begins to do things by itself: takes up what has waited since the phone was switched off, and calls whenever there is
   * something to tell. Resolves when what waited is decided on; rejects when the agent ends before.
   */
  start(): Promise<readonly Decision[]> {
    for (const waiting of this.phone.notifications) {
      if (!this.#history.has(waiting)) this.#history.begin(waiting, {}, this.#now());
    }
    void this.#callWhenDue();
    const decisions = this.takeUp();
    this.#spawn(decisions);
    return decisions;
  }

  /**
   * Takes a push; resolves once what it brings is stored, or is known to be worth nothing. Rejects where it cannot be
   * stored, or the phone is off: it should come again.
   */
  async receive(push: ReceivedPush): Promise<void> {
    this.#over.signal.throwIfAborted();
    const { bearer, from } = push;
    const by = { bearer, from };
    const application = applicationOf(push, this.#applications);
    if (typeof application === 'string') {
      this.#tell(this.#history.ignore('application', application, by, this.#now()));
    } else await application.take(push, by);
  }

  /**
   * Takes a notification that somebody hands over; resolves when it is decided, and the session that comes of it has
   * begun or waits its turn. Rejects when the agent ends before.
   */
  async take(bytes: Uint8Array, mediaType: string): Promise<NotificationOutcome> {
    const begun = await this.#begin(bytes, mediaType, {});
    return begun.kind === 'ignored' ? begun : begun.decision;
  }

  /** Has the user decide on what waits; rejects when the agent ends before. */
  async takeUp(): Promise<readonly Decision[]> {
    const decisions = await this.phone.takeUp({ signal: this.#over.signal });
    for (const decision of decisions) this.#took(decision);
    this.#noteSettled();
    return decisions;
  }

  /**
   * Begins a session, or goes on with one that was cut short; undefined = one is under way. Resolves with undefined
   * where it was cut short, or could not be held: `onFault` is told.
   */
  call(options: SessionOptions = {}): Promise<SessionReport | undefined> | undefined {
    return this.#running === undefined ? this.#run(options) : undefined;
  }

  /** Resolves when no session is under way or to come, nobody is asked, and no handler is at work. */
  async idle(): Promise<void> {
    while (this.#work.size > 0 || this.#running !== undefined) {
      await Promise.allSettled([...this.#work, this.#running]);
    }
    await this.phone.idle();
  }

  /** Cuts short the session under way, and does nothing more. */
  async end(): Promise<void> {
    this.#over.abort(new Error('the session was cut short'));
    await this.#running;
    await Promise.allSettled(this.#work);
  }

  /** Stores a notification, and has its user decide. */
  async #begin(bytes: Uint8Array, mediaType: string, by: CameBy) {
    const taken = await this.phone.notify(bytes, mediaType);
    if (taken.kind === 'ignored') {
      this.#tell(this.#history.ignore(taken.because, taken.text, by, this.#now()));
      return taken;
    }
    this.#tell(this.#history.begin(taken.notification, by, this.#now()));
    const decision = this.#decide(taken.notification);
    this.#spawn(decision);
    return { kind: 'begun' as const, decision };
  }

  async #decide(waiting: WaitingNotification): Promise<Decision> {
    const decision = await this.phone.decide(waiting, { signal: this.#over.signal });
    this.#took(decision);
    return decision;
  }

  #took(decision: Decision): void {
    if (decision.kind === 'accepted') {
      this.#note(decision.session, 'accepted', '');
      this.#spawn(this.#hold(decision.session));
      return;
    }
    this.#note(decision, decision.kind, decision.text);
    if (decision.kind === 'postponed') this.#schedule(REMIND, 'remind');
  }

  /** Holds a session that was asked for, once no other is under way; unless that has settled it. */
  async #hold(session: NotifiedSession): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    if (this.#over.signal.aborted || !this.#waits(session)) return;
    this.#holding = session;
    const report = await this.#run(session);
    this.#holding = undefined;
    if (this.ended) return;
    if (!this.#waits(session)) {
      this.#tries = 0;
      this.#note(session, 'held', report?.outcome.text ?? '');
      return;
    }
    this.#note(session, 'accepted', `not held yet: ${report?.outcome.text ?? 'it was cut short'}`);
    this.#schedule(Math.min(RETRY.longest, RETRY.first * 2 ** this.#tries), 'retry');
    this.#tries += 1;
  }

  #waits(session: SessionName): boolean {
    return this.phone.notifications.some((waiting) => isSame(waiting, session));
  }

  #run(options: SessionOptions): Promise<SessionReport | undefined> {
    const running = this.#converse(options).finally(() => {
      this.#running = undefined;
      this.#noteSettled();
      this.#changed();
    });
    this.#running = running;
    this.#changed();
    return running;
  }

  async #converse(options: SessionOptions): Promise<SessionReport | undefined> {
    const { signal } = this.#over;
    try {
      const { inTurn = (session) => session() } = this.#options;
      const report = await inTurn(async () => {
        const resumed = options.reason === 1200 ? undefined : await this.phone.resume({ signal });
        return resumed ?? (await this.phone.session({ ...options, signal }));
      });
      this.#options.onReport?.(report);
      return report;
    } catch (error) {
      this.#options.onFault?.(error);
      return undefined;
    }
  }

  /** Nobody has to ask for a session in which the phone tells what it has to tell. */
  async #callWhenDue(): Promise<void> {
    const { signal } = this.#over;
    while (!signal.aborted) {
      const reason = await this.phone.alertDue(signal).catch(() => undefined);
      if (reason === undefined) return;
      await (this.call(reason) ?? this.#running);
    }
  }

  /** Takes note of what a session has settled besides the notification that it was asked for by. */
  #noteSettled(): void {
    for (const { state, serverID, sessionID } of this.#history.entries) {
      const mayWait = state === 'postponed' || state === 'accepted';
      if (!mayWait || serverID === undefined || sessionID === undefined) continue;
      const name = { serverID, sessionID };
      if (!this.#waits(name) && !isSame(name, this.#holding))
        this.#note(name, 'settled', 'a session with this server was held');
    }
  }

  #note(name: SessionName, state: NotificationEntry['state'], text: string): void {
    const entry = this.#history.change(name, { state, text });
    if (entry !== undefined) this.#tell(entry);
  }

  #tell(entry: NotificationEntry): void {
    this.#options.onNotification?.(entry);
    this.#changed();
  }

  #changed(): void {
    this.#options.onChange?.();
  }

  /** Does something later, once however often that is wanted meanwhile. */
  #schedule(milliseconds: number, what: Later): void {
    const { signal } = this.#over;
    if (this.#scheduled.has(what) || signal.aborted) return;
    this.#scheduled.add(what);
    const work = async (): Promise<void> => {
      await this.#clock.sleep(milliseconds, signal);
      this.#scheduled.delete(what);
      await (what === 'remind' ? this.takeUp() : this.#retry());
    };
    work().catch((error: unknown) => this.#failed(error));
  }

  /** Tries again to hold a session that was accepted: one, which settles the others of its server. */
  async #retry(): Promise<void> {
    const accepted = this.phone.notifications.find((waiting) => waiting.accepted);
    if (accepted !== undefined) await this.#decide(accepted);
  }

  #failed(error: unknown): void {
    if (!this.ended) this.#options.onFault?.(error);
  }

  /** Lets something go on by itself. */
  #spawn(work: Promise<unknown>): void {
    const done = work.catch((error: unknown) => this.#failed(error)).finally(() => this.#work.delete(done));
    this.#work.add(done);
  }
}

function isSame(a: SessionName, b: SessionName | undefined): boolean {
  return a.serverID === b?.serverID && a.sessionID === b.sessionID;
}
