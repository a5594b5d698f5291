import { QUESTION_LIMITS } from '@grove/protocol';
import { type Static, Type } from 'typebox';
import { exactly, format, type, uri, value } from '../fields.ts';
import { InstanceState, stateFields } from '../instance-state/index.ts';

const DAY = 86_400;
const seconds = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum: DAY, description }));

/** Makes an instance Active, Default and Locked, a new one with what is in it, all as one. */
export const InstanceStep = exactly({
  kind: Type.Literal('instance'),
  uri: { ...uri, description: 'Root of the instance, for example ./MMS/Operator' },
  add: Type.Optional(
    exactly({
      object: Type.String({
        minLength: 1,
        maxLength: 256,
        description: 'Type of the root: identifier of the management object',
      }),
      nodes: Type.Array(
        exactly({
          path: Type.String({ minLength: 1, description: 'Relative to the root' }),
          value,
          format,
          type,
        }),
        { minItems: 1, maxItems: 100 },
      ),
    }),
  ),
  ...stateFields,
  expect: Type.Optional(
    Type.Unsafe<InstanceState>({
      ...InstanceState,
      description: 'What the instance has to be, or nothing is done: as when somebody has looked before',
    }),
  ),
  confirm: Type.Optional(
    Type.Object(
      {
        text: Type.String({ minLength: 1, maxLength: QUESTION_LIMITS.text }),
        minDisplay: seconds('Seconds for which it is shown at least'),
        maxDisplay: seconds('Seconds for which the device waits for the user'),
        default: Type.Optional(Type.Boolean({ description: 'What holds where nobody answers' })),
      },
      {
        additionalProperties: false,
        description: 'What the user is asked; nothing is done where they do not say yes',
      },
    ),
  ),
});
export type InstanceStep = Static<typeof InstanceStep>;
