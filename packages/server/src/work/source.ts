import type { Step, Work, WorkRef, WorkResult } from '../steps/index.ts';
import type { Queries } from '../store/index.ts';

/** A device that calls, as the sources of work are told of it. What its message has said is in the database by now. */
export interface CallingDevice {
  readonly deviceId: number;
  readonly devId: string;
  /** Any of its tasks that is to be done; null when there is none. */
  readonly task: number | null;
  /** Any policy that was brought to it; null when there is none. */
  readonly policy: number | null;
  /** Its work that was begun and waits, or is in hand: no source offers it anew. */
  readonly waiting: readonly WorkRef[];
  /** Nodes that alerts of its message are about, by their URIs. */
  readonly alerted: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Where work comes from: what one kind of it means. Nothing is written per device when work is made; what a device
 * should get is computed when it calls, so that `pending` is on the path of every session: it looks into memory for
 * what there is at all, and asks the database only for what concerns this device.
 *
 * All of it runs within the unit of work of a message: no effect but on `db`.
 */
export interface WorkSource {
  readonly kind: WorkRef['kind'];
  /**
   * Work that waits for a device, in the order in which it is to be done, but for what was begun and waits. Work whose
   * steps were made for this device has a `rendering` of null, and is kept when it is begun.
   *
   * @param limit how many at most
   */
  pending(db: Queries, device: CallingDevice, limit: number): Promise<Work[]>;
  /** The steps of work that was begun, as long as it is still wanted; of its rendering where it has one. */
  stepsOf(db: Queries, work: WorkRef): Promise<readonly Step[] | undefined>;
  /**
   * Notes that work is begun, or gone on with, in a session.
   *
   * @param now milliseconds since the epoch
   * @returns false when that cannot be any more, as it was cancelled or begun elsewhere since it was read
   */
  begin(db: Queries, work: WorkRef, deviceId: number, sessionId: number, now: number): Promise<boolean>;
  /** Notes that work waits, with what was answered so far as JSON. */
  park?(db: Queries, work: WorkRef, deviceId: number, results: string): Promise<void>;
  /**
   * Records how work ended on a device. Work that has ended already stays as it is, so that recording it again, after
   * a message that was sent twice, changes nothing.
   *
   * @param now milliseconds since the epoch
   */
  finish(
    db: Queries,
    work: WorkRef,
    deviceId: number,
    sessionId: number,
    result: WorkResult,
    now: number,
  ): Promise<void>;
}
