import {
  type Api,
  Id,
  IdParams,
  InvalidInput,
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
import {
  changeWebhook,
  createWebhook,
  type Delivery,
  type DeliveryDetail,
  deleteWebhook,
  enableWebhook,
  listDeliveries,
  listWebhooks,
  queueMessages,
  resend,
  resendFailed,
  rotateSecret,
  showDelivery,
  showWebhook,
  type Webhook,
} from '../../webhooks/index.ts';
import type { ApiMeans } from './means.ts';

const tags = ['webhooks'];

const WebhookProperties = {
  id: Id,
  url: Type.String(),
  description: Type.String(),
  types: nullable(Type.Array(Type.String()), 'Types of events, or what they begin with; null: all'),
  state: Type.Enum(['enabled', 'disabled']),
  reason: nullable(Type.String(), 'Why it is disabled'),
  failingSince: nullable(Time, 'Since when nothing was delivered, although it was tried'),
  oldSecretUntil: nullable(Time, 'Until when the secret before signs, too'),
  createdAt: Time,
  updatedAt: Time,
};
const WebhookSchema = Type.Object(WebhookProperties, { title: 'Webhook' });
const WithSecret = Type.Object(
  { ...WebhookProperties, secret: Type.String({ description: 'What signs; shown this once' }) },
  { title: 'WebhookWithSecret' },
);

const url = Type.String({ minLength: 1, maxLength: 2000, description: 'Where to post, by http or https' });
const description = Type.String({ maxLength: 400, description: 'What it is for' });
const types = nullable(
  Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { minItems: 1, maxItems: 100 }),
  'Types of events, or what they begin with up to a dot, such as care or task.failed; null or absent: all',
);

const DeliveryProperties = {
  id: Id,
  webhookId: Id,
  messageId: Type.String({ description: 'The header webhook-id, the same at each attempt' }),
  type: Type.String(),
  state: Type.Enum(['pending', 'delivered', 'failed'], { description: 'failed: given up' }),
  attempts: Type.Integer({ minimum: 0 }),
  nextAt: nullable(Time, 'When it is tried next'),
  createdAt: Time,
  finishedAt: nullable(Time),
};
const DeliverySchema = Type.Object(DeliveryProperties, { title: 'WebhookDelivery' });
const DeliveryDetailSchema = Type.Object(
  {
    ...DeliveryProperties,
    body: Type.Unknown({ description: 'What is posted' }),
    log: Type.Array(
      Type.Object(
        {
          n: Type.Integer({ minimum: 1 }),
          at: Time,
          took: Type.Integer({ minimum: 0, description: 'Milliseconds' }),
          status: nullable(Type.Integer(), 'Of HTTP; null where there was no answer'),
          text: Type.String({ description: 'What was answered, the beginning; or why nothing was' }),
        },
        { title: 'WebhookAttempt' },
      ),
      { description: 'Each attempt' },
    ),
  },
  { title: 'WebhookDeliveryDetail' },
);
const DeliveryParams = Type.Object({ id: Id, delivery: Id });

function answer<W extends Webhook>({ failingSince, oldSecretUntil, createdAt, updatedAt, ...webhook }: W) {
  return {
    ...webhook,
    failingSince: timeOrNull(failingSince),
    oldSecretUntil: timeOrNull(oldSecretUntil),
    createdAt: timeOf(createdAt),
    updatedAt: timeOf(updatedAt),
  };
}

function deliveryAnswer<D extends Delivery>({ nextAt, createdAt, finishedAt, ...delivery }: D) {
  return {
    ...delivery,
    nextAt: timeOrNull(nextAt),
    createdAt: timeOf(createdAt),
    finishedAt: timeOrNull(finishedAt),
  };
}

function detailAnswer({ log, ...delivery }: DeliveryDetail) {
  return {
    ...deliveryAnswer(delivery),
    log: log.map(({ at, ...attempt }) => ({ ...attempt, at: timeOf(at) })),
  };
}

const HOUR = 60 * 60_000;
/** Hours for which a secret that was exchanged signs, too, where nobody says otherwise. */
const OVERLAP = 24;

