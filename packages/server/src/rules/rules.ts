/** Rules at work: on news of devices, on events of the network, and on devices of which nothing is heard. */
import { holdsFor } from '../expressions/index.ts';
import type { Effects } from '../session/index.ts';
import type { FiringCause, Queries } from '../store/index.ts';
import type { ActMeans } from './act.ts';
import { type LoadedRule, RuleBook } from './book.ts';
import { matchesData } from './definition.ts';
import { judge, type Standing, standingsOf, type Verdict } from './judge.ts';
import type { Reported } from './reported.ts';
import { concerns, type News } from './touch.ts';

export interface RulesMeans extends ActMeans {
  readonly onError: (error: unknown) => void;
  /** Told that a device is to be asked to call. */
  readonly wake?: (() => void) | undefined;
}

/** A device in a session, before its message was taken. */
export interface Caller {
  readonly device_id: number;
  readonly swv: string | null;
  /** Null when it has never proved itself before. */
  readonly last_session: number | null;
}

/** What a message has brought. */
export interface Heard extends Pick<Effects, 'nodes' | 'gone' | 'alerts' | 'authenticated'> {
  /** Whether the device has said something else of itself than before: manufacturer, model, software, language. */
  readonly saysOther: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What an event of the network led to, for one rule and device. */
export interface Judged extends Verdict {
  readonly rule: string;
  readonly deviceId: number;
}

const SOFTWARE = './DevDetail/SwV';

/** The rules of a server. */
export class Rules {
  readonly book: RuleBook;
  readonly means: RulesMeans;

  constructor(means: RulesMeans) {
    this.means = means;
    this.book = new RuleBook(means.onError);
  }

  /**
   * Looks at the rules that the news of a message concern, after what it said is in the database. Where there are none,
   * the database is not asked.
   *
   * @returns a task that was made for the device, if any was
   */
  async hear(db: Queries, caller: Caller, heard: Heard): Promise<number | undefined> {
    const { nodes, gone, alerts, authenticated, saysOther, now } = heard;
    const isFirst = authenticated && caller.last_session === null;
    const news: News = { nodes: nodes.map(({ uri }) => uri), gone, info: saysOther };
    if (!isFirst && !saysOther && nodes.length + gone.length + alerts.length === 0) return undefined;
    const rules = await this.book.rules(db, now);
    const software = nodes.findLast(({ uri }) => uri === SOFTWARE)?.value;
    const isUpdated = caller.swv !== null && typeof software === 'string' && software !== caller.swv;
    const causeOf = (rule: LoadedRule): FiringCause | undefined => {
      const { on } = rule.definition;
      if (on === undefined) return rule.touched && concerns(news, rule.touched) ? 'tree' : undefined;
      if ('alert' in on) return alerts.some(({ type }) => type === on.alert) ? 'alert' : undefined;
      if ('firstSeen' in on) return isFirst ? 'first seen' : undefined;
      if ('softwareChanged' in on) return isUpdated ? 'software' : undefined;
      return undefined;
    };
    const due = rules.flatMap((rule) => {
      const cause = causeOf(rule);
      return cause === undefined ? [] : [{ rule, cause }];
    });
    if (due.length === 0) return undefined;
    return this.#look(db, caller.device_id, due, now);
  }

  /**
   * Looks at the rules whose tasks have just ended on a device, once that is stored: whether they still hold.
   *
   * @param now milliseconds since the epoch
   */
  async follow(db: Queries, deviceId: number, { finished }: Effects, now: number): Promise<void> {
    const tasks = new Set(finished.filter(({ work }) => work.kind === 'task').map(({ work }) => work.id));
    if (tasks.size === 0) return;
    const rules = await this.book.rules(db, now);
    if (rules.length === 0) return;
    const standings = await standingsOf(db, deviceId);
    const due = rules.flatMap((rule) => {
      const { task_id: task } = standings.get(rule.id) ?? {};
      return rule.definition.on === undefined && task != null && tasks.has(task)
        ? [{ rule, cause: 'outcome' as const }]
        : [];
    });
    if (due.length > 0) await this.#look(db, deviceId, due, now, standings);
  }

  async #look(
    db: Queries,
    deviceId: number,
    due: readonly { readonly rule: LoadedRule; readonly cause: FiringCause }[],
    now: number,
    known?: ReadonlyMap<number, Standing>,
  ): Promise<number | undefined> {
    const predicates = due.flatMap(({ rule }) => rule.predicate ?? []);
    const held = await holdsFor(db, deviceId, predicates, now);
    const standings = known ?? (await standingsOf(db, deviceId));
    let made: number | undefined;
    for (const { rule, cause } of due) {
      const holds = rule.predicate === undefined || held[predicates.indexOf(rule.predicate)] === true;
      const before = standings.get(rule.id);
      const { outcome, taskId } = await judge(db, rule, holds, before, { deviceId, cause, now }, this.means);
      if (outcome === 'acted' && taskId !== null) made = taskId;
    }
    return made;
  }

  /**
   * Takes what another network element has seen of devices.
   *
   * @param now milliseconds since the epoch
   * @returns what came of it, for each rule that is for such events and holds
   */
  async take(db: Queries, deviceIds: readonly number[], reported: Reported, now: number): Promise<Judged[]> {
    const rules = (await this.book.rules(db, now)).filter(({ definition: { on } }) => {
      if (on === undefined || !('event' in on) || on.event !== reported.type) return false;
      return on.data === undefined || matchesData(on.data, reported.data);
    });
    const judged: Judged[] = [];
    if (rules.length === 0) return judged;
    const predicates = rules.flatMap(({ predicate }) => predicate ?? []);
    for (const deviceId of deviceIds) {
      const held = await holdsFor(db, deviceId, predicates, now);
      const standings = await standingsOf(db, deviceId);
      for (const rule of rules) {
        const { predicate } = rule;
        const holds = predicate === undefined || held[predicates.indexOf(predicate)] === true;
        const occasion = { deviceId, cause: 'event', reported, now } as const;
        const came = await judge(db, rule, holds, standings.get(rule.id), occasion, this.means);
        judged.push({ rule: rule.name, deviceId, ...came });
      }
    }
    return judged;
  }
}
