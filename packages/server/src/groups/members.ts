import { InvalidInput, idAfter, type Page, type PageRequest, pageOf } from '@grove/api';
import { GenerationCache } from '@grove/store';
import { recordEvent } from '../events/index.ts';
import {
  compile,
  countDevices,
  findDevices,
  formatText,
  holdsFor,
  type Predicate,
  readExpression,
  type SearchOptions,
} from '../expressions/index.ts';
import { addToSet, countSet, listSet, removeFromSet } from '../sets/index.ts';
import type { Queries, Store } from '../store/index.ts';
import { changeBook, type Group, setOfGroup, showGroup } from './group.ts';
import { type GroupRow, meaningOf, prepareQuery } from './meaning.ts';
import type { Variables } from './variables.ts';

/** What came of a change of a group's devices. */
export interface MembersChanged {
  /** Devices that are in it now and were not. */
  added: number;
  /** Devices that were in it and are not any more. */
  removed: number;
  /** Devices in it. */
  devices: number;
}

/**
 * Adds devices to a group whose devices are listed, and takes others out.
 *
 * @param ids of devices; one that is in both is taken out
 * @throws {NotFound} when there is no such group
 * @throws {Conflict} when its devices are those of a query
 */
export async function changeMembers(
  db: Queries,
  name: string,
  ids: { readonly add: readonly number[]; readonly remove: readonly number[] },
  now: number,
): Promise<MembersChanged> {
  await changeBook(db);
  const set = await setOfGroup(db, name);
  const added = ids.add.length === 0 ? 0 : await addToSet(db, set, ids.add);
  const removed = ids.remove.length === 0 ? 0 : await removeFromSet(db, set, ids.remove);
  const devices = await countSet(db, set);
  if (added > 0 || removed > 0) {
    await recordEvent(db, {
      type: 'group.changed',
      at: now,
      text: `Group ${name} has ${devices} devices: ${added} more, and without ${removed}.`,
      data: { group: name, added, removed },
    });
  }
  return { added, removed, devices };
}

/** Keys in one statement: well below the engines' limits on parameters. */
const BATCH = 300;
const ID = /^\d{1,12}$/;

/**
 * Ids of devices that are named by DevId or id.
 *
 * @returns `unknown`: the keys that name none
 */
export async function devicesNamed(
  db: Queries,
  keys: readonly string[],
): Promise<{ ids: number[]; unknown: string[] }> {
  const ids: number[] = [];
  const unknown: string[] = [];
  for (let from = 0; from < keys.length; from += BATCH) {
    const batch = keys.slice(from, from + BATCH);
    const numbers = batch.filter((key) => ID.test(key)).map(Number);
    const names = batch.filter((key) => !ID.test(key));
    const rows = await db
      .selectFrom('devices')
      .select(['id', 'dev_id'])
      .where((where) =>
        where.or([
          ...(numbers.length === 0 ? [] : [where('id', 'in', numbers)]),
          ...(names.length === 0 ? [] : [where('dev_id', 'in', names)]),
        ]),
      )
      .execute();
    const known = new Map(
      rows.flatMap(({ id, dev_id }) => [[dev_id, id] as const, [String(id), id] as const]),
    );
    for (const key of batch) {
      const id = known.get(ID.test(key) ? String(Number(key)) : key);
      if (id === undefined) unknown.push(key);
      else ids.push(id);
    }
  }
  return { ids, unknown };
}

/** Keys that an error names. */
const NAMED = 20;

/**
 * As {@link devicesNamed}, where all have to be there.
 *
 * @throws {InvalidInput} naming some that are not
 */
export async function requireDevices(db: Queries, keys: readonly string[], field: string): Promise<number[]> {
  const { ids, unknown } = await devicesNamed(db, keys);
  if (unknown.length === 0) return ids;
  const places = new Map(keys.map((key, at) => [key, at]));
  throw new InvalidInput(
    unknown.slice(0, NAMED).map((key) => ({
      field: `${field}/${places.get(key)}`,
      value: key,
      expected: 'the DevId or id of a device that is registered',
    })),
  );
}

