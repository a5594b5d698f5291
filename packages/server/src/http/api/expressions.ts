import { type Api, InvalidInput, nullable, problems } from '@grove/api';
import { Type } from 'typebox';
import {
  BOUNDS,
  complete,
  countDevices,
  ExpressionError,
  FIELDS,
  formatExpression,
  operatorsOf,
} from '../../expressions/index.ts';
import { prepareQuery } from '../../groups/index.ts';
import { abortedWith } from './aborted.ts';
import type { ApiMeans } from './means.ts';

const tags = ['expressions'];

const Text = Type.String({ maxLength: BOUNDS.length, description: 'The expression' });

/** What may be given as an expression that says which devices are meant. */
export const Where = Type.String({
  minLength: 1,
  maxLength: BOUNDS.length,
  description: 'Only devices for which this expression holds, such as manufacturer = "Acme" and fw < "2.1"',
});

const Place = {
  start: Type.Integer({ minimum: 0, description: 'Where it is wrong: the first UTF-16 code unit …' }),
  end: Type.Integer({
    minimum: 0,
    description: '… and the one after the last; the same where something is missing',
  }),
};
const ExpressionErrorSchema = Type.Object(
  {
    message: Type.String({ description: 'What is wrong, in words' }),
    expected: Type.String({ description: 'What would have been right there' }),
    ...Place,
  },
  { title: 'ExpressionError' },
);

const CompletionSchema = Type.Object(
  {
    kind: Type.Enum(['field', 'path', 'operator', 'value', 'keyword']),
    text: Type.String({ description: 'What to put there' }),
    says: nullable(Type.String(), 'What it is, in words'),
    devices: nullable(
      Type.Integer({ minimum: 0 }),
      'How many devices have this value, counted up to 1000; null where that is not known',
    ),
  },
  { title: 'Completion' },
);

const FieldSchema = Type.Object(
  {
    name: Type.String({ description: 'Its name; with a dot at the end where further names follow' }),
    aliases: Type.Array(Type.String(), { description: 'Names that mean the same' }),
    says: Type.String({ description: 'What it is' }),
    kind: Type.Enum(['text', 'ordered', 'time', 'state', 'count']),
    argument: nullable(Type.Enum(['id', 'name', 'path']), 'What stands in brackets after it'),
    operators: Type.Array(Type.String()),
    states: nullable(Type.Array(Type.String()), 'The words that it can be'),
    example: Type.String(),
  },
  { title: 'Field' },
);

/** Help for those who write expressions, and for programs that help them. */
export function expressionRoutes(api: Api, { store, now }: ApiMeans): void {
  api.get(
    '/expressions/fields',
    {
      schema: {
        operationId: 'listFields',
        summary: 'List what expressions can ask of a device',
        description: "Besides these, a path such as ./MMS/*/Addr stands for nodes of the device's tree.",
        tags,
        response: { 200: Type.Object({ items: Type.Array(FieldSchema) }), ...problems(401) },
      },
    },
    async () => ({
      items: FIELDS.map((field) => ({
        name: field.open === true ? `${field.name}.` : field.name,
        aliases: [...(field.aliases ?? [])],
        says: field.says,
        kind: field.kind,
        argument: field.argument ?? null,
        operators: [...operatorsOf(field)],
        states: field.states === undefined ? null : [...field.states],
        example: field.example,
      })),
    }),
  );

  api.post(
    '/expressions/check',
    {
      schema: {
        operationId: 'checkExpression',
        summary: 'Find out whether an expression is one, and what it would match',
        tags,
        body: Type.Object(
          {
            text: Text,
            count: Type.Optional(
              Type.Boolean({
                default: false,
                description: 'Whether to count the devices for which it holds',
              }),
            ),
          },
          { additionalProperties: false, title: 'ExpressionToCheck' },
        ),
        response: {
          200: Type.Object(
            {
              canonical: nullable(
                Type.String(),
                'The expression as it is best written; null where it is none',
              ),
              error: nullable(ExpressionErrorSchema, 'Why it is none'),
              devices: nullable(
                Type.Integer({ minimum: 0 }),
                'How many devices it holds for, if that was asked',
              ),
            },
            { title: 'CheckedExpression' },
          ),
          ...problems(400, 401, 413, 415),
        },
      },
    },
    async ({ body }, reply) => {
      try {
        const predicate = await prepareQuery(store.reader, body.text);
        const devices =
          body.count === true
            ? await countDevices(store, predicate, { now: now(), signal: abortedWith(reply) })
            : null;
        return { canonical: formatExpression(predicate.expression), error: null, devices };
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        const { message, expected, start, end } = error;
        return { canonical: null, error: { message, expected, start, end }, devices: null };
      }
    },
  );

  api.post(
    '/expressions/complete',
    {
      schema: {
        operationId: 'completeExpression',
        summary: 'Find out what may come next in an expression',
        description:
          'Fields, operators, values that occur in the fleet with how many devices have them, and names of nodes that devices have.',
        tags,
        body: Type.Object(
          {
            text: Text,
            cursor: Type.Optional(
              Type.Integer({
                minimum: 0,
                maximum: BOUNDS.length,
                description: 'The place, in UTF-16 code units; the end where absent',
              }),
            ),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
          },
          { additionalProperties: false, title: 'ExpressionToComplete' },
        ),
        response: {
          200: Type.Object(
            {
              start: Type.Integer({
                minimum: 0,
                description: 'What the completions take the place of: from here up to the cursor',
              }),
              items: Type.Array(CompletionSchema),
            },
            { title: 'Completions' },
          ),
          ...problems(400, 401, 413, 415),
        },
      },
    },
    async ({ body: { text, cursor = text.length, limit = 50 } }) => {
      if (cursor > text.length) {
        throw new InvalidInput([{ field: 'cursor', value: cursor, expected: `up to ${text.length}` }]);
      }
      return complete(store.reader, text, cursor, limit);
    },
  );
}
