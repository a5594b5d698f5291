import type { NotificationRecord, SeenNotification, WaitingNotification } from './record.ts';

/** Notifications that are remembered, and those that wait, at most. */
const MAX_SEEN = 200;
const MAX_WAITING = 10;

/** For so long a SessionID stands for one session only; afterwards a server may have come round to it again. */
const SAME_SESSION = 24 * 60 * 60 * 1000;

/** Which notifications have come, and whose sessions are still to be held. */
export class NotificationMemory {
  #seen: readonly SeenNotification[];
  #waiting: readonly WaitingNotification[];

  /** @param record as {@link NotificationMemory.record} gave it when it was stored. */
  constructor(record: NotificationRecord = { seen: [], waiting: [] }) {
    this.#seen = record.seen;
    this.#waiting = record.waiting;
  }

  /** To be stored. */
  get record(): NotificationRecord {
    return { seen: this.#seen, waiting: this.#waiting };
  }

  get waiting(): readonly WaitingNotification[] {
    return this.#waiting;
  }

  get isFull(): boolean {
    return this.#waiting.length >= MAX_WAITING;
  }

  /** Whether it has come before, or another one for the same session. */
  has({ serverID, sessionID, digest, came }: SeenNotification): boolean {
    return this.#seen.some(
      (seen) =>
        seen.serverID === serverID &&
        (seen.digest === digest || (seen.sessionID === sessionID && came - seen.came < SAME_SESSION)),
    );
  }

  /** Takes a new one in. Only those that a server has proved to be its own come here, so that nobody else fills it. */
  add(seen: SeenNotification, waiting: WaitingNotification): void {
    this.#seen = forgotten([...this.#seen, seen]);
    this.#waiting = [...this.#waiting, waiting];
  }

  /** Undoes {@link NotificationMemory.add}: it could not be stored, and may come again. */
  forget(seen: SeenNotification): void {
    this.#seen = this.#seen.filter((each) => each !== seen);
    this.settle(seen);
  }

  /** Puts another state of one that waits in its place; false = it does not wait any more. */
  replace(waiting: WaitingNotification): boolean {
    const found = this.#waiting.some((each) => isSame(each, waiting));
    this.#waiting = this.#waiting.map((each) => (isSame(each, waiting) ? waiting : each));
    return found;
  }

  /** Takes one away, whose session was held, or will not be; false = it did not wait. */
  settle(session: SessionName): boolean {
    const before = this.#waiting.length;
    this.#waiting = this.#waiting.filter((each) => !isSame(each, session));
    return this.#waiting.length < before;
  }

  isWaiting(session: SessionName): boolean {
    return this.#waiting.some((each) => isSame(each, session));
  }

  /** Takes away all of a server that has had a session, and with it what it had asked for. */
  settleAll(serverID: string): void {
    this.#waiting = this.#waiting.filter((each) => each.serverID !== serverID);
  }
}

type SessionName = Pick<WaitingNotification, 'serverID' | 'sessionID'>;

function isSame(a: SessionName, b: SessionName): boolean {
  return a.serverID === b.serverID && a.sessionID === b.sessionID;
}

/** Without the oldest where there are too many; first without one that a later nonce has made useless. */
function forgotten(seen: readonly SeenNotification[]): readonly SeenNotification[] {
  if (seen.length <= MAX_SEEN) return seen;
  const index = Math.max(
    0,
    seen.findIndex(({ resynced }) => !resynced),
  );
  return seen.filter((_, at) => at !== index);
}
