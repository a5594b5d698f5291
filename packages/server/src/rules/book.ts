import { ExpressionError, groupsNamedBy, type Predicate, readExpression } from '../expressions/index.ts';
import { groupGeneration, prepareQuery } from '../groups/index.ts';
import type { Queries } from '../store/index.ts';
import type { RuleDefinition } from './definition.ts';
import { type Touched, touchedBy } from './touch.ts';

/** A rule as sessions and rounds look at it. */
export interface LoadedRule {
  readonly id: number;
  readonly name: string;
  readonly revision: number;
  readonly definition: RuleDefinition;
  /** Of `when`; undefined where the rule has none. */
  readonly predicate: Predicate | undefined;
  readonly touched: Touched | undefined;
  /** Of `query.among`. */
  readonly among: Predicate | undefined;
  /** Whether an expression names a group, so that what it means changes with the groups. */
  readonly namesGroups: boolean;
}

/** Milliseconds after which another process's change of a rule counts. */
const FRESH = 5_000;

/** The enabled rules, in memory: sessions look at them without asking the database. */
export class RuleBook {
  #rules: readonly LoadedRule[] = [];
  #until = 0;
  /** What the groups are, which rules name. */
  #generation = 0;
  /** Of rules that cannot be used, the revision that was told. */
  readonly #faulty = new Map<number, number>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /**
   * The rules as they are, or were some seconds ago.
   *
   * @param now milliseconds since the epoch
   */
  async rules(db: Queries, now: number): Promise<readonly LoadedRule[]> {
    if (this.#until > now && this.#until <= now + FRESH) return this.#rules;
    const rows = await db.selectFrom('rules').select(['id', 'revision']).where('enabled', '=', 1).execute();
    const generation = rows.length === 0 ? this.#generation : await groupGeneration(db);
    const lasting =
      generation === this.#generation ? this.#rules : this.#rules.filter(({ namesGroups }) => !namesGroups);
    if (generation !== this.#generation) this.#faulty.clear();
    const known = new Map(lasting.map((rule) => [rule.id, rule]));
    const changed = rows.filter(
      ({ id, revision }) => known.get(id)?.revision !== revision && this.#faulty.get(id) !== revision,
    );
    const read =
      changed.length === 0
        ? []
        : await this.#read(
            db,
            changed.map(({ id }) => id),
          );
    for (const rule of read) known.set(rule.id, rule);
    this.#rules = rows.flatMap(({ id, revision }) => {
      const rule = known.get(id);
      return rule?.revision === revision ? [rule] : [];
    });
    this.#generation = generation;
    this.#until = now + FRESH;
    return this.#rules;
  }

  /** Has the rules be read anew when they are asked for next. */
  renew(): void {
    this.#until = 0;
  }

  async #read(db: Queries, ids: readonly number[]): Promise<LoadedRule[]> {
    const rows = await db
      .selectFrom('rules')
      .select(['id', 'name', 'revision', 'definition'])
      .where('id', 'in', ids)
      .execute();
    const read: LoadedRule[] = [];
    for (const { definition, ...row } of rows) {
      try {
        read.push(await load(db, { ...row, definition: JSON.parse(definition) as RuleDefinition }));
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        this.#faulty.set(row.id, row.revision);
        this.#onError(new Error(`rule ${row.name} cannot be used: ${error.message}`, { cause: error }));
      }
    }
    return read;
  }
}

async function load(
  db: Queries,
  rule: Pick<LoadedRule, 'id' | 'name' | 'revision' | 'definition'>,
): Promise<LoadedRule> {
  const { when, query } = rule.definition;
  const [expression, among] = [when, query?.among].map((text) =>
    text === undefined ? undefined : readExpression(text),
  );
  return {
    ...rule,
    predicate: when === undefined ? undefined : await prepareQuery(db, when),
    touched: expression && touchedBy(expression),
    among: query?.among === undefined ? undefined : await prepareQuery(db, query.among),
    namesGroups: [expression, among].some((each) => each !== undefined && groupsNamedBy(each).size > 0),
  };
}
