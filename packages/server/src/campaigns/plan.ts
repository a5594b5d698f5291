/** How a campaign goes about its devices: what an operator says, what it means where he says nothing, what is refused. */
import { InvalidInput, Name, type Problem } from '@grove/api';
import { QUESTION_LIMITS } from '@grove/protocol';
import { type Static, Type } from 'typebox';
import { TimeZone, Windows, windowProblems, zoneProblems } from '../windows/index.ts';

const DAY = 24 * 60 * 60;
const percent = (description: string, least = 0) =>
  Type.Optional(Type.Number({ minimum: least, maximum: 100, description }));
const MOST = 100_000_000;

/** What must hold of a wave before the next one begins. */
const Next = Type.Object(
  {
    success: percent(
      'Percent of its devices that must have succeeded, but for those that declined or were left out; 90 when absent',
    ),
    wait: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 90 * DAY, description: 'Seconds since it began; 0 when absent' }),
    ),
    approval: Type.Optional(
      Type.Boolean({ description: 'Whether a person has to open the next one; false when absent' }),
    ),
  },
  { additionalProperties: false, description: 'What must hold before the next wave begins' },
);

/** A part of the devices: by one of percent, count, query and group. */
export const Wave = Type.Object(
  {
    name: Type.Optional(Name),
    percent: percent('So many of all devices of the campaign', 0.001),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST, description: 'So many devices' })),
    query: Type.Optional(
      Type.String({ minLength: 1, maxLength: 10_000, description: 'Those that an expression holds for' }),
    ),
    group: Type.Optional(Name),
    next: Type.Optional(Next),
  },
  {
    additionalProperties: false,
    title: 'CampaignWave',
    description: 'Devices that begin together; what is in no wave is in a last one',
  },
);
export type Wave = Static<typeof Wave>;

export const Errors = Type.Object(
  {
    percent: percent(
      'Pauses when more of the devices that have ended have failed, in all or in the newest wave',
    ),
    minimum: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MOST,
        description: 'Devices that must have ended first; 20 when absent',
      }),
    ),
    count: Type.Optional(
      Type.Integer({ minimum: 1, maximum: MOST, description: 'Pauses when so many have failed' }),
    ),
  },
  { additionalProperties: false, title: 'CampaignErrors', description: 'How many failures pause it' },
);
export type Errors = Static<typeof Errors>;

export const RETRIED = ['failed', 'declined'] as const;

const Retries = Type.Object(
  {
    count: Type.Integer({ minimum: 1, maximum: 20, description: 'How often a device is tried again' }),
    backoff: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 30 * DAY,
        description: 'Seconds before it is tried again, twice as many each time; 3600 when absent',
      }),
    ),
    on: Type.Optional(
      Type.Array(Type.Enum(RETRIED), {
        minItems: 1,
        maxItems: 2,
        description: 'Which outcomes; failed when absent',
      }),
    ),
  },
  { additionalProperties: false, title: 'CampaignRetries', description: 'Whether devices are tried again' },
);

const Text = Type.String({ minLength: 1, maxLength: QUESTION_LIMITS.text });

export const Confirm = Type.Object(
  {
    text: Text,
    texts: Type.Optional(
      Type.Record(Type.String({ pattern: '^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$', maxLength: 35 }), Text, {
        description: 'The same in other languages, by language such as de or pt-BR',
        maxProperties: 100,
      }),
    ),
    maxDisplay: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 3600, description: 'Seconds for which the question is shown' }),
    ),
  },
  {
    additionalProperties: false,
    title: 'CampaignConfirmation',
    description: 'What users are asked before anything is done; those who reject it have declined',
  },
);
export type Confirm = Static<typeof Confirm>;

const PlanProperties = {
  confirm: Type.Optional(Confirm),
  waves: Type.Optional(
    Type.Array(Wave, { minItems: 1, maxItems: 100, description: 'Parts that begin one after the other' }),
  ),
  errors: Type.Optional(Errors),
  windows: Type.Optional(Windows),
  timeZone: Type.Optional(TimeZone),
  rate: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Devices that begin in a minute at most' }),
  ),
  concurrent: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 100_000,
      description: 'Devices that have it in hand at the same time',
    }),
  ),
  retries: Type.Optional(Retries),
};

/** The part of a campaign that says how it goes about its devices. */
export const Plan = Type.Object(PlanProperties, { additionalProperties: false });
export type Plan = Static<typeof Plan>;
export { PlanProperties };

/** The part of what was given that is a plan. */
export function planIn(given: Plan): Plan {
  const entries = Object.keys(PlanProperties).flatMap((name) => {
    const value = given[name as keyof Plan];
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(entries) as Plan;
}

/** What holds of a wave where nothing is said. */
export const DEFAULT_NEXT = { success: 90, wait: 0, approval: false } as const;
export const DEFAULT_MINIMUM = 20;
export const DEFAULT_BACKOFF = 3600;

/**
 * Checks what the schema cannot say.
 *
 * @throws {InvalidInput} naming each field
 */
export function checkPlan(plan: Plan): void {
  const problems: Problem[] = [];
  for (const [index, wave] of (plan.waves ?? []).entries()) {
    const given = [wave.percent, wave.count, wave.query, wave.group].filter((each) => each !== undefined);
    if (given.length !== 1)
      problems.push({
        field: `waves/${index}`,
        value: wave,
        expected: 'one of percent, count, query and group',
      });
  }
  const percents = (plan.waves ?? []).reduce((sum, wave) => sum + (wave.percent ?? 0), 0);
  if (percents > 100)
    problems.push({ field: 'waves', value: percents, expected: 'percents of 100 together at most' });
  const { errors } = plan;
  if (errors !== undefined && errors.percent === undefined && errors.count === undefined)
    problems.push({ field: 'errors', value: errors, expected: 'percent, count, or both' });
  problems.push(...windowProblems(plan.windows ?? [], 'windows'), ...zoneProblems(plan.timeZone, 'timeZone'));
  if (problems.length > 0) throw new InvalidInput(problems);
}

/** Milliseconds until a device is tried again that was begun so many times. */
export function backoffOf({ retries }: Plan, attempts: number): number {
  return (retries?.backoff ?? DEFAULT_BACKOFF) * 1000 * 2 ** Math.min(attempts - 1, 20);
}

/** The confirmation in a user's language, else in that of the text without one. */
export function confirmIn({ text, texts = {} }: Confirm, language: string | null): string {
  if (language === null) return text;
  const wanted = language.toLowerCase();
  const named = Object.entries(texts).map(([tag, said]) => [tag.toLowerCase(), said] as const);
  const exact = named.find(([tag]) => tag === wanted);
  const primary = named.find(([tag]) => tag === wanted.split('-', 1)[0]);
  return (exact ?? primary)?.[1] ?? text;
}
