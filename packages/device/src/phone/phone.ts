import type { DmAcc, ManagementTree } from '@grove/protocol';
import { type DeviceAlert, Outbox, type RaisedAlert } from '../alerts/index.ts';
import { systemClock } from '../clock/index.ts';
import { memoryContentStore } from '../content-store/index.ts';
import { inTurn, Turns } from '../interaction/index.ts';
import {
  type Decision,
  type Ignored,
  NotificationMemory,
  type Taken,
  type WaitingNotification,
} from '../notification/index.ts';
import type { Device, ObjectHandler } from '../objects/index.ts';
import {
  type Context,
  type Outcome,
  openSession,
  receive,
  type SessionState,
  type Step,
} from '../session/index.ts';
import { changeSetting, type SettingChange } from '../settings/index.ts';
import { TransportError } from '../transport/index.ts';
import { DamagedRecordError, type DeviceRecord } from '../tree-store/index.ts';
import { findAccount, hasAccount, operatorOf } from './accounts.ts';
import { Background } from './background.ts';
import { exchange } from './exchange.ts';
import { factoryTree, type TreeMaking, treeOf } from './factory.ts';
import { Keeper } from './keeper.ts';
import { type Model, STANDARD_MODELS, storedModel } from './models/index.ts';
import { Notified } from './notified.ts';
import type { PhoneOptions, SessionOptions } from './options.ts';
import { Journal, type SessionReport } from './report.ts';
import { Urgency } from './urgency.ts';

/** A virtual phone. Its sessions follow one another; a second one asked for meanwhile waits. */
export interface Phone {
  readonly devId: string;
  readonly model: Model;
  /** What stands behind its tree. */
  readonly handlers: readonly ObjectHandler[];
  readonly tree: ManagementTree;
  /** The session that was cut short, if any. */
  readonly unfinished: SessionState | undefined;
  /**
   * Holds a session, from package 1 to its end; one that was cut short is forgotten.
   *
   * A server that cannot be reached is an outcome. Rejects when the session was cut short by the signal,
   * or by a transport that fails with anything but a {@link TransportError}.
   *
   * @throws {ObjectError} when the phone has no usable account.
   */
  session(options?: SessionOptions): Promise<SessionReport>;
  /** Goes on with the session that was cut short, by sending its last message again; undefined = there is none. */
  resume(options?: Pick<SessionOptions, 'signal' | 'stop'>): Promise<SessionReport | undefined>;
  /** What the phone has to tell servers. */
  readonly alerts: readonly RaisedAlert[];
  /**
   * Tells a server something: in the session under way or, when there is none, in the next one. Resolves once
   * it is stored.
   *
   * @throws {RangeError} for an alert that is too long, or one too many.
   */
  raise(alert: DeviceAlert): Promise<void>;
  /**
   * Resolves when the phone should call although nobody asks for it: an alert waits. That is 2 seconds after it was
   * raised and, where sessions end without an answer to it, a minute after the first of them and twice as long after
   * each further one, up to an hour. Gives the session's options; rejects with the signal's reason.
   */
  alertDue(signal: AbortSignal): Promise<Pick<SessionOptions, 'serverID'>>;
  /** Notifications whose sessions have not been held: postponed by the user, or their server could not be reached. */
  readonly notifications: readonly WaitingNotification[];
  /**
   * Takes a notification (Package #0): checks that it is its server's and new, and stores it. Resolves then, whatever
   * session is under way: the network may be told that the phone has it. What comes of it is for {@link decide}, or,
   * where the phone dies first, for {@link takeUp}.
   *
   * Rejects where it cannot be stored; it may come again.
   *
   * @param mediaType of the bytes, which says the format.
   */
  notify(bytes: Uint8Array, mediaType: string): Promise<Taken | Ignored>;
  /**
   * Asks or tells the user, where a notification that waits says so. Where the decision is `accepted`, its session is
   * to be held: `session(decision.session)`. Rejects when the signal is aborted while the user is asked.
   */
  decide(notification: WaitingNotification, options?: Pick<SessionOptions, 'signal'>): Promise<Decision>;
  /** Decides anew on the notifications that wait, up to the first one whose session is to be held now. */
  takeUp(options?: Pick<SessionOptions, 'signal'>): Promise<readonly Decision[]>;
  /**
   * Does what the user does in the settings, once the session under way is over. Resolves when it is stored.
   *
   * Rejects with a {@link LockedError} where a management authority has locked it, and with a {@link TreeError} where it
   * is not for the user to change, or the value does not fit.
   */
  change(change: SettingChange): Promise<void>;
  /** Resolves when no handler is at work and what they did is stored. */
  idle(): Promise<void>;
}

