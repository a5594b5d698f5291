import {
  type Api,
  callerOf,
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
  timeOrNull,
} from '@grove/api';
import { Type } from 'typebox';
import { withoutSecrets } from '../../secrets/index.ts';
import { findSubscriber } from '../../subscribers/index.ts';
import {
  cancelTrigger,
  deleteDefinition,
  listDefinitions,
  listTriggerDevices,
  listTriggers,
  type NamedDefinition,
  Recipient,
  requestTrigger,
  setDefinition,
  showDefinition,
  showTrigger,
  type Trigger,
  TriggerDefinition,
  TriggerRequest,
} from '../../triggers/index.ts';
import { OutcomeSchema } from './care.ts';
import type { ApiMeans } from './means.ts';

const tags = ['triggers'];

const STATES = ['waiting', 'running', 'finished', 'expired', 'cancelled'] as const;
const count = Type.Integer({ minimum: 0 });
const TriggerSchema = Type.Object(
  {
    id: Id,
    name: nullable(Type.String(), 'Of its definition'),
    reference: nullable(Type.String(), 'What the caller calls it'),
    caller: Type.String({ description: 'Name of the token that asked' }),
    state: Type.Enum([...STATES], {
      description:
        'waiting for a device of the subscriber; running until every device has done it or failed; expired: no device came in time',
    }),
    recipient: Recipient,
    subscriberId: nullable(Id),
    expiresAt: nullable(Time, 'When what was not begun is given up'),
    createdAt: Time,
    finishedAt: nullable(Time),
    counts: Type.Object({ succeeded: count, failed: count, pending: count }),
  },
  { title: 'Trigger' },
);
const TriggerDeviceSchema = Type.Object(
  {
    deviceId: Id,
    devId: Type.String(),
    taskId: nullable(Id),
    state: Type.Enum(['pending', 'succeeded', 'failed']),
    reason: nullable(Type.String(), 'Why it failed'),
    outcome: nullable(OutcomeSchema, 'What that means, and what to do'),
  },
  { title: 'TriggerDevice' },
);
const DefinitionSchema = Type.Object(
  { name: Type.String(), ...TriggerDefinition.properties, createdAt: Time, updatedAt: Time },
  { title: 'NamedTriggerDefinition' },
);
const NameParams = Type.Object({ name: Name });

function answer({ recipient, expiresAt, createdAt, finishedAt, ...trigger }: Trigger) {
  return {
    ...trigger,
    recipient: recipient as Recipient,
    expiresAt: timeOrNull(expiresAt),
    createdAt: timeOf(createdAt),
    finishedAt: timeOrNull(finishedAt),
  };
}

function definitionAnswer({ name, definition, createdAt, updatedAt }: NamedDefinition) {
  return { name, ...withoutSecrets(definition), createdAt: timeOf(createdAt), updatedAt: timeOf(updatedAt) };
}

