/** This process among those that work on the queue. */

import { type Claim, enrol, stayAlive, TakenForDead, withdraw } from '../queue/index.ts';
import type { Store } from '../store/index.ts';

export interface MembershipOptions {
  readonly store: Store;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  /** Milliseconds after which others take over from a process that they do not hear of. */
  readonly lease: number;
}

/**
 * Says regularly that the process is alive. Where it was not heard of for too long, others may have taken over what it
 * had claimed: it takes another name then, and forgets what it has claimed under the old one and not begun to send.
 */
export class Membership {
  readonly #options: MembershipOptions;
  #id = '';
  #aliveUntil = 0;
  #claims = 0;
  #beating: Promise<void> = Promise.resolve();

  constructor(options: MembershipOptions) {
    this.#options = options;
  }

  /** Name of the process; another one once others have taken over. */
  get id(): string {
    return this.#id;
  }

  /** Whether what was claimed is certainly still its own. */
  get isAlive(): boolean {
    return this.#options.now() < this.#aliveUntil;
  }

  async join(): Promise<void> {
    const { store, random } = this.#options;
    const id = Buffer.from(random(12)).toString('hex');
    const until = this.#until();
    await store.transaction((db) => enrol(db, id, until));
    this.#id = id;
    this.#aliveUntil = until;
  }

  /** A claim that nobody has made before; whoever makes it shows by it that the process is alive. */
  claim(): Claim {
    return { owner: this.#id, claim: ++this.#claims, until: this.#until() };
  }

  /** To be called several times in a lease. */
  beat(): Promise<void> {
    this.#beating = this.#beating.then(() => this.#beat());
    return this.#beating;
  }

  /** The process was told that others have taken it for dead. */
  async rejoin(error: unknown): Promise<void> {
    if (error instanceof TakenForDead) await this.join();
  }

  /** To be called when nothing is claimed any more. */
  async leave(): Promise<void> {
    await this.#beating.catch(() => {});
    await this.#options.store.transaction((db) => withdraw(db, this.#id));
  }

  async #beat(): Promise<void> {
    const until = this.#until();
    if (await this.#options.store.transaction((db) => stayAlive(db, this.#id, until)))
      this.#aliveUntil = until;
    else await this.join();
  }

  #until(): number {
    return this.#options.now() + this.#options.lease;
  }
}
