/** Which devices something is for. */
import { InvalidInput } from '@grove/api';
import { type Static, Type } from 'typebox';
import {
  BOUNDS,
  countDevices,
  eachDevice,
  formatText,
  holdsFor,
  type Predicate,
  type SearchOptions,
} from '../expressions/index.ts';
import {
  checkQuery,
  devicesNamed,
  type GroupUser,
  prepareQuery,
  readNamed,
  requireDevices,
  useGroups,
} from '../groups/index.ts';
import { Bitmap } from '../sets/index.ts';
import type { Queries, Store } from '../store/index.ts';

/** Devices that a target names one by one. */
const LISTED = 10_000;

export const Target = Type.Union(
  [
    Type.Object(
      { all: Type.Literal(true, { description: 'All devices' }) },
      { additionalProperties: false, title: 'TargetAll' },
    ),
    Type.Object(
      {
        query: Type.String({
          minLength: 1,
          maxLength: BOUNDS.length,
          description:
            'The devices for which an expression holds, such as manufacturer = "Acme" and fw < "2.1"',
        }),
      },
      { additionalProperties: false, title: 'TargetQuery' },
    ),
    Type.Object(
      { group: Type.String({ minLength: 1, maxLength: 128, description: 'The devices of a group' }) },
      { additionalProperties: false, title: 'TargetGroup' },
    ),
    Type.Object(
      {
        devices: Type.Array(Type.String({ minLength: 1, maxLength: 400 }), {
          minItems: 1,
          maxItems: LISTED,
          description: 'These devices, by DevId or id',
        }),
      },
      { additionalProperties: false, title: 'TargetDevices' },
    ),
  ],
  { title: 'Target', description: 'Which devices something is for' },
);
export type Target = Static<typeof Target>;

/** A target that devices can be asked for. What its groups mean is as it was when it was made: see `groupGeneration`. */
export interface PreparedTarget {
  readonly target: Target;
  /** Null where it is all devices, or those of `ids`. */
  readonly predicate: Predicate | null;
  /** The devices where they are named one by one. */
  readonly ids: Bitmap | null;
}

/**
 * Checks a target that somebody has sent.
 *
 * @param field where it was sent, for errors
 * @throws {InvalidInput} with the place in a query that cannot be read; where a group or a device is not there
 */
export async function checkTarget(db: Queries, target: Target, field: string): Promise<void> {
  if ('query' in target) await checkQuery(db, target.query, `${field}/query`);
  else if ('devices' in target) await requireDevices(db, target.devices, `${field}/devices`);
  else if ('group' in target) {
    const found = await db
      .selectFrom('device_groups')
      .select('id')
      .where('name', '=', target.group)
      .executeTakeFirst();
    if (found === undefined) {
      throw new InvalidInput([
        { field: `${field}/group`, value: target.group, expected: 'the name of a group' },
      ]);
    }
  }
}

/**
 * Notes which groups a target names, so that they are kept as long as something is for them.
 *
 * @param user what has the target
 */
export async function useTarget(db: Queries, target: Target, user: GroupUser): Promise<void> {
  const query = queryOf(target);
  const rows = query === undefined ? undefined : (await readNamed(db, query)).rows;
  await useGroups(db, user, rows === undefined ? [] : [...rows.values()].map(({ id }) => id));
}

/** The query that a target comes to; undefined where there is none. */
function queryOf(target: Target): string | undefined {
  if ('query' in target) return target.query;
  return 'group' in target ? `group = ${formatText(target.group)}` : undefined;
}

/**
 * Makes a target one that devices can be asked for. Devices that it names and that are gone are left out.
 *
 * @throws {ExpressionError} when its query cannot be read any more
 */
export async function prepareTarget(db: Queries, target: Target): Promise<PreparedTarget> {
  if ('devices' in target) {
    const { ids } = await devicesNamed(db, target.devices);
    return { target, predicate: null, ids: Bitmap.of(ids) };
  }
  const query = queryOf(target);
  return { target, predicate: query === undefined ? null : await prepareQuery(db, query), ids: null };
}

/**
 * Which of some targets a device is among; one statement where there are queries or groups among them, none else.
 *
 * @param targets best the same objects each time
 * @param now milliseconds since the epoch
 */
export async function targetsHold(
  db: Queries,
  deviceId: number,
  targets: readonly PreparedTarget[],
  now: number,
): Promise<boolean[]> {
  const predicates = targets.flatMap(({ predicate }) => predicate ?? []);
  const holds = (await holdsFor(db, deviceId, predicates, now))[Symbol.iterator]();
  return targets.map(({ predicate, ids }) => {
    if (predicate !== null) return holds.next().value === true;
    return ids === null || ids.has(deviceId);
  });
}

/** How many devices a target has now. */
export async function countTarget(
  store: Store,
  target: PreparedTarget,
  options: SearchOptions,
): Promise<number> {
  const { predicate, ids } = target;
  if (predicate !== null) return countDevices(store, predicate, options);
  return ids === null ? countAll(store) : ids.size;
}

async function countAll({ reader }: Store): Promise<number> {
  const row = await reader
    .selectFrom('devices')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/**
 * The devices that a target has now, as a set that can be stored with `createSet`. Others have their turn meanwhile.
 */
export async function snapshotTarget(
  store: Store,
  target: PreparedTarget,
  options: SearchOptions,
): Promise<Bitmap> {
  if (target.ids !== null) return target.ids;
  const found = new Bitmap();
  for await (const ids of eachDevice(store, target.predicate, options)) {
    for (const id of ids) found.add(id);
  }
  return found;
}
