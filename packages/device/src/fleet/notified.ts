import type { ReceivedPush } from '@grove/push';
import { Agent } from '../agent/index.ts';
import type { SessionReport } from '../phone/index.ts';
import { type MemberOptions, makeMember } from './member.ts';
import { type FleetStatistics, Tally } from './statistics.ts';

export interface NotifiedFleetOptions extends MemberOptions {
  /** How many devices. */
  readonly devices: number;
  /** Notifications on each device, counted over all, after which the fleet has finished; 1 unless told. */
  readonly sessions?: number;
  /** Sessions under way at the same time; 64 unless told. */
  readonly concurrency?: number;
  /** Told of each session when it has ended. */
  readonly onReport?: (devId: string, report: SessionReport) => void;
  /** Takes no more pushes, and cuts short the sessions under way. */
  readonly signal?: AbortSignal;
  /** Milliseconds, of a clock that is never set back. */
  readonly clock?: () => number;
}

/** Devices that call when they are notified. */
export interface NotifiedFleet {
  /** As of now. */
  readonly statistics: FleetStatistics;
  /** Resolves with the last statistics when so many notifications have come to their end, or the signal is aborted. */
  readonly finished: Promise<FleetStatistics>;
  /** Takes a push to the device with this index, which is made for its first one; see {@link Agent.receive}. */
  receive(index: number, push: ReceivedPush): Promise<void>;
}

/** Starts a fleet whose devices wait until they are notified. */
export function startNotifiedFleet(options: NotifiedFleetOptions): NotifiedFleet {
  const { devices, sessions = 1, concurrency = 64, signal, onReport } = options;
  if (concurrency < 1) throw new RangeError(`concurrency is ${concurrency}; expected at least 1`);
  const tally = new Tally(devices, options.clock ?? (() => performance.now()));
  const turns = new Turns(concurrency);
  const agents = new Map<number, Promise<Agent>>();
  const enough = Promise.withResolvers<void>();
  if (signal?.aborted) enough.resolve();
  signal?.addEventListener('abort', () => enough.resolve(), { once: true });

  async function switchOn(index: number): Promise<Agent> {
    const phone = await makeMember(index, options);
    const agent = new Agent(phone, {
      inTurn: (session) =>
        turns.take(() => {
          tally.noteBegin();
          return session();
        }),
      onReport: (report) => {
        tally.noteEnd(report);
        onReport?.(phone.devId, report);
      },
      onFault: (error) =>
        tally.noteFailure(agent.ended ? 'stopped' : error instanceof Error ? error.message : String(error)),
      onNotification: (entry) => {
        tally.noteNotification(entry);
        if (tally.decided >= devices * sessions) enough.resolve();
      },
    });
    agent.start().catch(() => {});
    return agent;
  }

  async function finish(): Promise<FleetStatistics> {
    await enough.promise;
    const all = await Promise.all(agents.values());
    // Sessions go on to their end unless they are to be cut short.
    if (signal?.aborted !== true) await Promise.all(all.map((agent) => agent.idle()));
    await Promise.all(all.map((agent) => agent.end()));
    return tally.statistics;
  }

  return {
    get statistics() {
      return tally.statistics;
    },
    finished: finish(),
    async receive(index, push) {
      const agent = agents.get(index) ?? switchOn(index);
      agents.set(index, agent);
      await (await agent).receive(push);
    },
  };
}

/** Lets so many be at work at the same time; the others wait in the order in which they came. */
class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
