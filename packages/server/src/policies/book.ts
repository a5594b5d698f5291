/**
 * The policies, in memory, so that a device that calls costs nothing where there is none. Read anew when the numbers in
 * the database have grown that changes of policies, groups and profiles make grow, in whichever process.
 */
import { Conflict, NotFound } from '@grove/api';
import { ExpressionError } from '../expressions/index.ts';
import {
  type Closure,
  closureOf,
  type PreparedFacts,
  type ProfileVersion,
  prepareFacts,
  showProfile,
} from '../profiles/index.ts';
import type { Queries, Store } from '../store/index.ts';
import { type PreparedTarget, prepareTarget } from '../targets/index.ts';
import { allPolicies, type Policy } from './policy.ts';

/** A policy as devices meet it. */
export interface Assignment {
  readonly policy: Policy;
  /** Undefined where it is for no device any more. */
  readonly target: PreparedTarget | undefined;
  readonly closure: Closure;
  /** Why it cannot be brought to any device, in a sentence. */
  readonly problem: string | undefined;
}

/** Milliseconds between two looks at whether something has changed. */
const INTERVAL = 1000;

export class PolicyBook {
  readonly #store: Store;
  readonly #onError: (error: unknown) => void;
  #stamp = '';
  #assignments: readonly Assignment[] = [];
  #profiles: Closure = [];
  #prepared: PreparedFacts | undefined;
  #reading: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(store: Store, onError: (error: unknown) => void) {
    this.#store = store;
    this.#onError = onError;
  }

  /** All policies. */
  get assignments(): readonly Assignment[] {
    return this.#assignments;
  }

  /** The profiles of all policies, and what is needed of a device to render them. */
  get profiles(): { readonly closure: Closure; readonly prepared: PreparedFacts | undefined } {
    return { closure: this.#profiles, prepared: this.#prepared };
  }

  find(policyId: number): Assignment | undefined {
    return this.#assignments.find(({ policy }) => policy.id === policyId);
  }

  /** Looks now, and then once in a while. */
  async start(): Promise<void> {
    await this.refresh();
    const look = () => {
      if (this.#isStopped) return;
      this.#timer = setTimeout(() => void this.renew().then(look), INTERVAL).unref();
    };
    look();
  }

  /** Looks no more, and waits for a look that is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#reading?.catch(this.#onError);
  }

  /** As {@link refresh}; where that fails, what was read before stays until the next look. */
  async renew(): Promise<void> {
    await this.refresh().catch(this.#onError);
  }

  /** Reads what has changed. Whoever comes while it reads is told of what was there after he came. */
  async refresh(): Promise<void> {
    await this.#reading?.catch(() => undefined);
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
  }

  async #read(): Promise<void> {
    const db = this.#store.reader;
    const stamp = await stampOf(db);
    if (stamp === this.#stamp) return;
    const assignments: Assignment[] = [];
    for (const policy of await allPolicies(db)) assignments.push(await assignmentOf(db, policy));
    const profiles = new Map<string, ProfileVersion>();
    for (const { closure } of assignments)
      for (const each of closure) profiles.set(`${each.name} ${each.version}`, each);
    this.#prepared = await prepareFacts(db, [...profiles.values()]);
    this.#profiles = [...profiles.values()];
    this.#assignments = assignments;
    this.#stamp = stamp;
  }
}

async function stampOf(db: Queries): Promise<string> {
  const row = await db
    .selectFrom('policy_book')
    .select([
      'policy_book.generation',
      (select) => select.selectFrom('group_book').select('generation').where('id', '=', 1).as('groups'),
      (select) =>
        select
          .selectFrom('profiles')
          .select(({ fn }) => fn.sum<number>('version').as('versions'))
          .as('versions'),
    ])
    .where('policy_book.id', '=', 1)
    .executeTakeFirst();
  return JSON.stringify(row);
}

async function assignmentOf(db: Queries, policy: Policy): Promise<Assignment> {
  if (policy.state !== 'active') return { policy, target: undefined, closure: [], problem: undefined };
  try {
    const target = await prepareTarget(db, policy.target);
    const profile = await showProfile(db, policy.profile, policy.version ?? undefined);
    const closure = await closureOf(db, profile);
    await prepareFacts(db, closure);
    return { policy, target, closure, problem: undefined };
  } catch (error) {
    const isKnown =
      error instanceof Conflict || error instanceof NotFound || error instanceof ExpressionError;
    if (!isKnown) throw error;
    return { policy, target: undefined, closure: [], problem: error.message };
  }
}