/**
 * Takes a phone out of the store or, if the store does not know it, out of the factory.
 *
 * @throws {DamagedRecordError} when what is stored cannot be used.
 */
export async function createPhone(options: PhoneOptions): Promise<Phone> {
  const { devId, account, store } = options;
  const record = await store?.load(devId);
  const model = options.model ?? (record && storedModel(record)) ?? STANDARD_MODELS[0];
  const making: TreeMaking = {
    handlers: options.handlers ?? model.handlers,
    model,
    now: options.now ?? (() => new Date()),
  };
  const tree = record === undefined ? made(making, devId, account) : restored(making, devId, record);
  const phone = new VirtualPhone(options, making, tree, record);
  phone.work();
  return phone;
}

function made(making: TreeMaking, devId: string, account: DmAcc | undefined): ManagementTree {
  if (account === undefined) throw new Error(`${devId} is not stored: expected the account of a new phone`);
  return factoryTree(making, devId, account);
}

function restored(making: TreeMaking, devId: string, { tree }: DeviceRecord): ManagementTree {
  try {
    return treeOf(making, tree);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DamagedRecordError(`record of ${devId}: ${reason}`, { cause: error });
  }
}

class VirtualPhone implements Phone {
  readonly devId: string;
  readonly model: Model;
  readonly handlers: readonly ObjectHandler[];
  readonly tree: ManagementTree;
  readonly #options: PhoneOptions;
  readonly #context: Context;
  readonly #outbox: Outbox;
  readonly #keeper: Keeper;
  readonly #background: Background;
  readonly #urgency: Urgency;
  readonly #notified: Notified;
  #unfinished: SessionState | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    options: PhoneOptions,
    { model, handlers, now }: TreeMaking,
    tree: ManagementTree,
    record: DeviceRecord | undefined,
  ) {
    const { devId, store, onFault = () => {}, random = randomBytes, clock = systemClock } = options;
    this.devId = devId;
    this.model = model;
    this.handlers = handlers;
    this.tree = tree;
    this.#options = options;
    this.#unfinished = record?.session;
    const outbox = new Outbox(random, record?.alerts);
    const contents = store?.contents(devId) ?? memoryContentStore();
    this.#outbox = outbox;
    this.#urgency = new Urgency(clock);
    const notifications = new NotificationMemory(record?.notifications);
    this.#keeper = new Keeper({ devId, tree, outbox, notifications, contents, store, record });
    const { limits } = options;
    const turns = new Turns();
    const interaction = options.interaction && inTurn(options.interaction, turns);
    const { lacks } = model;
    this.#context = { tree, handlers, contents, outbox, now, clock, random, interaction, limits, lacks };
    this.#urgency.note(this.#tellable());
    const device: Device = { tree, now, raise: (alert) => void outbox.raise(alert) };
    this.#background = new Background(
      device,
      handlers,
      () => this.#afterTheLast(() => this.#save(this.#unfinished)),
      onFault,
    );
    this.#notified = new Notified({
      memory: notifications,
      outbox,
      interaction: options.interaction,
      turns,
      clock,
      now,
      onFault,
      account: (serverID) => findAccount(tree, serverID),
      operator: (serverID) => operatorOf(tree, serverID),
      stored: (change) =>
        this.#afterTheLast(async () => {
          if (change()) await this.#save(this.#unfinished);
        }),
      keep: () => this.#keeper.saveNotifications(),
    });
  }

  get notifications(): readonly WaitingNotification[] {
    return this.#notified.waiting;
  }

  notify(bytes: Uint8Array, mediaType: string): Promise<Taken | Ignored> {
    return this.#notified.take(bytes, mediaType);
  }

  decide(
    notification: WaitingNotification,
    { signal }: Pick<SessionOptions, 'signal'> = {},
  ): Promise<Decision> {
    return this.#notified.decide(notification, signal);
  }

  takeUp({ signal }: Pick<SessionOptions, 'signal'> = {}): Promise<readonly Decision[]> {
    return this.#notified.takeUp(signal);
  }

  get unfinished(): SessionState | undefined {
    return this.#unfinished;
  }

  get alerts(): readonly RaisedAlert[] {
    return this.#outbox.alerts;
  }

  async raise(alert: DeviceAlert): Promise<void> {
    this.#outbox.raise(alert);
    await this.#afterTheLast(() => this.#save(this.#unfinished));
  }

  async alertDue(signal: AbortSignal): Promise<Pick<SessionOptions, 'serverID'>> {
    await this.#urgency.due(signal);
    const [serverID] = this.#tellable().flatMap(({ server }) => server ?? []);
    return serverID === undefined ? {} : { serverID };
  }

  /** The alerts to call for: those that cannot wait, for servers that the phone has an account with. */
  #tellable(): readonly RaisedAlert[] {
    const { alerts } = this.#outbox;
    if (alerts.every(({ server, canWait }) => server === undefined && !canWait)) return alerts;
    return alerts.filter(
      ({ server, canWait }) => !canWait && (server === undefined || hasAccount(this.tree, server)),
    );
  }

  change(change: SettingChange): Promise<void> {
    return this.#afterTheLast(async () => {
      changeSetting(this.tree, this.handlers, change);
      await this.#save(this.#unfinished);
    });
  }

  async idle(): Promise<void> {
    await this.#background.idle();
    await this.#last;
  }

  work(): void {
    this.#background.start();
  }

  session(options: SessionOptions = {}): Promise<SessionReport> {
    return this.#call(async () => {
      const { reason = 1201, sessionID = this.#newSessionID(), serverID, resync } = options;
      const { encoding = 'wbxml' } = this.#options;
      const account = findAccount(this.tree, serverID);
      if (account === undefined) {
        const of = serverID === undefined ? '' : ` with server ${serverID}`;
        throw new Error(`${this.devId} has no DM account${of}`);
      }
      const opening = { account, reason, sessionID, encoding, resync };
      return this.#converse(openSession(this.#context, opening), options);
    });
  }

  resume(options: Pick<SessionOptions, 'signal' | 'stop'> = {}): Promise<SessionReport | undefined> {
    return this.#call(async () => {
      const state = this.#unfinished;
      if (state === undefined) return undefined;
      return this.#converse({ state, send: true, done: [], deviations: [] }, options);
    });
  }

  /** Whatever comes of a session: alerts that wait after it have been tried. */
  #call<T extends SessionReport | undefined>(session: () => Promise<T>): Promise<T> {
    return this.#afterTheLast(async () => {
      let isNone = false;
      try {
        const report = await session();
        isNone = report === undefined;
        return report;
      } finally {
        if (!isNone) this.#urgency.note(this.#tellable(), true);
      }
    });
  }

  #afterTheLast<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }

  /** Sends and receives until the session is over. What is told to the server is stored before it is sent. */
  async #converse(
    first: Step,
    { signal, stop }: Pick<SessionOptions, 'signal' | 'stop'>,
  ): Promise<SessionReport> {
    const journal = new Journal(() => performance.now());
    const context: Context = { ...this.#context, signal, stop };
    let step = first;
    for (;;) {
      journal.noteStep(step);
      const { state } = step;
      if (!step.send) return this.#end(state, state.outcome ?? OVER, journal);
      await this.#save(state);
      this.work();
      signal?.throwIfAborted();
      try {
        const answer = await exchange(this.#options, state, journal, signal);
        step = await this.#undone(() =>
          receive({ ...context, onExec: this.#execNoter(state) }, state, answer),
        );
      } catch (error) {
        if (!(error instanceof TransportError)) throw error;
        return this.#end(state, state.outcome ?? { kind: 'failed', text: error.message }, journal);
      }
    }
  }

  /** Does work on a message; if it is cut short, the phone is as before it, for the message will be taken again. */
  async #undone<T>(work: () => Promise<T>): Promise<T> {
    const undo = [this.tree.checkpoint(), this.#outbox.checkpoint()];
    try {
      return await work();
    } catch (error) {
      for (const each of undo) each();
      throw error;
    }
  }

  /** Keeps which Execs have begun, with the state that the message is taken with. */
  #execNoter(state: SessionState): NonNullable<Context['onExec']> {
    let { execs = [] } = state;
    return async (exec) => {
      execs = [...execs, exec];
      const begun: SessionState = { ...state, execs };
      await this.#keeper.saveSession(begun);
      this.#unfinished = begun;
    };
  }

  async #end(state: SessionState, outcome: Outcome, journal: Journal): Promise<SessionReport> {
    this.#notified.settle(state.account.serverID, state.sessionID, outcome);
    await this.#save(undefined);
    return journal.report(state, outcome);
  }

  async #save(session: SessionState | undefined): Promise<void> {
    await this.#keeper.save(session);
    this.#unfinished = session;
    this.#urgency.note(this.#tellable());
  }

  /** One to four hexadecimal digits, as in a session that a notification asks for. */
  #newSessionID(): string {
    const [high = 0, low = 0] = this.#context.random(2);
    return ((high << 8) | low || 1).toString(16).toUpperCase();
  }
}

const OVER: Outcome = { kind: 'completed', text: 'the session is over' };

function randomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}
