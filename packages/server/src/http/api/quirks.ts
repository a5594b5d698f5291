import {
  type Api,
  Id,
  IdParams,
  nullable,
  PageQuery,
  pageRequest,
  pageSchema,
  problems,
  Time,
  timeOf,
} from '@grove/api';
import { Type } from 'typebox';
import {
  deleteQuirk,
  listQuirks,
  type ModelQuirk,
  QUIRK_NAMES,
  QUIRKS,
  setQuirk,
  WITNESSES,
} from '../../quirks/index.ts';
import type { ApiMeans } from './means.ts';

const tags = ['models'];

/** Characters of a name of a model. */
const MAX_NAME = 256;
const Man = Type.String({ minLength: 1, maxLength: MAX_NAME, description: 'Manufacturer, as in DevInfo' });
const Mod = Type.String({ minLength: 1, maxLength: MAX_NAME, description: 'Model, as in DevInfo' });
const Swv = Type.String({
  maxLength: MAX_NAME,
  description: 'Software version, as in DevDetail; empty = any',
});
const Quirk = Type.Enum(QUIRK_NAMES, {
  description: QUIRK_NAMES.map((name) => `${name}: ${QUIRKS[name].says}`).join(' '),
});

export const QuirkSchema = Type.Object(
  {
    id: Id,
    man: Man,
    mod: Mod,
    swv: Swv,
    quirk: Quirk,
    says: Type.String({ description: 'What the quirk is, and what the server does about it' }),
    holds: Type.Boolean({
      description: 'Whether the model has it; false where a person has said that it has not',
    }),
    origin: Type.Enum(['learnt', 'set'], { description: 'From a device, or by a person, who is right' }),
    devices: Type.Integer({
      minimum: 0,
      description: `How many devices have shown it, counted up to ${WITNESSES}. One that was learnt counts for those devices and, once ${WITNESSES} have shown it, for all of the model.`,
    }),
    sessionId: nullable(Id, 'The session in which it was learnt first'),
    status: nullable(Type.Integer(), 'The status that showed it'),
    request: nullable(Type.String(), 'What that status answered'),
    changedAt: Time,
  },
  { title: 'Quirk' },
);

const NewQuirkSchema = Type.Object(
  {
    man: Man,
    mod: Mod,
    swv: Type.Optional(Swv),
    quirk: Quirk,
    holds: Type.Optional(Type.Boolean({ default: true })),
  },
  { additionalProperties: false, title: 'NewQuirk' },
);

export function quirkAnswer({ changedAt, ...quirk }: ModelQuirk) {
  return { ...quirk, says: QUIRKS[quirk.quirk].says, changedAt: timeOf(changedAt) };
}

/** What models do otherwise than the standard says. */
export function quirkRoutes(api: Api, { store, now }: ApiMeans): void {
  api.get(
    '/quirks',
    {
      schema: {
        operationId: 'listQuirks',
        summary: 'List what is known of models, the newest first',
        tags,
        querystring: Type.Object(
          { ...PageQuery, man: Type.Optional(Man), mod: Type.Optional(Mod) },
          { additionalProperties: false },
        ),
        response: { 200: pageSchema(QuirkSchema), ...problems(400, 401) },
      },
    },
    async ({ query }) => {
      const { items, next } = await listQuirks(store.reader, query, pageRequest(query));
      return { items: items.map(quirkAnswer), next };
    },
  );

  api.put(
    '/quirks',
    {
      schema: {
        operationId: 'setQuirk',
        summary: 'Say of a model that it has a quirk, or has not',
        description: 'This wins over what was learnt from its devices. It counts within seconds.',
        tags,
        body: NewQuirkSchema,
        response: { 200: QuirkSchema, ...problems(400, 401, 413, 415) },
      },
    },
    async ({ body }) => {
      const { man, mod, swv = '', quirk, holds = true } = body;
      return quirkAnswer(
        await store.transaction((db) => setQuirk(db, { man, mod, swv }, quirk, holds, now())),
      );
    },
  );

  api.delete(
    '/quirks/:id',
    {
      schema: {
        operationId: 'deleteQuirk',
        summary: 'Forget what was set or learnt',
        description: 'What was learnt is learnt again when a device shows it again.',
        tags,
        params: IdParams,
        response: { 204: Type.Null({ description: 'It is forgotten' }), ...problems(400, 401, 404) },
      },
    },
    async ({ params }, reply) => {
      await store.transaction((db) => deleteQuirk(db, params.id));
      return reply.code(204).send(null);
    },
  );
}
