import { type Static, Type } from 'typebox';
import { content, exactly, format, type, uri, value } from '../fields.ts';

/** Longest time that an outcome may be waited for, in seconds: a year. */
const MAX_WAIT = 366 * 86_400;

/** Executes a node; with `await`, done when the device has told the outcome in a generic alert. */
export const ExecStep = exactly({
  kind: Type.Literal('exec'),
  uri,
  value: Type.Optional(value),
  content,
  format,
  type,
  await: Type.Optional(
    Type.Object(
      {
        seconds: Type.Integer({
          minimum: 1,
          maximum: MAX_WAIT,
          description: 'For how long after the device has taken the command',
        }),
        type: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: 256,
            description: 'Type of the alert; without it any alert that is about this command counts',
          }),
        ),
        expect: Type.Optional(
          Type.Array(Type.String({ maxLength: 1024 }), {
            minItems: 1,
            maxItems: 100,
            description: 'Data of the alert that mean success; without it any does',
          }),
        ),
      },
      {
        additionalProperties: false,
        description:
          'Where the device answers that it has begun (202): wait for the generic alert with its outcome, in this session or a later one',
      },
    ),
  ),
});
export type ExecStep = Static<typeof ExecStep>;
