import type { NotificationEntry } from '../agent/index.ts';
import type { SessionReport } from '../phone/index.ts';
import { type Durations, Histogram } from './histogram.ts';

/** What a fleet has done so far. Times are milliseconds. */
export interface FleetStatistics {
  readonly devices: number;
  readonly sessions: {
    readonly begun: number;
    /** Ended as they should. */
    readonly succeeded: number;
    readonly failed: number;
    readonly running: number;
  };
  /** Of notifications; accepted ones whose session could not be held are tried again. */
  readonly notifications: NotificationCounts;
  /** Devices that were made to die in mid-session; each then went on or began anew. */
  readonly deaths: number;
  readonly messages: { readonly sent: number; readonly received: number };
  readonly bytes: { readonly sent: number; readonly received: number };
  /** Commands carried out or refused for the server, by `Replace 200`. */
  readonly commands: Readonly<Record<string, number>>;
  /** Why sessions failed, in words, with how often; the rest under `other reasons`. */
  readonly failures: Readonly<Record<string, number>>;
  /** How long sessions took, and how long messages waited for their answer. */
  readonly sessionTimes: Durations;
  readonly messageTimes: Durations;
  /** Since the fleet began. */
  readonly duration: number;
  readonly sessionsPerSecond: number;
}

/** What became of notifications. */
export interface NotificationCounts {
  /** Those that were the server's own, and new. */
  readonly came: number;
  /** Their sessions were held, by them or by another one. */
  readonly held: number;
  readonly refused: number;
  readonly expired: number;
  /** Their user has put them off. */
  readonly postponed: number;
  /** Worth nothing: why, with how often. */
  readonly ignored: Readonly<Record<string, number>>;
}

const MAX_REASONS = 20;
const OTHER = 'other reasons';

/** Counts what a fleet does; its size does not grow with the number of sessions. */
export class Tally {
  readonly #devices: number;
  readonly #clock: () => number;
  readonly #begunAt: number;
  readonly #sessionTimes = new Histogram();
  readonly #messageTimes = new Histogram();
  readonly #failures = new Map<string, number>();
  readonly #commands = new Map<string, number>();
  #begun = 0;
  #succeeded = 0;
  #failed = 0;
  #deaths = 0;
  readonly #notifications = { came: 0, held: 0, refused: 0, expired: 0, postponed: 0 };
  readonly #ignored = new Map<string, number>();
  readonly #messages = { sent: 0, received: 0 };
  readonly #bytes = { sent: 0, received: 0 };

  /** @param clock milliseconds, of a clock that is never set back */
  constructor(devices: number, clock: () => number) {
    this.#devices = devices;
    this.#clock = clock;
    this.#begunAt = clock();
  }

  noteBegin(): void {
    this.#begun += 1;
  }

  noteDeath(): void {
    this.#deaths += 1;
  }

  noteEnd({ outcome, done, messages, bytes, waits, duration }: SessionReport): void {
    for (const way of ['sent', 'received'] as const) {
      this.#messages[way] += messages[way];
      this.#bytes[way] += bytes[way];
    }
    for (const wait of waits) this.#messageTimes.add(wait);
    for (const { command, status } of done) increment(this.#commands, `${command} ${status}`);
    this.#sessionTimes.add(duration);
    if (outcome.kind === 'completed') this.#succeeded += 1;
    else this.noteFailure(outcome.text);
  }

  noteFailure(reason: string): void {
    this.#failed += 1;
    increment(this.#failures, reason);
  }

  /** Takes note of a notification that came, or of what became of it. */
  noteNotification({ state, because }: Pick<NotificationEntry, 'state' | 'because'>): void {
    const counted = COUNTED[state];
    if (counted !== undefined) this.#notifications[counted] += 1;
    if (because !== undefined) increment(this.#ignored, because);
  }

  /** Notifications that have come to their end. */
  get decided(): number {
    const { held, refused, expired } = this.#notifications;
    return held + refused + expired;
  }

  get statistics(): FleetStatistics {
    const duration = this.#clock() - this.#begunAt;
    const ended = this.#succeeded + this.#failed;
    return {
      devices: this.#devices,
      sessions: {
        begun: this.#begun,
        succeeded: this.#succeeded,
        failed: this.#failed,
        running: this.#begun - ended,
      },
      notifications: { ...this.#notifications, ignored: Object.fromEntries(this.#ignored) },
      deaths: this.#deaths,
      messages: { ...this.#messages },
      bytes: { ...this.#bytes },
      commands: Object.fromEntries(this.#commands),
      failures: Object.fromEntries(this.#failures),
      sessionTimes: this.#sessionTimes.summary(),
      messageTimes: this.#messageTimes.summary(),
      duration,
      sessionsPerSecond: duration === 0 ? 0 : (ended * 1000) / duration,
    };
  }
}

/** What is counted when a notification comes to be this; accepted ones are when their session was held. */
const COUNTED: Readonly<
  Record<NotificationEntry['state'], Exclude<keyof NotificationCounts, 'ignored'> | undefined>
> = {
  deciding: 'came',
  accepted: undefined,
  held: 'held',
  settled: 'held',
  refused: 'refused',
  expired: 'expired',
  postponed: 'postponed',
  ignored: undefined,
};

/** Counts under a name, as long as there are not too many names. */
function increment(counts: Map<string, number>, name: string): void {
  const key = counts.has(name) || counts.size < MAX_REASONS ? name : OTHER;
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
