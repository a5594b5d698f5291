/** What is known of a subscriber besides: a small JSON object, each of whose values subscribers are found by. */
import { InvalidInput, type Problem } from '@grove/api';
import { Type } from 'typebox';
import { orderKey } from '../devices/index.ts';

/** One value within attributes. */
export type AttributeValue = string | number | boolean;

/** Attributes of a subscriber: `{ qos: { maxBandwidth: 512 } }`. */
export interface Attributes {
  readonly [name: string]: AttributeValue | Attributes;
}

/** A name within attributes: one that a path in an expression and a variable can have. */
const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
/** Objects within objects, the outermost among them. */
const DEPTH = 4;
/** Values in all. */
const VALUES = 100;
/** Characters of one text. */
const TEXT = 400;

/** Attributes as they are given. What they may be in detail is for {@link checkAttributes}. */
export const AttributesInput = Type.Record(Type.String(), Type.Unknown(), {
  title: 'SubscriberAttributes',
  description: `What is known of the subscriber besides: texts of up to ${TEXT} characters, numbers and truth values, in objects up to ${DEPTH} deep, ${VALUES} values in all, such as {"qos": {"maxBandwidth": 512}}`,
});

const EXPECTED_NAME = 'a name of up to 64 letters, digits, _ and -, which begins with a letter or _';
const EXPECTED_VALUE = `a text of up to ${TEXT} characters, a number, true, false, or an object of such`;

/** A JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isValue(value: unknown): value is AttributeValue {
  if (typeof value === 'string') return value.length <= TEXT && value.isWellFormed() && !value.includes('\0');
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}

/**
 * Attributes that can be kept. Objects that hold nothing are left out.
 *
 * @param field where they were given, for errors
 * @throws {InvalidInput} when they are more, deeper or larger than may be, or hold lists or null
 */
export function checkAttributes(given: Readonly<Record<string, unknown>>, field: string): Attributes {
  const problems: Problem[] = [];
  let values = 0;
  const check = (object: Readonly<Record<string, unknown>>, path: string, depth: number): Attributes => {
    const checked: Record<string, AttributeValue | Attributes> = {};
    for (const [name, value] of Object.entries(object)) {
      const at = `${path}/${name.slice(0, TEXT)}`;
      if (problems.length > 0) break;
      if (!NAME.test(name) || name === '__proto__') problems.push({ field: at, expected: EXPECTED_NAME });
      else if (isValue(value)) {
        checked[name] = value;
        if (++values > VALUES) problems.push({ field, expected: `up to ${VALUES} values in all` });
      } else if (!isObject(value)) problems.push({ field: at, expected: EXPECTED_VALUE });
      else if (depth === DEPTH) problems.push({ field: at, expected: `objects up to ${DEPTH} deep` });
      else {
        const within = check(value, at, depth + 1);
        if (Object.keys(within).length > 0) checked[name] = within;
      }
    }
    return checked;
  };
  const attributes = check(given, field, 1);
  if (problems.length > 0) throw new InvalidInput(problems);
  return attributes;
}

/** The values of attributes as rows, by which subscribers are found. */
export function attributeRows(attributes: Attributes): { path: string; value: string; order_key: string }[] {
  return Object.entries(attributes).flatMap(([name, value]) => {
    if (typeof value === 'object') {
      return attributeRows(value).map((row) => ({ ...row, path: `${name}.${row.path}` }));
    }
    const text = String(value);
    return [{ path: name, value: text, order_key: orderKey(text) }];
  });
}

/**
 * What a patch makes of a value: null takes away, objects are merged, everything else replaces.
 *
 * Source: RFC 7396, section 2.
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  // A Map, because "__proto__" is a name like others in JSON.
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), value));
  }
  return Object.fromEntries(merged);
}
