import { createHash, timingSafeEqual } from 'node:crypto';
import type { Credentials, Initiator } from '@grove/push';
import { GenerationCache } from '@grove/store';
import type { ClientConfig } from '../config/index.ts';

export interface DoorkeeperOptions {
  readonly clients: readonly Pick<ClientConfig, 'name' | 'password'>[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told when somebody is no longer listened to for a while. */
  readonly onLocked: (user: string, place: string) => void;
}

/** Wrong passwords in a row that are free. */
const FREE = 5;
/** Milliseconds for which none is looked at after the next one; each further one doubles them, … */
const FIRST = 1_000;
/** … up to this many. */
const LONGEST = 5 * 60_000;
/** Characters of a password that nobody finds by trying: for its sake nobody is shut out. */
const LONG = 20;
/** Places that are remembered, at least. */
const PLACES = 10_000;

interface Tries {
  readonly failures: number;
  /** Until when no password is looked at. */
  readonly until: number;
}

/**
 * Knows clients by their passwords. Whoever tries wrong ones for a client is not listened to for a time that doubles; the
 * client itself, who comes from another place, does not notice.
 */
export class Doorkeeper {
  readonly #options: DoorkeeperOptions;
  readonly #passwords: ReadonlyMap<string, string>;
  readonly #tries = new GenerationCache<string, Tries>(PLACES);

  constructor(options: DoorkeeperOptions) {
    this.#options = options;
    this.#passwords = new Map(options.clients.map(({ name, password }) => [name, password]));
  }

  /**
   * Who has these credentials; takes the same time wherever a password differs.
   *
   * @param place the address that they come from
   */
  admit(credentials: Credentials | undefined, place: string): Initiator | undefined {
    if (credentials === undefined) return undefined;
    const { now, onLocked } = this.#options;
    const { user, password } = credentials;
    const key = JSON.stringify([place, user]);
    const { failures, until } = this.#tries.get(key) ?? { failures: 0, until: 0 };
    const kept = this.#passwords.get(user);
    if (now() < until && (kept ?? '').length < LONG) return undefined;
    const isRight = timingSafeEqual(digest(password), digest(kept ?? ''));
    if (kept !== undefined && isRight) {
      if (failures > 0) this.#tries.set(key, { failures: 0, until: 0 });
      return { name: user };
    }
    const pause = failures < FREE ? 0 : Math.min(FIRST * 2 ** (failures - FREE), LONGEST);
    this.#tries.set(key, { failures: failures + 1, until: now() + pause });
    if (failures === FREE) onLocked(user.slice(0, 64), place);
    return undefined;
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
