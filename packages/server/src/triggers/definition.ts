/** What other systems may ask for by a name: what it does is said once, by the operator. */
import { InvalidInput, NotFound, type Page, type PageRequest, type Problem, pageOf } from '@grove/api';
import { type Static, Type } from 'typebox';
import { keepWish, Wish } from '../notifications/index.ts';
import { showProfile } from '../profiles/index.ts';
import { checkSteps, Step } from '../steps/index.ts';
import type { Queries } from '../store/index.ts';
import { fillIn } from './values.ts';

/** A value that a caller gives. */
export type Value = string | number | boolean;

const DAY = 24 * 60 * 60;
/** Variables of one definition. */
const VARIABLES = 50;

const NAME = '^[A-Za-z_][A-Za-z0-9_]{0,63}$';
const text = Type.String({ maxLength: 1000 });
const scalar = Type.Union([text, Type.Number(), Type.Boolean()]);

/** A value that the caller may give, or has to. */
export const TriggerVariable = Type.Object(
  {
    type: Type.Enum(['text', 'integer', 'number', 'boolean'], { description: 'What kind of value' }),
    description: Type.Optional(Type.String({ maxLength: 400 })),
    default: Type.Optional({ ...scalar, description: 'Where the caller gives none; he has to when absent' }),
    minimum: Type.Optional(Type.Number({ description: 'The least, of numbers' })),
    maximum: Type.Optional(Type.Number({ description: 'The most, of numbers' })),
    maxLength: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Characters of texts' })),
    choices: Type.Optional(
      Type.Array(scalar, { minItems: 1, maxItems: 100, description: 'The only values that there are' }),
    ),
  },
  { additionalProperties: false, title: 'TriggerVariable' },
);
export type TriggerVariable = Static<typeof TriggerVariable>;

/** Named for the API description. */
const StepSchema = Type.Unsafe<Step>({ ...Step, title: 'Step', description: 'One thing to do on a device' });

const Does = {
  profile: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 128,
      description: 'Configures devices by a profile, in its newest version',
    }),
  ),
  steps: Type.Optional(
    Type.Array(StepSchema, {
      minItems: 1,
      maxItems: 1000,
      description: 'In place of a profile: what is done. ${name} in a value stands for a variable',
    }),
  ),
};

export const TriggerDefinition = Type.Object(
  {
    description: Type.Optional(Type.String({ maxLength: 400 })),
    ...Does,
    variables: Type.Optional(
      Type.Record(Type.String({ pattern: NAME }), TriggerVariable, {
        description: 'What the caller may give, by name',
      }),
    ),
    notify: Type.Optional(Wish),
    expiresIn: Type.Optional(
      Type.Integer({
        minimum: 60,
        maximum: 90 * DAY,
        description: 'Seconds after which what was not begun is given up; a week when absent',
      }),
    ),
    recipients: Type.Optional(
      Type.Array(Type.Enum(['device', 'subscriber', 'target']), {
        minItems: 1,
        description: 'For whom it may be asked; device and subscriber when absent',
      }),
    ),
  },
  { additionalProperties: false, title: 'TriggerDefinition' },
);
export type TriggerDefinition = Static<typeof TriggerDefinition>;

/** A definition under its name. Times are milliseconds since the epoch. */
export interface NamedDefinition {
  name: string;
  definition: TriggerDefinition;
  createdAt: number;
  updatedAt: number;
}

interface Row {
  name: string;
  document: string;
  created_at: number;
  updated_at: number;
}

function definitionOf({ name, document, created_at, updated_at }: Row): NamedDefinition {
  return {
    name,
    definition: JSON.parse(document) as TriggerDefinition,
    createdAt: created_at,
    updatedAt: updated_at,
  };
}

/** Definitions by name. */
export async function listDefinitions(db: Queries, page: PageRequest): Promise<Page<NamedDefinition>> {
  const rows = await db
    .selectFrom('trigger_definitions')
    .selectAll()
    .where('name', '>', page.after ?? '')
    .orderBy('name')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows.map(definitionOf), page.limit, ({ name }) => name);
}

/** @throws {NotFound} */
export async function showDefinition(db: Queries, name: string): Promise<NamedDefinition> {
  const row = await db
    .selectFrom('trigger_definitions')
    .selectAll()
    .where('name', '=', name)
    .executeTakeFirst();
  if (row === undefined) throw new NotFound('trigger definition', name);
  return definitionOf(row);
}

/**
 * Keeps a definition, in place of the one of that name. What was asked for before goes on as it was.
 *
 * @throws {InvalidInput} when it cannot be carried out
 * @throws {NotFound} when its profile or its reason is not there
 */
