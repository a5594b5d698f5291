import { Conflict, InvalidInput, NotFound, type Page, type PageRequest, pageOf } from '@grove/api';
import { type Selectable, sql } from 'kysely';
import { recordEvent } from '../events/index.ts';
import { compile, groupsNamedBy } from '../expressions/index.ts';
import { createSet, deleteSet } from '../sets/index.ts';
import type { GroupTable, Queries } from '../store/index.ts';
import { asInput, type Named, readNamed } from './meaning.ts';
import { releaseGroups, useGroups, usersOf } from './uses.ts';
import { checkVariables, type Variables } from './variables.ts';

/** Devices that have a name together. Times are milliseconds since the epoch. */
export interface Group {
  id: number;
  name: string;
  description: string | null;
  /** The devices are those for which it holds; null where they are listed. */
  query: string | null;
  /** How many devices are listed; null where they are those of a query. */
  devices: number | null;
  /** What profiles can say of its devices. */
  variables: Variables;
  createdAt: number;
  updatedAt: number;
}

export interface NewGroup {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly query?: string | undefined;
  /** Ids of devices; none where absent. Not together with a query. */
  readonly devices?: Iterable<number> | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

export type GroupChanges = Partial<Pick<NewGroup, 'description' | 'query' | 'variables'>>;

type GroupRow = Selectable<GroupTable> & { devices: number | null };

const groupsOf = (db: Queries) =>
  db
    .selectFrom('device_groups')
    .leftJoin('device_sets', 'device_sets.id', 'device_groups.set_id')
    .selectAll('device_groups')
    .select('device_sets.devices');

function groupOf(row: GroupRow): Group {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    query: row.query,
    devices: row.devices,
    variables: row.variables === null ? {} : (JSON.parse(row.variables) as Variables),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** Groups by their names. */
export async function listGroups(db: Queries, page: PageRequest): Promise<Page<Group>> {
  const { after } = page;
  const rows = await groupsOf(db)
    .$if(after !== undefined, (query) => query.where('name', '>', after as string))
    .orderBy('name')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows.map(groupOf), page.limit, ({ name }) => name);
}

/** @throws {NotFound} */
export async function showGroup(db: Queries, name: string): Promise<Group> {
  const row = await groupsOf(db).where('name', '=', name).executeTakeFirst();
  if (row === undefined) throw new NotFound('group', name);
  return groupOf(row);
}

/** The set of a group whose devices are listed. @throws {NotFound} @throws {Conflict} where they are those of a query */
export async function setOfGroup(db: Queries, name: string): Promise<number> {
  const row = await db
    .selectFrom('device_groups')
    .select('set_id')
    .where('name', '=', name)
    .executeTakeFirst();
  if (row === undefined) throw new NotFound('group', name);
  if (row.set_id === null)
    throw new Conflict(`the devices of group ${JSON.stringify(name)} are those of its query`);
  return row.set_id;
}

/**
 * Makes a group.
 *
 * @throws {InvalidInput} when the query cannot be read or names what is not there, or the variables are none
 * @throws {Conflict} when there is a group of this name
 */
export async function createGroup(db: Queries, group: NewGroup, now: number): Promise<Group> {
  const { name, description = null, query, devices } = group;
  if (query !== undefined && devices !== undefined) {
    throw new InvalidInput([{ field: 'devices', expected: 'no devices where there is a query' }]);
  }
  await changeBook(db);
  await refuseTwin(db, name);
  const named = query === undefined ? undefined : await readQuery(db, query, name);
  const variables = checkVariables(group.variables ?? {}, 'variables');
  const values = {
    name,
    description,
    query: query ?? null,
    set_id: query === undefined ? await createSet(db, devices ?? [], now) : null,
    variables: variables === undefined ? null : JSON.stringify(variables),
    created_at: now,
    updated_at: now,
  };
  const { id } = await db
    .insertInto('device_groups')
    .values(values)
    .returning('id')
    .executeTakeFirstOrThrow();
  if (named !== undefined) await noteUses(db, id, named);
  await recordGroup(db, 'group.created', name, `Group ${name} was made.`, now);
  return showGroup(db, name);
}

async function refuseTwin(db: Queries, name: string): Promise<void> {
  const twin = await db.selectFrom('device_groups').select('id').where('name', '=', name).executeTakeFirst();
  if (twin === undefined) return;
  throw new Conflict(`there is a group ${JSON.stringify(name)} already`, [
    { field: 'name', value: name, expected: 'a name that no group has' },
  ]);
}

/**
 * Changes what a group says. A group of a query stays one, and so does one whose devices are listed.
 *
 * @throws {NotFound}
 * @throws {InvalidInput} when the query cannot be read, or would name the group itself
 * @throws {Conflict} when the group has a query and had none, which would leave its list behind
 */
export async function updateGroup(
  db: Queries,
  name: string,
  { description, query, variables }: GroupChanges,
  now: number,
): Promise<Group> {
  await changeBook(db);
  const group = await showGroup(db, name);
  if (query !== undefined && group.query === null) {
    throw new Conflict(`the devices of group ${JSON.stringify(name)} are listed: it cannot have a query`);
  }
  if (query !== undefined) await noteUses(db, group.id, await readQuery(db, query, name));
  const kept = variables === undefined ? undefined : checkVariables(variables, 'variables');
  await db
    .updateTable('device_groups')
    .set({
      ...(description === undefined ? {} : { description }),
      ...(query === undefined ? {} : { query }),
      ...(variables === undefined ? {} : { variables: kept === undefined ? null : JSON.stringify(kept) }),
      updated_at: now,
    })
    .where('id', '=', group.id)
    .execute();
  await recordGroup(db, 'group.changed', name, `Group ${name} was changed.`, now);
  return showGroup(db, name);
}

/**
 * Deletes a group.
 *
 * @throws {NotFound}
 * @throws {Conflict} when something uses it
 */
export async function deleteGroup(db: Queries, name: string, now: number): Promise<void> {
  await changeBook(db);
  const row = await db
    .selectFrom('device_groups')
    .select(['id', 'set_id'])
    .where('name', '=', name)
    .executeTakeFirst();
  if (row === undefined) throw new NotFound('group', name);
  const users = await usersOf(db, row.id);
  if (users.length > 0) {
    throw new Conflict(`group ${JSON.stringify(name)} is used by ${users.join(', ')}`);
  }
  await releaseGroups(db, { kind: 'group', id: row.id });
  await db.deleteFrom('device_groups').where('id', '=', row.id).execute();
  if (row.set_id !== null) await deleteSet(db, row.set_id);
  await recordGroup(db, 'group.removed', name, `Group ${name} was deleted.`, now);
}

/**
 * Notes that groups mean something else from now on. Changes of groups follow one another from here to the end of their
 * units, so that no two of them make a cycle together.
 */
export async function changeBook(db: Queries): Promise<void> {
  await db.updateTable('group_book').set({ generation: sql`generation + 1` }).where('id', '=', 1).execute();
}

/** Grows with every change of what groups mean. What was compiled before means what groups meant then. */
export async function groupGeneration(db: Queries): Promise<number> {
  const row = await db.selectFrom('group_book').select('generation').where('id', '=', 1).executeTakeFirst();
  return row?.generation ?? 0;
}

/** Reads the query of a group, which must not lead back to it. */
function readQuery(db: Queries, query: string, name: string): Promise<Named> {
  return asInput(query, 'query', async () => {
    const named = await readNamed(db, query);
    const cycle = cycleTo(name, named);
    if (cycle !== undefined) {
      throw new InvalidInput([
        {
          field: 'query',
          value: query,
          expected: `no group that leads back to this one: ${cycle.join(' → ')}`,
        },
      ]);
    }
    compile(named.expression, named.groups);
    return named;
  });
}

/** How a query leads to a group by way of others: its name, those between, and its name again. */
function cycleTo(name: string, { expression, groups }: Named): string[] | undefined {
  const seen = new Set<string>();
  const search = (from: Named['expression'], path: readonly string[]): string[] | undefined => {
    for (const next of groupsNamedBy(from).keys()) {
      if (next === name) return [...path, name];
      if (seen.has(next)) continue;
      seen.add(next);
      const meaning = groups.get(next);
      const found = meaning?.kind === 'expression' ? search(meaning.expression, [...path, next]) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return search(expression, [name]);
}

/** Only those that the query itself names: they keep those that they name. */
function noteUses(db: Queries, id: number, { expression, rows }: Named): Promise<void> {
  const named = [...groupsNamedBy(expression).keys()].flatMap((name) => rows.get(name)?.id ?? []);
  return useGroups(db, { kind: 'group', id }, named);
}

function recordGroup(
  db: Queries,
  type: 'group.created' | 'group.changed' | 'group.removed',
  name: string,
  text: string,
  at: number,
): Promise<void> {
  return recordEvent(db, { type, at, text, data: { group: name } });
}
