/** Rules as users name them. */
import {
  Conflict,
  InvalidInput,
  NotFound,
  type Page,
  type PageRequest,
  type Problem,
  pageOf,
} from '@grove/api';
import type { Selectable } from 'kysely';
import { referencesIn } from '../contents/index.ts';
import { checkQuery, readNamed, releaseGroups, showGroup, useGroups } from '../groups/index.ts';
import { showProfile } from '../profiles/index.ts';
import { checkSteps } from '../steps/index.ts';
import type { Queries, RuleState, RuleTable } from '../store/index.ts';
import { Action, type RuleDefinition } from './definition.ts';
import { touchedBy } from './touch.ts';

/** A rule. Times are milliseconds since the epoch. */
export interface Rule {
  id: number;
  name: string;
  enabled: boolean;
  definition: RuleDefinition;
  createdAt: number;
  updatedAt: number;
}

/** How many devices a rule is what to. */
export type RuleCounts = Record<RuleState, number>;

/** A rule with what has become of it. */
export interface RuleDetail extends Rule {
  counts: RuleCounts;
  /** When all devices were last looked at; null = not since it was changed. */
  sweptAt: number | null;
}

/** Rules that there may be: each is looked at in every session. */
const MOST = 1_000;

function ruleOf(row: Selectable<RuleTable>): Rule {
  return {
    id: row.id,
    name: row.name,
    enabled: row.enabled === 1,
    definition: JSON.parse(row.definition) as RuleDefinition,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/**
 * Checks what a schema cannot.
 *
 * @returns it with its steps in the form in which they are kept
 * @throws {InvalidInput} naming each field, with the place in an expression
 * @throws {NotFound} when it names a profile or group that is not there
 */
export async function checkRule(db: Queries, definition: RuleDefinition): Promise<RuleDefinition> {
  const problems: Problem[] = [];
  const { when, on, query } = definition;
  const said = when === undefined ? undefined : await gathering(problems, () => checkQuery(db, when, 'when'));
  const among = query?.among;
  if (among !== undefined) await gathering(problems, () => checkQuery(db, among, 'query/among'));
  if (when === undefined && on === undefined)
    problems.push({ field: 'when', expected: '"when", "on" or both: what the rule is about' });
  if (query !== undefined && (when === undefined || said !== undefined)) {
    const paths = said === undefined ? [] : touchedBy(said.expression).paths;
    if (paths.length === 0 || paths.some(([first]) => first === null))
      problems.push({
        field: 'query',
        expected: 'a "when" with paths that begin with a name, whose nodes devices can be asked for',
      });
  }
  const action = await checkAction(db, definition.do, problems);
  if (problems.length > 0) throw new InvalidInput(problems);
  return { ...definition, do: action };
}

/** What a check gives; undefined where it finds problems, which are gathered. */
async function gathering<T>(
  problems: Problem[],
  check: () => T | Promise<T>,
  above = '',
): Promise<T | undefined> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    for (const problem of error.problems) problems.push({ ...problem, field: above + problem.field });
    return undefined;
  }
}

async function checkAction(db: Queries, action: Action, problems: Problem[]): Promise<Action> {
  const given = Object.keys(action);
  if (given.length !== 1) {
    const names = Object.keys(Action.properties).join(', ');
    problems.push({ field: 'do', value: given.join(', '), expected: `one of ${names}` });
  }
  const { steps, profile, group } = action;
  if (profile !== undefined) await showProfile(db, profile);
  if (group !== undefined && (await showGroup(db, group)).query !== null)
    problems.push({ field: 'do/group', value: group, expected: 'a group whose devices are listed' });
  if (steps === undefined) return action;
  for (const { field } of referencesIn(steps, 'do/steps'))
    problems.push({ field, expected: 'a value: rules do not keep contents' });
  return { ...action, steps: (await gathering(problems, () => checkSteps(steps), 'do/')) ?? steps };
}

/**
 * Makes a rule.
 *
 * @param definition as {@link checkRule} returned it
 * @throws {Conflict} when there is one of that name, or there are too many
 */
