/** What expressions mean that name groups. */
import { InvalidInput } from '@grove/api';
import {
  compile,
  type Expression,
  ExpressionError,
  type GroupMeaning,
  type Groups,
  groupsNamedBy,
  type Predicate,
  readExpression,
} from '../expressions/index.ts';
import type { Queries } from '../store/index.ts';

/** What groups come to at most that one expression names, with those that these name. */
const BOUNDS = { groups: 50, characters: 32_768 };

/** A group as far as it says which devices it means. */
export interface GroupRow {
  readonly id: number;
  readonly name: string;
  readonly query: string | null;
  readonly set_id: number | null;
}

/** An expression with the groups that it names, and those that these name. */
export interface Named {
  readonly expression: Expression;
  readonly groups: Groups;
  readonly rows: ReadonlyMap<string, GroupRow>;
}

/**
 * Reads an expression and the groups that it names.
 *
 * @throws {ExpressionError}
 */
export async function readNamed(db: Queries, text: string): Promise<Named> {
  const expression = readExpression(text);
  const rows = new Map<string, GroupRow>();
  const groups = new Map<string, GroupMeaning>();
  let characters = text.length;
  for (let wanted = [...groupsNamedBy(expression).keys()]; wanted.length > 0; ) {
    const found = await db
      .selectFrom('device_groups')
      .select(['id', 'name', 'query', 'set_id'])
      .where('name', 'in', wanted)
      .execute();
    for (const row of found) {
      rows.set(row.name, row);
      characters += row.query?.length ?? 0;
      groups.set(row.name, meaningOf(row));
    }
    if (rows.size > BOUNDS.groups || characters > BOUNDS.characters) {
      throw new ExpressionError(
        expression,
        `up to ${BOUNDS.groups} groups and ${BOUNDS.characters} characters in all`,
        'too much is named by way of groups',
      );
    }
    const named = found.flatMap(({ name }) => {
      const meaning = groups.get(name);
      return meaning?.kind === 'expression' ? [...groupsNamedBy(meaning.expression).keys()] : [];
    });
    wanted = [...new Set(named)].filter((name) => !rows.has(name));
  }
  return { expression, groups, rows };
}

/** What a group means. */
export function meaningOf({ query, set_id }: GroupRow): GroupMeaning {
  if (query !== null) return { kind: 'expression', expression: readExpression(query) };
  return { kind: 'set', setId: set_id ?? 0 };
}

/**
 * Makes a query one that devices can be asked.
 *
 * @throws {ExpressionError} when it cannot be read, or names what is not there
 */
export async function prepareQuery(db: Queries, text: string): Promise<Predicate> {
  const { expression, groups } = await readNamed(db, text);
  return compile(expression, groups);
}

/**
 * As {@link prepareQuery}, for a query that somebody has sent.
 *
 * @param field where it was sent, for errors
 * @throws {InvalidInput} with the place in the query
 */
export function checkQuery(db: Queries, text: string, field: string): Promise<Predicate> {
  return asInput(text, field, () => prepareQuery(db, text));
}

/**
 * Runs what reads a query that somebody has sent.
 *
 * @throws {InvalidInput} where that throws an {@link ExpressionError}
 */
export async function asInput<T>(text: string, field: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { start, end, expected, found } = error;
    const why = found === undefined ? '' : ` (${found})`;
    throw new InvalidInput([{ field, value: text, expected: expected + why, start, end }], { cause: error });
  }
}
