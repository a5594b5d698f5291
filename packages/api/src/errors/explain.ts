/** Says in words what about a value does not fit a schema. */
import type { TSchema } from 'typebox';
import type { Problem } from './problems.ts';

/** What is read of a JSON schema here. */
interface Schema {
  type?: string;
  const?: unknown;
  enum?: readonly unknown[];
  anyOf?: readonly Schema[];
  properties?: Readonly<Record<string, Schema>>;
  patternProperties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  additionalProperties?: unknown;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  description?: string;
}

/** Problems that one answer lists at most. */
const MOST = 20;

/**
 * What is wrong with a value that a schema refuses; at most some of it. Of alternatives that a property
 * such as `kind` tells apart, the one that the value names is meant.
 */
export function explain(schema: TSchema, value: unknown, root: string): Problem[] {
  const problems: Problem[] = [];
  walk(schema as Schema, value, '', problems);
  if (problems.length === 0) problems.push({ field: '', expected: 'what the API description says' });
  return problems.map((problem) => (problem.field === '' ? { ...problem, field: root } : problem));
}

function walk(schema: Schema, value: unknown, field: string, problems: Problem[]): void {
  if (problems.length >= MOST) return;
  const refuse = (expected: string) => problems.push({ field, value, expected });
  if (schema.anyOf !== undefined) {
    walkAlternatives(flatten(schema.anyOf), value, field, problems);
    return;
  }
  if (schema.enum !== undefined) {
    if (!schema.enum.includes(value)) refuse(oneOf(schema.enum));
    return;
  }
  if ('const' in schema) {
    if (value !== schema.const) refuse(JSON.stringify(schema.const));
    return;
  }
  if (typeOf(value) !== schema.type && !(schema.type === 'number' && typeOf(value) === 'integer')) {
    if (schema.type !== undefined) refuse(describe(schema));
    return;
  }
  if (schema.type === 'object') walkObject(schema, value as Record<string, unknown>, field, problems);
  else if (schema.type === 'array') walkArray(schema, value as unknown[], field, problems);
  else if (!fits(schema, value)) refuse(describe(schema));
}

function walkObject(
  schema: Schema,
  value: Record<string, unknown>,
  field: string,
  problems: Problem[],
): void {
  const { properties = {}, patternProperties = {} } = schema;
  for (const name of schema.required ?? []) {
    if (Object.hasOwn(value, name) && value[name] !== undefined) continue;
    problems.push({ field: join(field, name), expected: describe(properties[name] ?? {}) });
  }
  for (const [name, one] of Object.entries(value)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : matching(patternProperties, name);
    if (property !== undefined) {
      if (one !== undefined) walk(property, one, join(field, name), problems);
    } else if (schema.additionalProperties === false && problems.length < MOST) {
      const known = Object.keys(properties);
      const expected = known.length === 0 ? 'nothing' : `no such field, only ${known.join(', ')}`;
      problems.push({ field: join(field, name), expected });
    }
  }
}

function matching(patterns: Readonly<Record<string, Schema>>, name: string): Schema | undefined {
  return Object.entries(patterns).find(([pattern]) => new RegExp(pattern, 'u').test(name))?.[1];
}

function walkArray(schema: Schema, value: unknown[], field: string, problems: Problem[]): void {
  const { items, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
  if (value.length < minItems || value.length > maxItems) {
    problems.push({ field, expected: `${describe(schema)}, not ${value.length}` });
    return;
  }
  if (items === undefined) return;
  for (let index = 0; index < value.length && problems.length < MOST; index++) {
    walk(items, value[index], join(field, String(index)), problems);
  }
}

function walkAlternatives(
  branches: readonly Schema[],
  value: unknown,
  field: string,
  problems: Problem[],
): void {
  const type = typeOf(value);
  const sameType = branches.filter(
    (branch) => branch.type === type || (branch.type === 'number' && type === 'integer'),
  );
  const tag = tagOf(sameType);
  if (tag !== undefined && typeOf(value) === 'object') {
    const given = (value as Record<string, unknown>)[tag];
    const meant = sameType.find((branch) => branch.properties?.[tag]?.const === given);
    if (meant !== undefined) {
      walk(meant, value, field, problems);
      return;
    }
    const known = sameType.map((branch) => branch.properties?.[tag]?.const);
    problems.push({ field: join(field, tag), value: given, expected: oneOf(known) });
    return;
  }
  const [only, ...others] = sameType;
  if (only !== undefined && others.length === 0 && !('const' in only)) {
    walk(only, value, field, problems);
    return;
  }
  const trials = sameType.map((branch) => {
    const found: Problem[] = [];
    walk(branch, value, field, found);
    return found;
  });
  if (trials.some((found) => found.length === 0)) return;
  const objects = sameType.every((branch) => branch.type === 'object');
  const nearest = objects ? trials.toSorted((a, b) => a.length - b.length)[0] : undefined;
  if (nearest !== undefined) problems.push(...nearest);
  else problems.push({ field, value, expected: describe({ anyOf: branches }) });
}

/** Alternatives of alternatives are alternatives. */
function flatten(branches: readonly Schema[]): Schema[] {
  return branches.flatMap((branch) => (branch.anyOf === undefined ? [branch] : flatten(branch.anyOf)));
}

/** The property whose constant tells alternatives apart, if there is one. */
function tagOf(branches: readonly Schema[]): string | undefined {
  const [first] = branches;
  return first?.required?.find((name) => {
    const constants = branches.map((branch) => branch.properties?.[name]?.const);
    return !constants.includes(undefined) && new Set(constants).size === constants.length;
  });
}

function fits(schema: Schema, value: unknown): boolean {
  if (typeof value === 'string') {
    const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = schema;
    return (
      value.length >= minLength &&
      value.length <= maxLength &&
      (pattern === undefined || new RegExp(pattern, 'u').test(value))
    );
  }
  if (typeof value === 'number') {
    const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = schema;
    return value >= minimum && value <= maximum;
  }
  return true;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

const NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
};

/** A schema in words. */
function describe(schema: Schema): string {
  if ('const' in schema) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return oneOf(schema.enum);
  if (schema.anyOf !== undefined) {
    const branches = flatten(schema.anyOf);
    const tag = tagOf(branches);
    if (tag === undefined) return branches.map(describe).join(' or ');
    return `an object whose ${tag} is ${oneOf(branches.map((branch) => branch.properties?.[tag]?.const))}`;
  }
  const name = NAMES[schema.type ?? ''] ?? 'a value';
  const { minLength, maxLength, minItems, maxItems, minimum, maximum } = schema;
  const size =
    range(minLength, maxLength, 'characters') ??
    range(minItems, maxItems, 'items') ??
    range(minimum, maximum, '');
  const text = size === undefined ? name : `${name} ${size}`;
  return schema.description === undefined ? text : `${text} (${schema.description})`;
}

function range(from: number | undefined, to: number | undefined, unit: string): string | undefined {
  if (from === undefined && to === undefined) return undefined;
  const bounds =
    from === undefined ? `up to ${to}` : to === undefined ? `of at least ${from}` : `of ${from} to ${to}`;
  return unit === '' ? bounds : `${bounds} ${unit}`;
}

function oneOf(values: readonly unknown[]): string {
  return `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`;
}

function join(field: string, name: string): string {
  return field === '' ? name : `${field}/${name}`;
}
