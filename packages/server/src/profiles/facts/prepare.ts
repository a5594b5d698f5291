import { Conflict } from '@grove/api';
import { engineOf } from '@grove/store';
import { sql } from 'kysely';
import { ExpressionError, formatText, type Predicate } from '../../expressions/index.ts';
import { prepareQuery, type Variables } from '../../groups/index.ts';
import { type DeviceModel, modelNamed, STANDARD_MAPPING } from '../../models/index.ts';
import { isBindingCurrent, type Queries } from '../../store/index.ts';
import type { Attributes } from '../../subscribers/index.ts';
import type { Scalar } from '../document/index.ts';
import type { Closure, Facts } from '../render/index.ts';
import { type Needs, needsOf } from './needs.ts';
import { agreed, DEVICE_COLUMNS, flattened, SUBSCRIBER_COLUMNS } from './values.ts';

/** What profiles depend on, made ready to be asked of many devices. Groups and queries are as they were then. */
export interface PreparedFacts {
  readonly needs: Needs;
  readonly conditions: readonly { readonly when: string; readonly predicate: Predicate }[];
  /** Groups whose variables may count. */
  readonly groups: readonly {
    readonly name: string;
    readonly variables: Variables;
    readonly predicate: Predicate;
  }[];
}

/** Groups whose variables are looked at. */
const MOST_GROUPS = 1000;
/** Conditions that one statement asks for. */
const BATCH = 50;

/**
 * Finds out what has to be asked of devices for some profiles.
 *
 * @throws {Conflict} when the `when` of a variant cannot be read any more, as a group that it names is gone
 */
export async function prepareFacts(db: Queries, closure: Closure): Promise<PreparedFacts> {
  const needs = needsOf(closure);
  const conditions: PreparedFacts['conditions'][number][] = [];
  for (const when of needs.conditions) conditions.push({ when, predicate: await predicateOf(db, when) });
  const wanted = [...needs.variables].some((name) => name.startsWith('group.'));
  const groups: PreparedFacts['groups'][number][] = [];
  if (wanted) {
    const rows = await db
      .selectFrom('device_groups')
      .select(['name', 'variables'])
      .where('variables', 'is not', null)
      .orderBy('name')
      .limit(MOST_GROUPS)
      .execute();
    for (const { name, variables } of rows) {
      const known = JSON.parse(variables ?? '{}') as Variables;
      if (!flattened(known, 'group').some(([variable]) => needs.variables.has(variable))) continue;
      groups.push({
        name,
        variables: known,
        predicate: await prepareQuery(db, `group = ${formatText(name)}`),
      });
    }
  }
  return { needs, conditions, groups };
}

async function predicateOf(db: Queries, when: string): Promise<Predicate> {
  try {
    return await prepareQuery(db, when);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw unreadable(when, error);
  }
}

function unreadable(when: string, error: ExpressionError): Conflict {
  const why = `a variant's condition ${JSON.stringify(when)} cannot be read: ${error.message}`;
  return new Conflict(why, [], { cause: error });
}

/** Devices by their ids: some of them, or all of a range. */
export type Which = readonly number[] | { readonly after: number; readonly upTo: number };

/** A device with what is known of it; of its model what is needed to look it up. */
export interface DeviceFacts {
  readonly id: number;
  readonly devId: string;
  readonly model: { readonly man: string; readonly mod: string; readonly swv: string };
  readonly values: ReadonlyMap<string, Scalar>;
  readonly disputed: Facts['disputed'];
  readonly subscriber: string | undefined;
  readonly holds: ReadonlySet<string>;
}

type Row = Readonly<Record<string, string | number | null>>;

/**
 * What is known of some devices, but for their models and trees.
 *
 * @param now milliseconds since the epoch
 */
export async function deviceFacts(
  db: Queries,
  prepared: PreparedFacts,
  which: Which,
  now: number,
): Promise<DeviceFacts[]> {
  if ('length' in which && which.length === 0) return [];
  const rows = await deviceRows(db, prepared, which);
  const held = await heldBy(db, prepared, which, now);
  return rows.map((row) => factsIn(row, prepared, held.get(Number(row.id)) ?? new Set()));
}

