import { type Static, Type } from 'typebox';
import { Wish } from '../notifications/index.ts';
import { Step } from '../steps/index.ts';

/** What the data of an event may be held against: by its names, those of objects within it with dots. */
const Data = Type.Record(
  Type.String({ minLength: 1, maxLength: 100 }),
  Type.Union([
    Type.String({ maxLength: 400 }),
    Type.Number(),
    Type.Boolean(),
    Type.Array(Type.String({ maxLength: 400 }), { minItems: 1, maxItems: 100 }),
  ]),
  {
    maxProperties: 20,
    description:
      'What its data must say: a value for each name, or several of which one is right; * in a text stands for anything. Names of objects within objects have dots',
  },
);
const kind = (description: string) => Type.String({ minLength: 1, maxLength: 100, description });

export const Trigger = Type.Union(
  [
    Type.Object(
      { event: kind('Type of an event that another network element reports'), data: Type.Optional(Data) },
      { additionalProperties: false },
    ),
    Type.Object(
      { alert: kind('Type of an alert that a device sends of its own accord') },
      { additionalProperties: false },
    ),
    Type.Object({ firstSeen: Type.Literal(true) }, { additionalProperties: false }),
    Type.Object({ softwareChanged: Type.Literal(true) }, { additionalProperties: false }),
  ],
  {
    description:
      'What has to happen; without it the rule is for every device for which "when" holds, whenever that is learnt',
  },
);
export type Trigger = Static<typeof Trigger>;

export const Action = Type.Object(
  {
    steps: Type.Optional(
      Type.Array(Step, { minItems: 1, maxItems: 1000, description: 'A task with these steps' }),
    ),
    profile: Type.Optional(
      Type.String({ minLength: 1, maxLength: 100, description: 'A task that brings this profile' }),
    ),
    group: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 128,
        description: 'Membership of this group, whose devices are listed',
      }),
    ),
    care: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 400,
        description: 'A case for customer care, which is told this sentence',
      }),
    ),
  },
  { additionalProperties: false, description: 'What a device gets: one of these' },
);
export type Action = Static<typeof Action>;

const Seconds = (description: string, maximum = 366 * 86_400) =>
  Type.Integer({ minimum: 0, maximum, description });

export const RuleDefinition = Type.Object(
  {
    description: Type.Optional(Type.String({ maxLength: 400 })),
    when: Type.Optional(
      Type.String({ minLength: 1, description: 'An expression: ./MMS/*/Addr = "old.example"' }),
    ),
    on: Type.Optional(Trigger),
    do: Action,
    notify: Type.Optional(Wish),
    coolDown: Type.Optional(
      Seconds('Seconds after which it may act on the same device again; a day when absent'),
    ),
    perHour: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000_000,
        description:
          'On how many devices it acts in an hour at most; the others have their turn later; 1000 when absent',
      }),
    ),
    dryRun: Type.Optional(Type.Boolean({ description: 'It only tells what it would do' })),
    query: Type.Optional(
      Type.Object(
        {
          staleAfter: Type.Integer({
            minimum: 60,
            maximum: 366 * 86_400,
            description:
              'Seconds: devices of which the nodes in "when" were not reported for as long are asked for them',
          }),
          among: Type.Optional(
            Type.String({ minLength: 1, description: 'Only devices for which this expression holds' }),
          ),
          perHour: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 1_000_000,
              description: 'How many are asked in an hour at most; 1000 when absent',
            }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type RuleDefinition = Static<typeof RuleDefinition>;

/** What holds where a rule does not say. */
export const DEFAULTS = { coolDown: 86_400, perHour: 1000 } as const;

/** A text in which `*` stands for anything. */
export function matchesPattern(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return text === pattern;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  const last = rest.pop() ?? '';
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - at >= last.length && text.endsWith(last);
}

/** Whether the data of an event say what they must. */
export function matchesData(
  wanted: Readonly<Record<string, string | number | boolean | readonly string[]>>,
  data: unknown,
): boolean {
  return Object.entries(wanted).every(([name, value]) => {
    const found = valueIn(data, name);
    if (found === undefined) return false;
    if (typeof value === 'object') return value.some((each) => matchesPattern(each, found));
    return matchesPattern(String(value), found);
  });
}

/** What data say under a name, as text; names of objects within objects have dots. */
function valueIn(data: unknown, name: string): string | undefined {
  let at = data;
  for (const part of name.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Record<string, unknown>)[part];
  }
  return typeof at === 'string' || typeof at === 'number' || typeof at === 'boolean' ? String(at) : undefined;
}
