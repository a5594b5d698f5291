/**
 * How many devices may begin a campaign in a minute. Permits are taken from the campaign's row some at a time, by
 * whichever process needs them, so that all together keep to the rate and no device waits for a row.
 */
import type { Store } from '../store/index.ts';

const MINUTE = 60_000;
/** Milliseconds for which permits are taken at a time. */
const AHEAD = 1000;
/** Devices that keep their permits until they use them or until it is over. */
const HELD = 10_000;

export class Pace {
  readonly #campaignId: number;
  /** Milliseconds between two devices. */
  readonly #every: number;
  #permits = 0;
  /** Devices that have one, and until when: whoever asks again, because his unit of work was run again, has it still. */
  readonly #holders = new Map<number, number>();

  /** @param rate devices in a minute */
  constructor(campaignId: number, rate: number) {
    this.#campaignId = campaignId;
    this.#every = MINUTE / rate;
  }

  /** Whether a device would get a permit. */
  get isFree(): boolean {
    return this.#permits > 0;
  }

  /** Gives a device a permit if there is one. */
  permit(deviceId: number, now: number): boolean {
    const until = this.#holders.get(deviceId);
    if (until !== undefined && until > now && until <= now + MINUTE) return true;
    if (this.#permits < 1) return false;
    this.#permits--;
    if (this.#holders.size >= HELD) this.#holders.clear();
    this.#holders.set(deviceId, now + MINUTE);
    return true;
  }

  /** Takes permits, unless there are enough. */
  async provide(store: Store, now: number): Promise<void> {
    const wanted = Math.max(1, Math.floor(AHEAD / this.#every));
    if (this.#permits >= wanted) return;
    const taken = await store.transaction((db) => this.#take(db, wanted - this.#permits, now));
    this.#permits += taken;
  }

  async #take(
    db: Parameters<Parameters<Store['transaction']>[0]>[0],
    wanted: number,
    now: number,
  ): Promise<number> {
    const row = await db
      .selectFrom('campaigns')
      .select('rate_at')
      .where('id', '=', this.#campaignId)
      .where('state', '=', 'running')
      .executeTakeFirst();
    if (row === undefined) return 0;
    // What was not used for longer is lost, and a clock that was put back does not stop anybody.
    const isKnown = row.rate_at >= now - AHEAD && row.rate_at <= now + Math.max(AHEAD, this.#every);
    const from = isKnown ? row.rate_at : now - Math.max(AHEAD, this.#every);
    const taken = Math.min(wanted, Math.floor((now - from) / this.#every));
    if (taken < 1) return 0;
    const { numUpdatedRows } = await db
      .updateTable('campaigns')
      .set({ rate_at: Math.round(from + taken * this.#every) })
      .where('id', '=', this.#campaignId)
      .where('rate_at', '=', row.rate_at)
      .executeTakeFirst();
    return numUpdatedRows > 0n ? taken : 0;
  }
}
