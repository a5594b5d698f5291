import type { Work, WorkRef, WorkResult } from '../steps/index.ts';
import type { Queries } from '../store/index.ts';
import type { CallingDevice, WorkSource } from './source.ts';

/** All sources of work, in the order in which a device is given what they have for it. */
export class WorkSources {
  readonly #sources: readonly WorkSource[];

  constructor(sources: readonly WorkSource[]) {
    this.#sources = sources;
  }

  #of(kind: WorkRef['kind']): WorkSource {
    const source = this.#sources.find((each) => each.kind === kind);
    if (source === undefined) throw new Error(`there is no source of work of the kind ${kind}`);
    return source;
  }

  /** As {@link WorkSource.pending}, of all sources. */
  async pending(db: Queries, device: CallingDevice, limit: number): Promise<Work[]> {
    const work: Work[] = [];
    for (const source of this.#sources) {
      if (work.length >= limit) break;
      work.push(...(await source.pending(db, device, limit - work.length)));
    }
    return work;
  }

  /** The work that a session names, as long as it is still wanted. */
  async find(db: Queries, work: WorkRef): Promise<Work | undefined> {
    const steps = await this.#of(work.kind).stepsOf(db, work);
    return steps === undefined ? undefined : { ...work, steps };
  }

  /** As {@link WorkSource.begin}. */
  begin(db: Queries, work: WorkRef, deviceId: number, sessionId: number, now: number): Promise<boolean> {
    return this.#of(work.kind).begin(db, work, deviceId, sessionId, now);
  }

  /** As {@link WorkSource.park}. */
  async park(db: Queries, work: WorkRef, deviceId: number, results: string): Promise<void> {
    await this.#of(work.kind).park?.(db, work, deviceId, results);
  }

  /** As {@link WorkSource.finish}. */
  finish(
    db: Queries,
    work: WorkRef,
    deviceId: number,
    sessionId: number,
    result: WorkResult,
    now: number,
  ): Promise<void> {
    return this.#of(work.kind).finish(db, work, deviceId, sessionId, result, now);
  }
}
