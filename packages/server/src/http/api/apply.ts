import { type Api, callerOf, Name, problems } from '@grove/api';
import { Type } from 'typebox';
import { applyDeclarations, DECLARED_KINDS } from '../../declared/index.ts';
import type { ApiMeans } from './means.ts';

/** Things that one request declares at most. */
const MOST = 1000;
/** Bytes of a request: as many profiles as a large operator has. */
const BODY_LIMIT = 16 * 1024 * 1024;

const Declared = Type.Object(
  {
    kind: Type.Enum(
      DECLARED_KINDS.map(({ kind }) => kind),
      { description: 'What it is' },
    ),
    name: Type.String({ minLength: 1, maxLength: 800 }),
    document: Type.Unknown({
      description: 'All that its file says besides: what the API takes for one of its kind',
    }),
  },
  { additionalProperties: false, title: 'Declaration' },
);

const DifferenceSchema = Type.Object(
  {
    path: Type.String({ description: 'Path of the place, nodes/0/value' }),
    before: Type.Optional(Type.Unknown({ description: 'What was there; absent where there was nothing' })),
    after: Type.Optional(Type.Unknown({ description: 'What is to be there; absent where nothing is' })),
  },
  { title: 'Difference' },
);

const ChangeSchema = Type.Object(
  {
    kind: Type.String(),
    name: Type.String(),
    change: Type.Enum(['create', 'update', 'delete', 'none']),
    differences: Type.Array(DifferenceSchema, {
      description: 'Of an update, where it differs from what was there',
    }),
  },
  { title: 'Change' },
);

/** Things that are kept as files. */
export function applyRoutes(
  api: Api,
  { store, now, random, notifying, rules, sweep, campaigns }: ApiMeans,
): void {
  api.post(
    '/apply',
    {
      bodyLimit: BODY_LIMIT,
      schema: {
        operationId: 'apply',
        summary: 'Make things be as files say, or find out what that would change',
        description:
          'All in one unit of work, or nothing. What is to be found out is found by doing it and taking it back, so that all ' +
          'that would be refused is refused then.',
        tags: ['apply'],
        body: Type.Object(
          {
            resources: Type.Array(Declared, { maxItems: MOST }),
            set: Type.Optional({
              ...Name,
              description: 'Under which name it is remembered what was applied, for "prune"',
            }),
            prune: Type.Optional(
              Type.Boolean({
                description:
                  'Whether what the set had before and is not among the resources is deleted; false when absent',
              }),
            ),
            dryRun: Type.Optional(Type.Boolean({ description: 'Only to find out; false when absent' })),
          },
          { additionalProperties: false, title: 'ApplyRequest' },
        ),
        response: {
          200: Type.Object(
            {
              applied: Type.Boolean({ description: 'false where it was only to find out' }),
              changes: Type.Array(ChangeSchema, { description: 'In the order in which they are made' }),
            },
            { title: 'Applied' },
          ),
          ...problems(400, 401, 404, 409, 413, 415),
        },
      },
    },
    async (request) => {
      const { resources, set, prune = false, dryRun = false } = request.body;
      const changes = await applyDeclarations(
        store,
        { declarations: resources, set, prune, dryRun },
        { random, now: now(), by: callerOf(request), campaigns },
      );
      if (!dryRun) {
        rules.book.renew();
        sweep();
        notifying?.wake();
      }
      return { applied: !dryRun, changes };
    },
  );
}
