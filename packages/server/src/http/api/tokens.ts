import {
  type Api,
  Id,
  IdParams,
  Name,
  nullable,
  PageQuery,
  pageRequest,
  pageSchema,
  problems,
  Time,
  timeOf,
} from '@grove/api';
import { Type } from 'typebox';
import { createToken, listTokens, withdrawToken } from '../../secrets/index.ts';
import type { ApiMeans } from './means.ts';

const tags = ['tokens'];

const Triggers = nullable(
  Type.Array(Name, { minItems: 1, maxItems: 100 }),
  'Names of the trigger definitions that are all that may be asked for with it; null: it may do everything',
);
const TokenProperties = {
  id: Id,
  name: Type.String({ description: 'What it is for' }),
  triggers: Triggers,
  createdAt: Time,
};
const TokenSchema = Type.Object(TokenProperties, { title: 'Token' });
const NewTokenSchema = Type.Object(
  {
    id: Id,
    name: Type.String(),
    triggers: Triggers,
    token: Type.String({ description: 'The token itself, which is shown this once' }),
  },
  { title: 'NewToken' },
);

/** Tokens of the API. */
export function tokenRoutes(api: Api, { store, now }: ApiMeans): void {
  api.get(
    '/tokens',
    {
      schema: {
        operationId: 'listTokens',
        summary: 'List the tokens of the API',
        description: 'What they are for and when they were made; the tokens themselves are not kept.',
        tags,
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: pageSchema(TokenSchema), ...problems(400, 401) },
      },
    },
    async ({ query }) => {
      const { items, next } = await listTokens(store.reader, pageRequest(query));
      return { items: items.map((token) => ({ ...token, createdAt: timeOf(token.createdAt) })), next };
    },
  );

  api.post(
    '/tokens',
    {
      schema: {
        operationId: 'createToken',
        summary: 'Make a token of the API',
        tags,
        body: Type.Object(
          { name: Name, triggers: Type.Optional(Triggers) },
          { additionalProperties: false, title: 'TokenRequest' },
        ),
        response: { 201: NewTokenSchema, ...problems(400, 401, 413, 415) },
      },
    },
    async ({ body }, reply) => {
      const token = await store.transaction((db) => createToken(db, body.name, now(), body.triggers));
      reply.code(201).header('location', `${api.prefix}/tokens/${token.id}`);
      return token;
    },
  );

  api.delete(
    '/tokens/:id',
    {
      schema: {
        operationId: 'withdrawToken',
        summary: 'Withdraw a token of the API',
        description: 'From then on it is not valid any more. The last one cannot be withdrawn.',
        tags,
        params: IdParams,
        response: { 204: Type.Null({ description: 'It is withdrawn' }), ...problems(400, 401, 404, 409) },
      },
    },
    async ({ params }, reply) => {
      await store.transaction((db) => withdrawToken(db, params.id));
      return reply.code(204).send(null);
    },
  );
}