/** What other systems ask for, and may ask for. */
export function triggerRoutes(api: Api, means: ApiMeans): void {
  const { store, now, notifying } = means;
  const db = store.reader;
  // Who may ask for some things only sees only what he has asked for.
  const ownOf = (request: Parameters<typeof callerOf>[0]) => {
    const { id, only } = callerOf(request);
    return only === undefined ? undefined : id;
  };

  api.post(
    '/triggers',
    {
      schema: {
        operationId: 'createTrigger',
        summary:
          'Have something be done now on a device, on the devices of a subscriber, or on those of a target',
        description:
          'By the name of a definition, or said in full. Each device gets a task at once; for a subscriber who has no device it waits until one is bound. The same request with the same Idempotency-Key is done once.',
        tags,
        body: TriggerRequest,
        response: { 202: TriggerSchema, ...problems(400, 401, 403, 404, 409, 413, 415) },
      },
    },
    async (request, reply) => {
      const id = await requestTrigger(store, request.body, callerOf(request), means, now());
      notifying?.wake();
      reply.code(202).header('location', `${api.prefix}/triggers/${id}`);
      return answer(await showTrigger(db, id));
    },
  );

  api.get(
    '/triggers',
    {
      schema: {
        operationId: 'listTriggers',
        summary: 'List what was asked for, the newest first',
        tags,
        querystring: Type.Object(
          {
            ...PageQuery,
            state: Type.Optional(Type.Enum([...STATES])),
            reference: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
            subscriber: Type.Optional(Type.String({ minLength: 1, maxLength: 400 })),
          },
          { additionalProperties: false },
        ),
        response: { 200: pageSchema(TriggerSchema), ...problems(400, 401, 404) },
      },
    },
    async (request) => {
      const { state, reference, subscriber, ...page } = request.query;
      const subscriberId = subscriber === undefined ? undefined : await findSubscriber(db, subscriber);
      const filter = { state, reference, subscriberId, callerId: ownOf(request) };
      const { items, next } = await listTriggers(db, filter, pageRequest(page));
      return { items: items.map(answer), next };
    },
  );

  api.get(
    '/triggers/:id',
    {
      schema: {
        operationId: 'showTrigger',
        summary: 'Show what became of something that was asked for',
        tags,
        params: IdParams,
        response: { 200: TriggerSchema, ...problems(400, 401, 404) },
      },
    },
    async (request) => answer(await showTrigger(db, request.params.id, ownOf(request))),
  );

  api.get(
    '/triggers/:id/devices',
    {
      schema: {
        operationId: 'listTriggerDevices',
        summary: 'List what became of it on each device',
        tags,
        params: IdParams,
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: pageSchema(TriggerDeviceSchema), ...problems(400, 401, 404) },
      },
    },
    async (request) => {
      const { id } = await showTrigger(db, request.params.id, ownOf(request));
      return listTriggerDevices(db, id, pageRequest(request.query));
    },
  );

  api.post(
    '/triggers/:id/cancel',
    {
      schema: {
        operationId: 'cancelTrigger',
        summary: 'Withdraw what was asked for, as far as devices have not begun it',
        tags,
        params: IdParams,
        response: { 200: TriggerSchema, ...problems(400, 401, 404, 409) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const own = ownOf(request);
      await store.transaction(async (unit) => {
        await showTrigger(unit, id, own);
        await cancelTrigger(unit, id, now());
      });
      return answer(await showTrigger(db, id));
    },
  );

  api.get(
    '/trigger-definitions',
    {
      schema: {
        operationId: 'listTriggerDefinitions',
        summary: 'List what other systems may ask for by name',
        tags,
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: pageSchema(DefinitionSchema), ...problems(400, 401) },
      },
    },
    async ({ query }) => {
      const { items, next } = await listDefinitions(db, pageRequest(query));
      return { items: items.map(definitionAnswer), next };
    },
  );

  api.get(
    '/trigger-definitions/:name',
    {
      schema: {
        operationId: 'showTriggerDefinition',
        summary: 'Show what other systems may ask for by a name',
        tags,
        params: NameParams,
        response: { 200: DefinitionSchema, ...problems(400, 401, 404) },
      },
    },
    async ({ params }) => definitionAnswer(await showDefinition(db, params.name)),
  );

  api.put(
    '/trigger-definitions/:name',
    {
      schema: {
        operationId: 'setTriggerDefinition',
        summary: 'Say what other systems may ask for by a name, in place of what was said before',
        tags,
        params: NameParams,
        body: TriggerDefinition,
        response: { 200: DefinitionSchema, 201: DefinitionSchema, ...problems(400, 401, 404, 413, 415) },
      },
    },
    async ({ params, body }, reply) => {
      const { definition, isNew } = await store.transaction((unit) =>
        setDefinition(unit, params.name, body, now()),
      );
      if (isNew) reply.code(201);
      return definitionAnswer(definition);
    },
  );

  api.delete(
    '/trigger-definitions/:name',
    {
      schema: {
        operationId: 'deleteTriggerDefinition',
        summary: 'Let nobody ask for something by that name any more',
        tags,
        params: NameParams,
        response: { 204: Type.Null({ description: 'It is deleted' }), ...problems(400, 401, 404) },
      },
    },
    async ({ params }, reply) => {
      await store.transaction((unit) => deleteDefinition(unit, params.name));
      return reply.code(204).send(null);
    },
  );
}