async function deviceRows(db: Queries, { needs }: PreparedFacts, which: Which): Promise<Row[]> {
  const hasSubscriber = [...needs.variables].some((name) => name.startsWith('subscriber.'));
  const base = db
    .selectFrom('devices')
    .select([
      'devices.id',
      'devices.dev_id',
      'devices.man',
      'devices.mod',
      'devices.swv',
      'devices.dmv',
      'devices.lang',
    ])
    .where(among(which));
  if (!hasSubscriber) return base.execute();
  return base
    .leftJoin(
      (join) =>
        join
          .selectFrom('subscriber_devices')
          .innerJoin('subscribers', 'subscribers.id', 'subscriber_devices.subscriber_id')
          .select([
            'subscriber_devices.device_id',
            'subscribers.id as subscriber_id',
            'subscribers.name as subscriber_name',
            'subscribers.imsi as subscriber_imsi',
            'subscribers.sip as subscriber_sip',
            'subscribers.lang as subscriber_lang',
            'subscribers.time_zone as subscriber_time_zone',
            'subscribers.attributes as subscriber_attributes',
          ])
          .where(isBindingCurrent)
          .as('bound'),
      (join) => join.onRef('bound.device_id', '=', 'devices.id'),
    )
    .select([
      'bound.subscriber_id',
      'bound.subscriber_name',
      'bound.subscriber_imsi',
      'bound.subscriber_sip',
      'bound.subscriber_lang',
      'bound.subscriber_time_zone',
      'bound.subscriber_attributes',
    ])
    .$if(needs.variables.has('subscriber.msisdn'), (query) =>
      query.select((select) =>
        select
          .selectFrom('subscriber_numbers')
          .select(({ fn }) => fn.min('subscriber_numbers.msisdn').as('msisdn'))
          .whereRef('subscriber_numbers.subscriber_id', '=', 'bound.subscriber_id')
          .as('subscriber_msisdn'),
      ),
    )
    .execute();
}

function among(which: Which) {
  if ('length' in which) return sql<boolean>`devices.id in (${sql.join(which)})`;
  return sql<boolean>`devices.id > ${which.after} and devices.id <= ${which.upTo}`;
}

/** Which conditions and groups hold for each device, by what they are called. */
async function heldBy(
  db: Queries,
  { conditions, groups }: PreparedFacts,
  which: Which,
  now: number,
): Promise<Map<number, Set<string>>> {
  const asked = [
    ...conditions.map(({ when, predicate }) => ({ key: `when ${when}`, predicate })),
    ...groups.map(({ name, predicate }) => ({ key: `group ${name}`, predicate })),
  ];
  const held = new Map<number, Set<string>>();
  const engine = engineOf(db);
  for (let from = 0; from < asked.length; from += BATCH) {
    const batch = asked.slice(from, from + BATCH);
    const rows = await db
      .selectFrom('devices')
      .select('devices.id')
      .select(
        batch.map(({ predicate }, at) =>
          sql<number>`case when ${predicate.where(engine, sql<number>`${now}`)} then 1 else 0 end`.as(
            `holds${at}`,
          ),
        ),
      )
      .where(among(which))
      .execute();
    for (const row of rows) {
      const known = held.get(row.id) ?? new Set();
      for (const [at, { key }] of batch.entries()) if (row[`holds${at}`] === 1) known.add(key);
      held.set(row.id, known);
    }
  }
  return held;
}

function factsIn(row: Row, { conditions, groups }: PreparedFacts, held: ReadonlySet<string>): DeviceFacts {
  const values = new Map<string, Scalar>();
  const { subscriber_attributes: attributes = null, subscriber_id: subscriberId = null } = row;
  if (typeof attributes === 'string') {
    for (const [name, value] of flattened(JSON.parse(attributes) as Attributes, 'subscriber'))
      values.set(name, value);
  }
  for (const [name, column] of Object.entries({ ...DEVICE_COLUMNS, ...SUBSCRIBER_COLUMNS })) {
    const value = row[column] ?? '';
    if (value !== '') values.set(name, value);
  }
  const member = groups.filter(({ name }) => held.has(`group ${name}`));
  const { values: agreedOn, disputed } = agreed(member);
  for (const [name, value] of agreedOn) values.set(name, value);
  const subscriber = row.subscriber_name ?? row.subscriber_imsi ?? row.subscriber_sip ?? subscriberId;
  return {
    id: Number(row.id),
    devId: String(row.dev_id),
    model: { man: String(row.man ?? ''), mod: String(row.mod ?? ''), swv: String(row.swv ?? '') },
    values,
    disputed,
    subscriber: subscriberId === null ? undefined : String(subscriber),
    holds: new Set(conditions.flatMap(({ when }) => (held.has(`when ${when}`) ? [when] : []))),
  };
}

/** The model of a device; of one that has not told what it is, only what holds for all. */
export function modelOfDevice(
  db: Queries,
  { model, devId }: Pick<DeviceFacts, 'model' | 'devId'>,
): Promise<DeviceModel> {
  const { man, mod, swv } = model;
  const name = [man, mod, swv].filter((part) => part !== '').join(' ');
  return modelNamed(db, model, name === '' ? `the model of ${devId}` : name);
}

/** Facts of no device: for what does not depend on any. */
export const NO_FACTS: Facts = {
  values: new Map(),
  disputed: new Map(),
  subscriber: undefined,
  holds: new Set(),
  model: { name: 'any model', ddf: undefined, mapping: STANDARD_MAPPING },
  places: new Map(),
};
