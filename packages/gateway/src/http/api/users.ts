import {
  type Api,
  InvalidInput,
  NotFound,
  PageQuery,
  pageRequest,
  pageSchema,
  problems,
  Time,
  timeOf,
} from '@grove/api';
import { Type } from 'typebox';
import { deleteUser, findUser, listUsers, putUser, type User, UserInput } from '../../directory/index.ts';
import type { BearerStatus, GatewayMeans } from './means.ts';

const tags = ['gateway'];

const Name = Type.String({ minLength: 1, maxLength: 256, pattern: '^\\P{Cc}+$' });
const Params = Type.Object({ user: Name });
const UserSchema = Type.Object(
  { name: Type.String(), ...UserInput.properties, changedAt: Time },
  { title: 'PushUser', description: 'A user, and where the terminals are reached' },
);

/** The directory. */
export function userRoutes(api: Api, { store, now, bearers }: GatewayMeans): void {
  api.get(
    '/gateway/users',
    {
      schema: {
        operationId: 'listPushUsers',
        summary: 'List the users that the push gateway knows, in the order of their names',
        tags,
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: pageSchema(UserSchema), ...problems(400, 401) },
      },
    },
    async ({ query }) => {
      const { items, next } = await listUsers(store.reader, pageRequest(query));
      return { items: items.map(answerOf), next };
    },
  );

  api.get(
    '/gateway/users/:user',
    {
      schema: {
        operationId: 'showPushUser',
        summary: 'Show a user of the push gateway',
        tags,
        params: Params,
        response: { 200: UserSchema, ...problems(400, 401, 404) },
      },
    },
    async ({ params }) => {
      const user = await findUser(store.reader, params.user);
      if (user === undefined) throw new NotFound('user', params.user);
      return answerOf(user);
    },
  );

  api.put(
    '/gateway/users/:user',
    {
      schema: {
        operationId: 'putPushUser',
        summary: 'Make a user of the push gateway, or replace what is said of one',
        tags,
        params: Params,
        body: UserInput,
        response: { 200: UserSchema, ...problems(400, 401, 413, 415) },
      },
    },
    async ({ params, body }) => {
      checkBearers(body, bearers());
      return answerOf(await store.transaction((db) => putUser(db, params.user, body, now())));
    },
  );

  api.delete(
    '/gateway/users/:user',
    {
      schema: {
        operationId: 'deletePushUser',
        summary: 'Forget a user of the push gateway',
        description: 'Pushes that are queued go where they were going.',
        tags,
        params: Params,
        response: { 204: Type.Null({ description: 'It is forgotten' }), ...problems(400, 401, 404) },
      },
    },
    async ({ params }, reply) => {
      await store.transaction((db) => deleteUser(db, params.user));
      return reply.code(204).send(null);
    },
  );
}

/** A user whose terminals take nothing but bearers that are not there would never be reached. */
function checkBearers(user: UserInput, bearers: readonly BearerStatus[]): void {
  const names = bearers.map(({ name }) => name);
  const problems = (user.bearers ?? []).flatMap((name, index) =>
    names.includes(name)
      ? []
      : [{ field: `bearers/${index}`, value: name, expected: `the name of a bearer (${names.join(', ')})` }],
  );
  if (problems.length > 0) throw new InvalidInput(problems);
}

const answerOf = ({ changedAt, ...user }: User) => ({ ...user, changedAt: timeOf(changedAt) });
