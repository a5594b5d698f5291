import { QUESTION_LIMITS } from '@grove/protocol';
import { type Static, Type } from 'typebox';
import { exactly, stepsWithin } from '../fields.ts';
import type { Step } from '../kinds.ts';

const DAY = 86_400;

const asked = {
  text: Type.String({ minLength: 1, maxLength: QUESTION_LIMITS.text, description: 'What the user reads' }),
  minDisplay: Type.Optional(
    Type.Integer({ minimum: 0, maximum: DAY, description: 'Seconds for which it is shown at least' }),
  ),
  maxDisplay: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: DAY,
      description: 'Seconds for which the device waits for the user',
    }),
  ),
};
const choices = Type.Array(Type.String({ minLength: 1, maxLength: QUESTION_LIMITS.choice }), {
  minItems: 1,
  maxItems: QUESTION_LIMITS.choices,
  description: 'What may be chosen; numbered from 1',
});
const number = Type.Integer({ minimum: 1, maximum: QUESTION_LIMITS.choices });

const QuestionSchema = Type.Union(
  [
    exactly({ kind: Type.Literal('display'), ...asked }),
    exactly({ kind: Type.Literal('confirm'), ...asked, default: Type.Optional(Type.Boolean()) }),
    exactly({
      kind: Type.Literal('input'),
      ...asked,
      input: Type.Optional(
        Type.Enum(['text', 'number', 'date', 'time', 'phone', 'ip'], {
          description: 'What may be typed; a date is DDMMYYYY, a time hhmmss; text when absent',
        }),
      ),
      maxLength: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: QUESTION_LIMITS.input,
          description: 'Characters; the most when absent',
        }),
      ),
      hidden: Type.Optional(Type.Boolean({ description: 'Whether what is typed is not to be seen' })),
      default: Type.Optional(Type.String({ minLength: 1, maxLength: QUESTION_LIMITS.input })),
    }),
    exactly({ kind: Type.Literal('choice'), ...asked, choices, default: Type.Optional(number) }),
    exactly({
      kind: Type.Literal('choices'),
      ...asked,
      choices,
      default: Type.Optional(Type.Array(number, { minItems: 1, maxItems: QUESTION_LIMITS.choices })),
    }),
  ],
  { description: 'What the user is told or asked' },
);

const Policy = Type.Enum(['fail', 'continue', 'steps', 'otherwise'], {
  description: 'fail; go on after the step; or with one of its lists of steps first',
});
export type Policy = Static<typeof Policy>;

const Schema = exactly({
  kind: Type.Literal('ask'),
  question: QuestionSchema,
  steps: Type.Optional(stepsWithin('What to do when the user has answered, and not with no')),
  cases: Type.Optional(
    Type.Array(
      exactly({
        choice: number,
        steps: stepsWithin('What to do when it was chosen, before the "steps" that all answers lead to'),
      }),
      {
        maxItems: QUESTION_LIMITS.choices,
        description: 'What to do for some of the choices, by their numbers',
      },
    ),
  ),
  reveal: Type.Optional(
    Type.Boolean({
      description:
        'Whether what is typed "hidden" is in the results; else they say only that it was answered',
    }),
  ),
  otherwise: Type.Optional(stepsWithin('What to do when the user has answered no, and where "on" says so')),
  on: Type.Optional(
    Type.Object(
      {
        rejected: Type.Optional(Policy),
        cancelled: Type.Optional(Policy),
        timedOut: Type.Optional(Policy),
        byDefault: Type.Optional(Policy),
        notSupported: Type.Optional(Policy),
        notDisplayable: Type.Optional(Policy),
      },
      {
        additionalProperties: false,
        description:
          'What to do when the user has not said yes: rejected is "otherwise" where there is one and else "fail", byDefault is as if the user had answered so, all others are "fail"',
      },
    ),
  ),
});

/** Tells the user something or asks them, and goes on as they answer. */
export interface AskStep extends Omit<Static<typeof Schema>, 'steps' | 'cases' | 'otherwise'> {
  steps?: Step[];
  cases?: { choice: number; steps: Step[] }[];
  otherwise?: Step[];
}
export const AskStep = Type.Unsafe<AskStep>(Schema);