/** What a group asks of a device. */
function predicateOf(db: Queries, { name }: Pick<Group, 'name'>): Promise<Predicate> {
  return prepareQuery(db, `group = ${formatText(name)}`);
}

/**
 * Ids of a group's devices, from the smallest on; see `findDevices`.
 *
 * @throws {NotFound}
 */
export async function groupMembers(
  store: Store,
  name: string,
  page: PageRequest,
  options: SearchOptions,
): Promise<Page<number>> {
  const group = await showGroup(store.reader, name);
  if (group.query !== null) {
    return findDevices(store, await predicateOf(store.reader, group), page, options);
  }
  const set = await setOfGroup(store.reader, name);
  return pageOf(await listSet(store.reader, set, idAfter(page) ?? 0, page.limit + 1), page.limit, (id) => id);
}

/**
 * The devices of a group that lists them, from the smallest id on.
 *
 * @param most devices at most
 * @throws {NotFound}
 * @throws {Conflict} when its devices are those of a query
 */
export async function listedDevices(
  db: Queries,
  name: string,
  most = Number.MAX_SAFE_INTEGER,
): Promise<{ id: number; devId: string }[]> {
  const set = await setOfGroup(db, name);
  const found: { id: number; devId: string }[] = [];
  for (let after = 0; found.length < most; after = found.at(-1)?.id ?? 0) {
    const ids = await listSet(db, set, after, Math.min(BATCH, most - found.length));
    if (ids.length === 0) break;
    const rows = await db
      .selectFrom('devices')
      .select(['id', 'dev_id as devId'])
      .where('id', 'in', ids)
      .orderBy('id')
      .execute();
    if (rows.length === 0) break;
    found.push(...rows);
  }
  return found;
}

/**
 * How many devices a group has.
 *
 * @throws {NotFound}
 */
export async function countMembers(store: Store, name: string, options: SearchOptions): Promise<number> {
  const group = await showGroup(store.reader, name);
  return group.devices ?? countDevices(store, await predicateOf(store.reader, group), options);
}

/** Groups that are asked of one device at most; there are seldom more than some dozens. */
const ASKED = 1_000;
/** Groups that one statement asks for. */
const BATCH_OF_GROUPS = 50;

/** A group that a device belongs to. */
export type Membership = Pick<Group, 'id' | 'name' | 'variables'>;

/** What some groups ask of devices, by what the groups are: they change seldom. */
const compiled = new GenerationCache<string, readonly Predicate[]>(8);

function predicatesOf(rows: readonly GroupRow[]): readonly Predicate[] {
  const key = JSON.stringify(rows.map(({ name, query, set_id }) => [name, query, set_id]));
  let predicates = compiled.get(key);
  if (predicates === undefined) {
    const groups = new Map(rows.map((row) => [row.name, meaningOf(row)]));
    predicates = rows.map(({ name }) => compile(readExpression(`group = ${formatText(name)}`), groups));
    compiled.set(key, predicates);
  }
  return predicates;
}

/**
 * The groups that a device belongs to, by their names.
 *
 * @param now milliseconds since the epoch
 */
export async function groupsOfDevice(db: Queries, deviceId: number, now: number): Promise<Membership[]> {
  const rows = await db
    .selectFrom('device_groups')
    .select(['id', 'name', 'query', 'set_id', 'variables'])
    .orderBy('name')
    .limit(ASKED)
    .execute();
  const predicates = predicatesOf(rows);
  const members: Membership[] = [];
  for (let from = 0; from < rows.length; from += BATCH_OF_GROUPS) {
    const holds = await holdsFor(db, deviceId, predicates.slice(from, from + BATCH_OF_GROUPS), now);
    for (const [at, { id, name, variables }] of rows.slice(from, from + BATCH_OF_GROUPS).entries()) {
      if (holds[at] !== true) continue;
      members.push({ id, name, variables: variables === null ? {} : (JSON.parse(variables) as Variables) });
    }
  }
  return members;
}
