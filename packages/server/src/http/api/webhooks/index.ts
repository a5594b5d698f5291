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
  timeOrNull,
} from '@grove/api';
import { Type } from 'typebox';
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  enableWebhook,
  listWebhooks,
  rotateSecret,
  showWebhook,
  type Webhook,
} from '../../../webhooks/index.ts';
import type { ApiMeans } from '../means.ts';
import { deliveryRoutes, tags } from './deliveries.ts';

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

function answer<W extends Webhook>({ failingSince, oldSecretUntil, createdAt, updatedAt, ...webhook }: W) {
  return {
    ...webhook,
    failingSince: timeOrNull(failingSince),
    oldSecretUntil: timeOrNull(oldSecretUntil),
    createdAt: timeOf(createdAt),
    updatedAt: timeOf(updatedAt),
  };
}

const HOUR = 60 * 60_000;
/** Hours for which a secret that was exchanged signs, too, where nobody says otherwise. */
const OVERLAP = 24;

/** Addresses that are told of events. */
export function webhookRoutes(api: Api, means: ApiMeans): void {
  const { store, now, seal, random, webhooks } = means;
  const by = { seal, random, policy: webhooks.policy };
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
      const webhook = await store.transaction((unit) => createWebhook(unit, body, by, now()));
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
      answer(await store.transaction((unit) => changeWebhook(unit, params.id, body, by, now()))),
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
        await store.transaction((unit) => rotateSecret(unit, params.id, overlapHours * HOUR, by, now())),
      ),
  );

  deliveryRoutes(api, means);
}
