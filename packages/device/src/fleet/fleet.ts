import type { Phone, SessionReport } from '../phone/index.ts';
import type { Transport } from '../transport/index.ts';
import { type MemberOptions, makeMember } from './member.ts';
import { Death, mortal } from './mortal.ts';
import { type FleetStatistics, Tally } from './statistics.ts';

export interface FleetOptions extends MemberOptions {
  /** How many devices. */
  readonly devices: number;
  /** Index of the first one; 0 unless told. */
  readonly first?: number;
  /** Sessions of each device, one more not counted where it has an alert to tell after one; 1 unless told. */
  readonly sessions?: number;
  /** Sessions begun per second; absent = as fast as `concurrency` lets. */
  readonly rate?: number;
  /** Sessions under way at the same time; 64 unless told. */
  readonly concurrency?: number;
  /** Chance that a device dies at a message, 0…1; it then goes on with its session, or begins a new one. */
  readonly mortality?: number;
  /** 1200: as if the server had asked; 1201 unless told. */
  readonly reason?: 1200 | 1201;
  /** Told of each session when it has ended. */
  readonly onReport?: (devId: string, report: SessionReport) => void;
  /** Begins no more sessions, and cuts short those under way. */
  readonly signal?: AbortSignal;
  /** Between 0 and 1; decides over life and death. */
  readonly random?: () => number;
  /** Milliseconds, of a clock that is never set back. */
  readonly clock?: () => number;
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

/** A fleet at work. */
export interface Fleet {
  /** As of now. */
  readonly statistics: FleetStatistics;
  /** Resolves with the last statistics when all sessions have ended. Never rejects over a session. */
  readonly finished: Promise<FleetStatistics>;
  /** A device by its index; made when it is first asked for. */
  phone(index: number): Promise<Phone>;
}

/**
 * Starts a fleet: each device holds its sessions, in the order of the devices, round after round.
 *
 * @throws {RangeError} for a mortality that no session would survive, and a rate or concurrency of nothing.
 */
export function startFleet(options: FleetOptions): Fleet {
  const { devices, first = 0, sessions = 1, concurrency = 64, rate, mortality = 0, signal } = options;
  if (!(mortality >= 0 && mortality < 1)) {
    throw new RangeError(`mortality is ${mortality}; expected at least 0 and less than 1`);
  }
  if (concurrency < 1) throw new RangeError(`concurrency is ${concurrency}; expected at least 1`);
  if (rate !== undefined && !(rate > 0)) throw new RangeError(`rate is ${rate}; expected more than 0`);
  const clock = options.clock ?? (() => performance.now());
  const sleep =
    options.sleep ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)));
  const tally = new Tally(devices, clock);
  const members = new Members(options, tally);
  const total = devices * sessions;
  const begunAt = clock();
  const stopped = (): boolean => signal?.aborted ?? false;
  let next = 0;

  /** Takes one session after the other until there are none left; as many of these run as there may be sessions. */
  async function work(): Promise<void> {
    while (next < total && !stopped()) {
      const turn = next;
      next += 1;
      if (rate !== undefined) {
        const wait = begunAt + (turn * 1000) / rate - clock();
        if (wait > 0) await sleep(wait);
        if (stopped()) return;
      }
      await members.hold(first + (turn % devices));
    }
  }

  const workers = Array.from({ length: Math.min(concurrency, total) }, work);
  return {
    get statistics() {
      return tally.statistics;
    },
    finished: Promise.all(workers).then(() => tally.statistics),
    phone: (index) => members.phone(index),
  };
}

/** The devices, which are made when they are first needed and remembered. */
class Members {
  readonly #options: FleetOptions;
  readonly #tally: Tally;
  readonly #transport: (devId: string) => Promise<Transport>;
  readonly #random: () => number;
  readonly #phones = new Map<number, Promise<Phone>>();

  constructor(options: FleetOptions, tally: Tally) {
    this.#options = options;
    this.#tally = tally;
    this.#random = options.random ?? Math.random;
    const { transport, mortality = 0 } = options;
    this.#transport = async (devId) =>
      mortal(typeof transport === 'function' ? await transport(devId) : transport, mortality, this.#random);
  }

  phone(index: number): Promise<Phone> {
    let phone = this.#phones.get(index);
    if (phone === undefined) {
      phone = makeMember(index, { ...this.#options, transport: this.#transport });
      this.#phones.set(index, phone);
    }
    return phone;
  }

  /** Holds one session of a device to its end, through any number of deaths. */
  async hold(index: number): Promise<void> {
    const { signal, reason = 1201 } = this.#options;
    this.#tally.noteBegin();
    try {
      const phone = await this.phone(index);
      const report = await this.#live(phone, reason, signal);
      this.#noteEnd(phone, report);
      await phone.idle();
      // What its handlers have to tell since then would wait for its next session, which there may not be.
      if (phone.alerts.length > 0 && report.outcome.kind === 'completed' && !signal?.aborted) {
        this.#tally.noteBegin();
        this.#noteEnd(phone, await this.#live(phone, reason, signal));
      }
    } catch (error) {
      const stopped = signal?.aborted === true;
      this.#tally.noteFailure(stopped ? 'stopped' : error instanceof Error ? error.message : String(error));
    }
  }

  #noteEnd(phone: Phone, report: SessionReport): void {
    this.#tally.noteEnd(report);
    this.#options.onReport?.(phone.devId, report);
  }

  async #live(phone: Phone, reason: 1200 | 1201, signal: AbortSignal | undefined): Promise<SessionReport> {
    for (;;) {
      try {
        const goesOn = phone.unfinished !== undefined && this.#random() < 0.5;
        const resumed = goesOn ? await phone.resume({ signal }) : undefined;
        return resumed ?? (await phone.session({ reason, signal }));
      } catch (error) {
        if (!(error instanceof Death)) throw error;
        this.#tally.noteDeath();
      }
    }
  }
}
