import {
  type Api,
  Id,
  IdParams,
  nullable,
  PageQuery,
  pageRequest,
  pageSchema,
  problems,
  readTime,
  Time,
  timeOf,
  timeOrNull,
} from '@grove/api';
import { Type } from 'typebox';
import {
  type Delivery,
  type DeliveryDetail,
  listDeliveries,
  queueMessages,
  resend,
  resendFailed,
  showDelivery,
  showWebhook,
} from '../../../webhooks/index.ts';
import type { ApiMeans } from '../means.ts';

export const tags = ['webhooks'];

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

/** What addresses were told, and telling them again. */
export function deliveryRoutes(api: Api, { store, now, webhooks }: ApiMeans): void {
  const db = store.reader;

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
      const since = readTime(body.since, 'since');
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