export async function createRule(
  db: Queries,
  { name, enabled, definition }: Pick<Rule, 'name' | 'enabled' | 'definition'>,
  now: number,
): Promise<Rule> {
  const { count } = await db
    .selectFrom('rules')
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  if (Number(count) >= MOST) throw new Conflict(`there are ${MOST} rules, as many as may be`);
  const row = await db
    .insertInto('rules')
    .values({
      name,
      revision: 1,
      enabled: enabled ? 1 : 0,
      definition: JSON.stringify(definition),
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returningAll()
    .executeTakeFirst();
  if (row === undefined)
    throw new Conflict(`there is a rule ${JSON.stringify(name)} already`, [
      { field: 'name', value: name, expected: 'a name that no rule has' },
    ]);
  const begun = { hour: 0, fired: 0, asked: 0, swept_at: null, sweep_after: 0, asked_at: null, ask_after: 0 };
  await db
    .insertInto('rule_progress')
    .values({ rule_id: row.id, ...begun })
    .execute();
  await use(db, row.id, definition);
  return ruleOf(row);
}

/**
 * Changes a rule. All devices are looked at anew; what it has done stays done.
 *
 * @throws {NotFound}
 */
export async function changeRule(
  db: Queries,
  name: string,
  change: Partial<Pick<Rule, 'enabled' | 'definition'>>,
  now: number,
): Promise<Rule> {
  const { enabled, definition } = change;
  const row = await db
    .updateTable('rules')
    .set((set) => ({ revision: set('revision', '+', 1), updated_at: now }))
    .$if(enabled !== undefined, (query) => query.set({ enabled: enabled ? 1 : 0 }))
    .$if(definition !== undefined, (query) => query.set({ definition: JSON.stringify(definition) }))
    .where('name', '=', name)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw new NotFound('rule', name);
  await db
    .updateTable('rule_progress')
    .set({ swept_at: null, sweep_after: 0, asked_at: null, ask_after: 0 })
    .where('rule_id', '=', row.id)
    .execute();
  if (definition !== undefined) await use(db, row.id, definition);
  // Another condition or another action may help where the old one has not.
  if (definition !== undefined)
    await db
      .updateTable('rule_states')
      .set({ state: 'clear', due_at: null })
      .where('rule_id', '=', row.id)
      .where('state', 'in', ['still', 'held'])
      .execute();
  return ruleOf(row);
}

/** Notes which groups a rule names, so that they are kept as long as it is there. */
async function use(db: Queries, id: number, { when, query, do: action }: RuleDefinition): Promise<void> {
  const ids: number[] = [];
  for (const text of [when, query?.among]) {
    if (text === undefined) continue;
    for (const row of (await readNamed(db, text)).rows.values()) ids.push(row.id);
  }
  if (action.group !== undefined) ids.push((await showGroup(db, action.group)).id);
  await useGroups(db, { kind: 'rule', id }, ids);
}

/** @throws {NotFound} */
export async function deleteRule(db: Queries, name: string): Promise<void> {
  const { id } = await findRule(db, name);
  await releaseGroups(db, { kind: 'rule', id });
  await db.deleteFrom('rules').where('id', '=', id).execute();
}

/** @throws {NotFound} */
export async function findRule(db: Queries, name: string): Promise<Rule> {
  const row = await db.selectFrom('rules').selectAll().where('name', '=', name).executeTakeFirst();
  if (row === undefined) throw new NotFound('rule', name);
  return ruleOf(row);
}

/** @throws {NotFound} */
export async function showRule(db: Queries, name: string): Promise<RuleDetail> {
  const rule = await findRule(db, name);
  const rows = await db
    .selectFrom('rule_states')
    .select((select) => ['state', select.fn.countAll<number>().as('count')])
    .where('rule_id', '=', rule.id)
    .groupBy('state')
    .execute();
  const progress = await db
    .selectFrom('rule_progress')
    .select('swept_at')
    .where('rule_id', '=', rule.id)
    .executeTakeFirst();
  const countOf = (state: RuleState) => Number(rows.find((row) => row.state === state)?.count ?? 0);
  return {
    ...rule,
    counts: {
      fired: countOf('fired'),
      still: countOf('still'),
      held: countOf('held'),
      clear: countOf('clear'),
    },
    sweptAt: progress?.swept_at ?? null,
  };
}

/** Rules, by name. */
export async function listRules(db: Queries, page: PageRequest): Promise<Page<Rule>> {
  const { after } = page;
  const rows = await db
    .selectFrom('rules')
    .selectAll()
    .$if(after !== undefined, (query) => query.where('name', '>', after as string))
    .orderBy('name')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows.map(ruleOf), page.limit, ({ name }) => name);
}
