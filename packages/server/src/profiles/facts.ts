import { NotFound } from '@grove/api';
import { STANDARD_MAPPING } from '../models/index.ts';
import type { Queries } from '../store/index.ts';
import type { Scalar } from './document/index.ts';
import type { Closure, Facts } from './render/index.ts';

/** What the device itself has told, as variables of profiles call it. */
const DEVICE_COLUMNS = {
  'device.id': 'id',
  'device.devId': 'dev_id',
  'device.manufacturer': 'man',
  'device.model': 'mod',
  'device.software': 'swv',
  'device.dmVersion': 'dmv',
  'device.language': 'lang',
} as const;

/** Facts of no device: for what does not depend on any. */
export const NO_FACTS: Facts = {
  values: new Map(),
  disputed: new Map(),
  subscriber: undefined,
  holds: new Set(),
  model: { name: 'any model', ddf: undefined, mapping: STANDARD_MAPPING },
  places: new Map(),
};

/**
 * What is known of a device, as far as profiles depend on it.
 *
 * @param closure the profiles that are to be rendered
 * @throws {NotFound} when there is no such device
 */
export async function factsOf(db: Queries, deviceId: number, _closure: Closure): Promise<Facts> {
  const row = await db
    .selectFrom('devices')
    .select(['id', 'dev_id', 'man', 'mod', 'swv', 'dmv', 'lang'])
    .where('id', '=', deviceId)
    .executeTakeFirst();
  if (row === undefined) throw new NotFound('device', deviceId);
  const values = new Map<string, Scalar>();
  for (const [name, column] of Object.entries(DEVICE_COLUMNS)) {
    const value = row[column];
    if (value !== null && value !== '') values.set(name, value);
  }
  const name = [row.man, row.mod].filter((part) => part !== null && part !== '').join(' ');
  return {
    ...NO_FACTS,
    values,
    model: { ...NO_FACTS.model, name: name === '' ? `the model of ${row.dev_id}` : name },
  };
}
