/** What a rule would find, and what it has found. */
import { idAfter, type Page, type PageRequest, pageOf } from '@grove/api';
import { countDevices, findDevices, holdsFor } from '../expressions/index.ts';
import { prepareQuery } from '../groups/index.ts';
import type { Queries, RuleState, Store } from '../store/index.ts';
import type { RuleDefinition } from './definition.ts';
import { type Evidence, evidenceOf } from './firing.ts';

/** What a rule would find now. */
export interface RuleTest {
  /** How many devices its condition holds for; null where it has none. */
  devices: number | null;
  /** Some of them, or the one that was asked for. */
  found: { deviceId: number; devId: string; holds: boolean; why: Evidence[] }[];
}

/** Devices that a test shows. */
const SHOWN = 10;

/**
 * What a rule would find, without doing anything.
 *
 * @param deviceId tries it on this device alone
 * @param now milliseconds since the epoch
 */
export async function testRule(
  store: Store,
  definition: RuleDefinition,
  deviceId: number | undefined,
  now: number,
): Promise<RuleTest> {
  const { when } = definition;
  if (when === undefined) return { devices: null, found: [] };
  const predicate = await prepareQuery(store.reader, when);
  const ids =
    deviceId === undefined
      ? (await findDevices(store, predicate, { limit: SHOWN }, { now })).items
      : [deviceId];
  const found: RuleTest['found'] = [];
  for (const id of ids) {
    const holds = (await holdsFor(store.reader, id, [predicate], now))[0] === true;
    const why = await evidenceOf(store.reader, { deviceId: id, now }, predicate.expression, undefined);
    found.push({ deviceId: id, devId: await devIdOf(store.reader, id), holds, why });
  }
  return { devices: await countDevices(store, predicate, { now }), found };
}

async function devIdOf(db: Queries, id: number): Promise<string> {
  const row = await db.selectFrom('devices').select('dev_id').where('id', '=', id).executeTakeFirst();
  return row?.dev_id ?? '';
}

/** What a rule is to a device. Times are milliseconds since the epoch. */
export interface RuleDevice {
  deviceId: number;
  devId: string;
  state: RuleState;
  taskId: number | null;
  firedAt: number | null;
  /** When it acts, where it has to wait. */
  dueAt: number | null;
}

/** Devices for which a rule has held, by their ids. */
export async function devicesOf(
  db: Queries,
  ruleId: number,
  state: RuleState | undefined,
  page: PageRequest,
): Promise<Page<RuleDevice>> {
  const after = idAfter(page);
  const rows = await db
    .selectFrom('rule_states')
    .innerJoin('devices', 'devices.id', 'rule_states.device_id')
    .selectAll('rule_states')
    .select('devices.dev_id')
    .where('rule_states.rule_id', '=', ruleId)
    .$if(state !== undefined, (query) => query.where('rule_states.state', '=', state as RuleState))
    .$if(after !== undefined, (query) => query.where('rule_states.device_id', '>', after as number))
    .orderBy('rule_states.device_id')
    .limit(page.limit + 1)
    .execute();
  const devices = rows.map(
    (row): RuleDevice => ({
      deviceId: row.device_id,
      devId: row.dev_id,
      state: row.state,
      taskId: row.task_id,
      firedAt: row.fired_at,
      dueAt: row.due_at,
    }),
  );
  return pageOf(devices, page.limit, ({ deviceId }) => deviceId);
}
