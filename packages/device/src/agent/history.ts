/** What became of the notifications of a phone, for its user to look up. */
import { shownName, shownText } from '../interaction/index.ts';
import type { IgnoredBecause, NotificationOutcome, WaitingNotification } from '../notification/index.ts';

/** How a notification came. */
export interface CameBy {
  /** `sms`; absent = it was handed to the phone. */
  readonly bearer?: string;
  /** Who sent it, as far as the bearer knows. */
  readonly from?: string;
}

/** A notification and what became of it so far. JSON. */
export interface NotificationEntry extends CameBy {
  readonly key: number;
  /** When it came, the last time: ISO 8601. */
  readonly came: string;
  /** `deciding`: the user is being asked. `held`: the session that it asked for was held. */
  readonly state: 'deciding' | Exclude<NotificationOutcome['kind'], 'settled'> | 'held' | 'settled';
  /** Why, for a person; empty while there is nothing to say. */
  readonly text: string;
  /** Where it was ignored; `application`: it was a push for none that the phone has. */
  readonly because?: IgnoredBecause | 'application';
  /** How often the like of it came; more than 1 for ignored ones only. */
  readonly times: number;
  readonly serverID?: string;
  readonly sessionID?: string;
  /** What the user is told. */
  readonly reason?: string;
}

type SessionName = Pick<WaitingNotification, 'serverID' | 'sessionID'>;

/** Entries that are kept: of those that were a server's own, and of those that were ignored. */
const KEPT = { own: 50, ignored: 20 } as const;
/** Characters of each text. */
const MAX_TEXT = 300;
/** Within this time the like of an ignored one counts as the same entry. */
const SAME = 60 * 60 * 1000;

/** Keeps the newest; what strangers send never pushes out what a server has sent. */
export class History {
  #own: readonly NotificationEntry[] = [];
  #ignored: readonly NotificationEntry[] = [];
  #last = 0;

  /** The newest first. */
  get entries(): readonly NotificationEntry[] {
    return [...this.#own, ...this.#ignored].sort((a, b) => b.came.localeCompare(a.came) || b.key - a.key);
  }

  /** Notes one that is its server's own. */
  begin({ serverID, sessionID, reason }: WaitingNotification, by: CameBy, now: Date): NotificationEntry {
    const entry: NotificationEntry = {
      ...this.#entry(by, now),
      state: 'deciding',
      text: '',
      serverID,
      sessionID,
      ...(reason?.text === undefined ? {} : { reason: cut(shownText(reason.text)) }),
    };
    this.#own = [entry, ...this.#own].slice(0, KEPT.own);
    return entry;
  }

  /** Notes one that was ignored. */
  ignore(
    because: NonNullable<NotificationEntry['because']>,
    text: string,
    by: CameBy,
    now: Date,
  ): NotificationEntry {
    const like = this.#ignored.find(
      (each) =>
        each.because === because && each.bearer === by.bearer && now.getTime() - Date.parse(each.came) < SAME,
    );
    const entry: NotificationEntry = {
      ...this.#entry(by, now),
      state: 'ignored',
      text: cut(shownText(text)),
      because,
      times: (like?.times ?? 0) + 1,
    };
    const others = this.#ignored.filter((each) => each !== like);
    this.#ignored = [entry, ...others].slice(0, KEPT.ignored);
    return entry;
  }

  has(name: SessionName): boolean {
    return this.#own.some((each) => isOf(each, name));
  }

  /** Notes what became of the newest one that asked for this session; undefined where it is not remembered. */
  change(
    name: SessionName,
    change: Pick<NotificationEntry, 'state' | 'text'>,
  ): NotificationEntry | undefined {
    const found = this.#own.find((each) => isOf(each, name));
    if (found === undefined) return undefined;
    const entry = { ...found, ...change };
    this.#own = this.#own.map((each) => (each === found ? entry : each));
    return entry;
  }

  #entry(by: CameBy, now: Date): Pick<NotificationEntry, 'key' | 'came' | 'times' | 'bearer' | 'from'> {
    this.#last += 1;
    const { bearer, from } = by;
    return {
      key: this.#last,
      came: now.toISOString(),
      times: 1,
      ...(bearer === undefined ? {} : { bearer }),
      ...(from === undefined ? {} : { from: shownName(from) }),
    };
  }
}

function isOf(entry: NotificationEntry, { serverID, sessionID }: SessionName): boolean {
  return entry.serverID === serverID && entry.sessionID === sessionID;
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
