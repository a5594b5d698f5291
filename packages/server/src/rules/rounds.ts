/** What rules do of their own accord: devices are looked at that say nothing, and asked of which too little is known. */
import { setImmediate as idle } from 'node:timers/promises';
import type { Page } from '@grove/api';
import { findDevices, holdsFor } from '../expressions/index.ts';
import { Rounds } from '../rounds/index.ts';
import type { Queries, RuleState, Store } from '../store/index.ts';
import { askStale } from './ask.ts';
import type { LoadedRule } from './book.ts';
import { judge, mayAct, standingsOf } from './judge.ts';
import type { Rules } from './rules.ts';

export interface RuleRoundsOptions {
  readonly store: Store;
  readonly rules: Rules;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

/**
 * Milliseconds after which all devices are looked at again: what rules ask besides the tree, such as groups and
 * subscribers, changes without news of the device.
 */
const SWEEP_AGAIN = 24 * 60 * 60_000;
/** Devices in one unit of work. */
const BATCH = 20;
/** Devices that one look for them gives. */
const PAGE = 200;

const STANDING: readonly RuleState[] = ['fired', 'still', 'held'];

/** Does the rounds. Everything is done in small units, so that devices never wait for it. */
export class RuleRounds {
  readonly #options: RuleRoundsOptions;
  readonly #rounds: Rounds;

  constructor(options: RuleRoundsOptions) {
    this.#options = options;
    this.#rounds = new Rounds({ round: () => this.round(), onError: options.onError });
  }

  /** Does a round now, and one each time that so many milliseconds have passed since the last one. */
  start(interval: number): void {
    this.#rounds.start(interval);
  }

  /** Does a round as soon as the last one is done. */
  wake(): void {
    this.#rounds.wake();
  }

  /** Does no more rounds, and waits for the one that is being done. */
  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** One round. */
  async round(): Promise<void> {
    const { store, rules, now } = this.#options;
    const all = await rules.book.rules(store.reader, now());
    for (const rule of all) {
      if (this.#rounds.signal.aborted) return;
      await this.#actOnHeld(rule);
      await this.#sweep(rule);
      const asked = await askStale(store, rule, { now: now(), signal: this.#rounds.signal });
      if (asked) rules.means.wake?.();
    }
  }

  /** Those that had to wait, and whose time has come. */
  async #actOnHeld(rule: LoadedRule): Promise<void> {
    const { store, rules, now } = this.#options;
    while (!this.#rounds.signal.aborted && (await mayAct(store.reader, rule, now()))) {
      const due = await store.reader
        .selectFrom('rule_states')
        .select('device_id')
        .where('rule_id', '=', rule.id)
        .where('due_at', '<=', now())
        .orderBy('due_at')
        .limit(BATCH)
        .execute();
      if (due.length === 0) return;
      await store.transaction(async (db) => {
        for (const { device_id } of due) await this.#look(db, rule, device_id);
      });
      rules.means.wake?.();
      await idle();
    }
  }

  async #sweep(rule: LoadedRule): Promise<void> {
    const { store, now } = this.#options;
    const { predicate, definition } = rule;
    if (predicate === undefined || definition.on !== undefined) return;
    const progress = await store.reader
      .selectFrom('rule_progress')
      .select(['swept_at', 'sweep_after'])
      .where('rule_id', '=', rule.id)
      .executeTakeFirst();
    if (progress === undefined) return;
    const { swept_at: last } = progress;
    if (last !== null && last > now() - SWEEP_AGAIN && last <= now()) return;
    let after: string | null = String(progress.sweep_after);
    while (after !== null) {
      // What is left has its turn in the next hour: to note that of each device would be for nothing.
      if (!(await mayAct(store.reader, rule, now()))) return;
      const options = { now: now(), signal: this.#rounds.signal };
      const page: Page<number> = await findDevices(store, predicate, { limit: PAGE, after }, options);
      await this.#lookAtAll(rule, page.items);
      if (this.#rounds.signal.aborted) return;
      after = page.next;
      if (after !== null) await note(store, rule.id, { sweep_after: Number(after) });
    }
    await this.#lookAgain(rule);
    if (!this.#rounds.signal.aborted) await note(store, rule.id, { sweep_after: 0, swept_at: now() });
  }

  /** Those for which it has held: perhaps it does not any more. */
  async #lookAgain(rule: LoadedRule): Promise<void> {
    const { store } = this.#options;
    for (let after = 0; !this.#rounds.signal.aborted; ) {
      const rows = await store.reader
        .selectFrom('rule_states')
        .select('device_id')
        .where('rule_id', '=', rule.id)
        .where('state', 'in', STANDING)
        .where('device_id', '>', after)
        .orderBy('device_id')
        .limit(PAGE)
        .execute();
      const ids = rows.map(({ device_id }) => device_id);
      await this.#lookAtAll(rule, ids);
      const last = ids.at(-1);
      if (last === undefined) return;
      after = last;
    }
  }

  async #lookAtAll(rule: LoadedRule, ids: readonly number[]): Promise<void> {
    const { store, rules } = this.#options;
    for (let from = 0; from < ids.length && !this.#rounds.signal.aborted; from += BATCH) {
      await store.transaction(async (db) => {
        for (const id of ids.slice(from, from + BATCH)) await this.#look(db, rule, id);
      });
      rules.means.wake?.();
      await idle();
    }
  }

  async #look(db: Queries, rule: LoadedRule, deviceId: number): Promise<void> {
    const { rules, now } = this.#options;
    const { predicate } = rule;
    const at = now();
    const held = predicate === undefined || (await holdsFor(db, deviceId, [predicate], at))[0] === true;
    const before = (await standingsOf(db, deviceId)).get(rule.id);
    await judge(db, rule, held, before, { deviceId, cause: 'sweep', now: at }, rules.means);
  }
}

function note(
  store: Store,
  ruleId: number,
  progress: { readonly sweep_after: number; readonly swept_at?: number },
): Promise<unknown> {
  return store.transaction((db) =>
    db.updateTable('rule_progress').set(progress).where('rule_id', '=', ruleId).execute(),
  );
}
