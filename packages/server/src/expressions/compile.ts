import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { inSet } from '../sets/index.ts';
import { checkOf, type Engine, type IdRange, type Sql, type SqlContext } from './fields/index.ts';
import { type Expression, ExpressionError, formatExpression } from './language/index.ts';
import { conditionsOf, resolve } from './resolve.ts';

/** What a group is: a set of devices, or those for which an expression holds. */
export type GroupMeaning =
  | { readonly kind: 'set'; readonly setId: number }
  | { readonly kind: 'expression'; readonly expression: Expression };

/** What the groups mean that an expression names. */
export type Groups = ReadonlyMap<string, GroupMeaning>;

/** Devices among which are all for which a predicate holds. */
export type Driver = {
  /** What else has to hold of them. */
  readonly rest: RawBuilder<SqlBool>;
} & (
  | {
      readonly kind: 'index';
      /** Their ids; one may be there several times. */
      ids(range: IdRange): RawBuilder<unknown>;
      /** Whether the index finds those in a range of ids without looking at the others. */
      readonly isRanged: boolean;
    }
  | { readonly kind: 'set'; readonly setId: number }
);

/** An expression that can be asked of devices. */
export interface Predicate {
  /** No two have the same. */
  readonly serial: number;
  /** The expression in its one form. */
  readonly text: string;
  readonly expression: Expression;
  /**
   * The condition on a row of `devices`; null counts as false.
   *
   * @param now milliseconds since the epoch
   */
  where(engine: Engine, now: RawBuilder<number>): RawBuilder<SqlBool>;
  /** The indexes that lead to all devices for which it holds. */
  drivers(engine: Engine, now: RawBuilder<number>): Driver[];
}

const NO_GROUPS: Groups = new Map();
const TRUE = sql<SqlBool>`1 = 1`;

let predicates = 0;

/**
 * Makes an expression one that can be asked of devices.
 *
 * @param groups what each group means that it names, and those that these name
 * @throws {ExpressionError} when it names something that is not there
 */
export function compile(expression: Expression, groups: Groups = NO_GROUPS): Predicate {
  checkMeaning(expression, groups, true);
  for (const meaning of groups.values()) {
    if (meaning.kind === 'expression') checkMeaning(meaning.expression, groups, false);
  }
  const contextOf = (engine: Engine, now: RawBuilder<number>): SqlContext => {
    const context: SqlContext = { engine, now, group: (name) => groupSql(name, groups, context) };
    return context;
  };
  return {
    serial: ++predicates,
    text: formatExpression(expression),
    expression,
    where: (engine, now) => sqlOf(expression, contextOf(engine, now)).where,
    drivers: (engine, now) => driversOf(expression, groups, contextOf(engine, now)),
  };
}

/** Names of the groups that an expression asks for, each with its first place. */
export function groupsNamedBy(expression: Expression): Map<string, { start: number; end: number }> {
  const named = new Map<string, { start: number; end: number }>();
  for (const { subject, test } of conditionsOf(expression)) {
    if (subject.kind !== 'field' || subject.names.join('.').toLowerCase() !== 'group') continue;
    const values = test.kind === 'in' ? test.values : test.kind === 'compare' ? [test.value] : [];
    for (const value of values) {
      if (value.kind === 'text' && !named.has(value.value)) named.set(value.value, value);
    }
  }
  return named;
}

function checkMeaning(expression: Expression, groups: Groups, isOwn: boolean): void {
  for (const condition of conditionsOf(expression)) resolve(condition);
  for (const [name, place] of groupsNamedBy(expression)) {
    if (groups.has(name)) continue;
    const found = `there is no group ${JSON.stringify(name)}`;
    throw new ExpressionError(isOwn ? place : { start: 0, end: 0 }, 'the name of a group', found);
  }
}

function groupSql(name: string, groups: Groups, context: SqlContext): Sql {
  const meaning = groups.get(name);
  if (meaning === undefined) throw new Error(`there is no group ${name}`);
  if (meaning.kind === 'set') return { where: inSet(context.engine, meaning.setId, sql.ref('devices.id')) };
  return sqlOf(meaning.expression, context);
}

function sqlOf(expression: Expression, context: SqlContext): Sql {
  switch (expression.kind) {
    case 'condition': {
      const { field, rest, argument, texts } = resolve(expression);
      return field.sql(
        { check: checkOf(expression.test, texts, field.kind, context), rest, argument },
        context,
      );
    }
    case 'not':
      return { where: sql<SqlBool>`(${sqlOf(expression.part, context).where}) is not true` };
    case 'and':
      return {
        where: joined(
          expression.parts.map((part) => sqlOf(part, context).where),
          'and',
        ),
      };
    case 'or': {
      const parts = expression.parts.map((part) => sqlOf(part, context));
      const where = joined(
        parts.map((part) => part.where),
        'or',
      );
      const ids = parts.flatMap((part) => part.ids ?? []);
      if (ids.length < parts.length) return { where };
      return {
        where,
        ids: (range) =>
          sql.join(
            ids.map((each) => each(range)),
            sql` union all `,
          ),
        isRanged: parts.every((part) => part.isRanged),
      };
    }
  }
}

function joined(conditions: readonly RawBuilder<SqlBool>[], by: 'and' | 'or'): RawBuilder<SqlBool> {
  return sql<SqlBool>`(${sql.join(
    conditions.map((each) => sql`(${each})`),
    by === 'and' ? sql` and ` : sql` or `,
  )})`;
}

function driversOf(expression: Expression, groups: Groups, context: SqlContext): Driver[] {
  const conjuncts = expression.kind === 'and' ? expression.parts : [expression];
  const parts = conjuncts.map((part) => ({ part, sql: sqlOf(part, context) }));
  const allOf = (some: typeof parts) =>
    some.length === 0
      ? TRUE
      : joined(
          some.map(({ sql }) => sql.where),
          'and',
        );
  return parts.flatMap((each): Driver[] => {
    const rest = allOf(parts.filter((other) => other !== each));
    const group = soleGroup(each.part, groups);
    if (group?.kind === 'set') return [{ kind: 'set', setId: group.setId, rest }];
    if (group?.kind === 'expression') {
      // What leads to devices of the group is only a part of what they have to be.
      return driversOf(group.expression, groups, context).map((driver) => ({
        ...driver,
        rest: allOf(parts),
      }));
    }
    const { ids, isRanged = false } = each.sql;
    return ids === undefined ? [] : [{ kind: 'index', ids, isRanged, rest }];
  });
}

/** What the one group means that a condition names, and nothing else. */
function soleGroup(part: Expression, groups: Groups): GroupMeaning | undefined {
  if (part.kind !== 'condition') return undefined;
  const [name, ...others] = groupsNamedBy(part).keys();
  return name === undefined || others.length > 0 ? undefined : groups.get(name);
}