export async function setDefinition(
  db: Queries,
  name: string,
  definition: TriggerDefinition,
  now: number,
): Promise<{ definition: NamedDefinition; isNew: boolean }> {
  await check(db, definition);
  const said = { document: JSON.stringify(definition), updated_at: now };
  const replaced = await db
    .updateTable('trigger_definitions')
    .set(said)
    .where('name', '=', name)
    .returning('name')
    .executeTakeFirst();
  if (replaced === undefined)
    await db
      .insertInto('trigger_definitions')
      .values({ name, ...said, created_at: now })
      .execute();
  return { definition: await showDefinition(db, name), isNew: replaced === undefined };
}

/** Forgets a definition. What was asked for goes on. @throws {NotFound} */
export async function deleteDefinition(db: Queries, name: string): Promise<void> {
  const deleted = await db
    .deleteFrom('trigger_definitions')
    .where('name', '=', name)
    .returning('name')
    .executeTakeFirst();
  if (deleted === undefined) throw new NotFound('trigger definition', name);
}

async function check(db: Queries, definition: TriggerDefinition): Promise<void> {
  const { profile, steps, variables = {}, notify } = definition;
  if ((profile === undefined) === (steps === undefined))
    throw new InvalidInput([{ field: 'profile', expected: 'either a profile or steps' }]);
  if (Object.keys(variables).length > VARIABLES)
    throw new InvalidInput([{ field: 'variables', expected: `up to ${VARIABLES} variables` }]);
  const problems = Object.entries(variables).flatMap(([name, variable]): Problem[] => {
    const given = [
      ...(variable.default === undefined ? [] : [variable.default]),
      ...(variable.choices ?? []),
    ];
    return given.flatMap(
      (value) => problemOf(`variables/${name}`, { ...variable, choices: undefined }, value) ?? [],
    );
  });
  if (problems.length > 0) throw new InvalidInput(problems);
  if (profile !== undefined) await showProfile(db, profile);
  // As an example of what callers will give.
  const examples = Object.fromEntries(
    Object.entries(variables).map(([name, variable]) => [name, exampleOf(variable)]),
  );
  if (steps !== undefined) checkSteps(fillIn(steps, examples));
  if (notify !== undefined) await keepWish(db, notify, 'notify');
}

function exampleOf({ type, default: given, choices, minimum }: TriggerVariable): Value {
  const example = given ?? choices?.[0];
  if (example !== undefined) return example;
  if (type === 'text') return 'x';
  return type === 'boolean' ? true : (minimum ?? 1);
}

/**
 * The values of a definition's variables.
 *
 * @throws {InvalidInput} when one is missing, is not what it may be, or is none of the definition's
 */
export function valuesOf(
  variables: Readonly<Record<string, TriggerVariable>>,
  given: Readonly<Record<string, unknown>>,
): Record<string, Value> {
  const problems: Problem[] = [];
  const values: Record<string, Value> = {};
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(variables, name)) continue;
    const known = Object.keys(variables).join(', ');
    problems.push({
      field: `variables/${name}`,
      expected: known === '' ? 'no variables' : `one of ${known}`,
    });
  }
  for (const [name, variable] of Object.entries(variables)) {
    const value = Object.hasOwn(given, name) ? given[name] : variable.default;
    const problem = problemOf(`variables/${name}`, variable, value);
    if (problem !== undefined) problems.push(problem);
    else values[name] = value as Value;
  }
  if (problems.length > 0) throw new InvalidInput(problems);
  return values;
}

function problemOf(field: string, variable: Partial<TriggerVariable>, value: unknown): Problem | undefined {
  const { type = 'text', minimum, maximum, maxLength = 1000, choices } = variable;
  if (choices !== undefined) {
    if (choices.some((choice) => choice === value)) return undefined;
    return { field, value, expected: `one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}` };
  }
  const isFit =
    type === 'text'
      ? typeof value === 'string' &&
        value.length <= maxLength &&
        value.isWellFormed() &&
        !value.includes('\0')
      : type === 'boolean'
        ? typeof value === 'boolean'
        : typeof value === 'number' &&
          Number.isFinite(value) &&
          (type === 'number' || Number.isSafeInteger(value)) &&
          value >= (minimum ?? -Infinity) &&
          value <= (maximum ?? Infinity);
  if (isFit) return undefined;
  const bounds = [
    ...(type === 'text' ? [`of up to ${maxLength} characters`] : []),
    ...(minimum === undefined ? [] : [`from ${minimum}`]),
    ...(maximum === undefined ? [] : [`to ${maximum}`]),
  ];
  const what = { text: 'a text', integer: 'a whole number', number: 'a number', boolean: 'true or false' }[
    type
  ];
  return { field, value, expected: [what, ...bounds].join(' ') };
}