/** Addresses that are told of events. */
export function webhookRoutes(api: Api, { store, now, seal, random, webhooks }: ApiMeans): void {
  const means = { seal, random, policy: webhooks.policy };
  const db = store.reader;

  api.get(
    '/webhooks',
    {
      schema: {
        operationId: 'listWebhooks',
        summary: 'List the addresses that are told of events',
        tags,
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: pageSchema(WebhookSchema), ...problems(400, 401) },
      },
    },
    async ({ query }) => {
      const { items, next } = await listWebhooks(db, pageRequest(query));
      return { items: items.map(answer), next };
    },
  );

  api.post(
    '/webhooks',
    {
      schema: {
        operationId: 'createWebhook',
        summary: 'Have an address be told of events from now on',
        description:
          'What is posted is signed as in Standard Webhooks; the answer has the secret, this once.',
        tags,
        body: Type.Object(
          {
            url,
            description: Type.Optional(description),
            types: Type.Optional(types),
            secret: Type.Optional(
              Type.String({
                maxLength: 100,
                description: 'whsec_ and base64 of 24 to 64 bytes; made up when absent',
              }),
            ),
          },
          { additionalProperties: false, title: 'NewWebhook' },
        ),
        response: { 201: WithSecret, ...problems(400, 401, 409, 413, 415) },
      },
    },
    async ({ body }, reply) => {
      const webhook = await store.transaction((unit) => createWebhook(unit, body, means, now()));
      reply.code(201).header('location', `${api.prefix}/webhooks/${webhook.id}`);
      return answer(webhook);
    },
  );

  api.get(
    '/webhooks/:id',
    {
      schema: {
        operationId: 'showWebhook',
        summary: 'Show an address that is told of events',
        tags,
        params: IdParams,
        response: { 200: WebhookSchema, ...problems(400, 401, 404) },
      },
    },
    async ({ params }) => answer(await showWebhook(db, params.id)),
  );

  api.patch(
    '/webhooks/:id',
    {
      schema: {
        operationId: 'changeWebhook',
        summary: 'Change what an address is told, or which one it is',
        tags,
        params: IdParams,
        body: Type.Object(
          {
            url: Type.Optional(url),
            description: Type.Optional(description),
            types: Type.Optional(types),
          },
          { additionalProperties: false, title: 'WebhookPatch' },
        ),
        response: { 200: WebhookSchema, ...problems(400, 401, 404, 413, 415) },
      },
    },
    async ({ params, body }) =>
      answer(await store.transaction((unit) => changeWebhook(unit, params.id, body, means, now()))),
  );

  api.delete(
    '/webhooks/:id',
    {
      schema: {
        operationId: 'deleteWebhook',
        summary: 'Tell an address no more, and forget what it was told',
        tags,
        params: IdParams,
        response: { 204: Type.Null({ description: 'It is told no more' }), ...problems(400, 401, 404) },
      },
    },
    async ({ params }, reply) => {
      await store.transaction((unit) => deleteWebhook(unit, params.id));
      return reply.code(204).send(null);
    },
  );

  for (const { path, operationId, summary, isEnabled } of [
    { path: 'enable', operationId: 'enableWebhook', summary: 'Tell an address again', isEnabled: true },
    {
      path: 'disable',
      operationId: 'disableWebhook',
      summary: 'Tell an address nothing until it is enabled',
      isEnabled: false,
    },
  ]) {
    api.post(
      `/webhooks/:id/${path}`,
      {
        schema: {
          operationId,
          summary,
          description:
            'What is still to be delivered waits meanwhile; what happens meanwhile it is not told.',
          tags,
          params: IdParams,
          response: { 200: WebhookSchema, ...problems(400, 401, 404) },
        },
      },
      async ({ params }) => {
        const webhook = await store.transaction((unit) => enableWebhook(unit, params.id, isEnabled, now()));
        webhooks.wake();
        return answer(webhook);
      },
    );
  }

  api.post(
    '/webhooks/:id/rotate',
    {
      schema: {
        operationId: 'rotateWebhookSecret',
        summary: 'Give an address another secret',
        tags,
        params: IdParams,
        body: Type.Object(
          {
            overlapHours: Type.Optional(
              Type.Integer({
                minimum: 0,
                maximum: 720,
                description: `For how long the secret before signs, too; ${OVERLAP} when absent`,
              }),
            ),
          },
          { additionalProperties: false, title: 'RotateSecret' },
        ),
        response: { 200: WithSecret, ...problems(400, 401, 404, 413, 415) },
      },
    },
    async ({ params, body: { overlapHours = OVERLAP } }) =>
      answer(
        await store.transaction((unit) => rotateSecret(unit, params.id, overlapHours * HOUR, means, now())),
      ),
  );

  api.post(
    '/webhooks/:id/ping',
    {
      schema: {
        operationId: 'pingWebhook',
        summary: 'Post a message to an address to see whether it takes it',
        tags,
        params: IdParams,
        response: { 202: DeliverySchema, ...problems(400, 401, 404) },
      },
    },
    async ({ params }, reply) => {
      const delivery = await store.transaction(async (unit) => {
        const { id } = await showWebhook(unit, params.id);
        const [made = 0] = await queueMessages(
          unit,
          [{ webhookId: id, type: 'webhook.ping', at: now(), data: { webhook: id } }],
          now(),
        );
        const { body: _, log: __, ...queued } = await showDelivery(unit, id, made);
        return queued;
      });
      webhooks.wake();
      reply.code(202);
      return deliveryAnswer(delivery);
    },
  );

  api.get(
    '/webhooks/:id/deliveries',
    {
      schema: {
        operationId: 'listDeliveries',
        summary: 'List what an address was told, the newest first',
        tags,
        params: IdParams,
        querystring: Type.Object(
          { ...PageQuery, state: Type.Optional(Type.Enum(['pending', 'delivered', 'failed'])) },
          { additionalProperties: false },
        ),
        response: { 200: pageSchema(DeliverySchema), ...problems(400, 401, 404) },
      },
    },
    async ({ params, query: { state, ...page } }) => {
      await showWebhook(db, params.id);
      const { items, next } = await listDeliveries(db, params.id, state, pageRequest(page));
      return { items: items.map(deliveryAnswer), next };
    },
  );

  api.get(
    '/webhooks/:id/deliveries/:delivery',
    {
      schema: {
        operationId: 'showDelivery',
        summary: 'Show what an address was told, with each attempt',
        tags,
        params: DeliveryParams,
        response: { 200: DeliveryDetailSchema, ...problems(400, 401, 404) },
      },
    },
    async ({ params }) => detailAnswer(await showDelivery(db, params.id, params.delivery)),
  );

  api.post(
    '/webhooks/:id/deliveries/:delivery/resend',
    {
      schema: {
        operationId: 'resendDelivery',
        summary: 'Post a message again, under the same id',
        tags,
        params: DeliveryParams,
        response: { 202: DeliveryDetailSchema, ...problems(400, 401, 404) },
      },
    },
    async ({ params: { id, delivery } }, reply) => {
      const again = await store.transaction(async (unit) => {
        await resend(unit, id, delivery, now());
        return showDelivery(unit, id, delivery);
      });
      webhooks.wake();
      reply.code(202);
      return detailAnswer(again);
    },
  );

  api.post(
    '/webhooks/:id/resend',
    {
      schema: {
        operationId: 'resendFailed',
        summary: 'Post all messages again that were given up',
        tags,
        params: IdParams,
        body: Type.Object(
          { since: { ...Time, description: 'Those that were made since then' } },
          { additionalProperties: false, title: 'ResendFailed' },
        ),
        response: {
          202: Type.Object({ resent: Type.Integer({ minimum: 0 }) }),
          ...problems(400, 401, 404, 413, 415),
        },
      },
    },
    async ({ params: { id }, body }, reply) => {
      const since = Date.parse(body.since);
      if (Number.isNaN(since)) {
        const expected = 'a time such as 2026-11-21T12:00:00Z';
        throw new InvalidInput([{ field: 'since', value: body.since, expected }]);
      }
      const resent = await store.transaction(async (unit) => {
        await showWebhook(unit, id);
        return resendFailed(unit, id, since, now());
      });
      webhooks.wake();
      reply.code(202);
      return { resent };
    },
  );
}
