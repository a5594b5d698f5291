import {
  type Api,
  Conflict,
  Id,
  IdParams,
  InvalidInput,
  NotFound,
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
import { keyOf, readAny } from '../../address/index.ts';
import { cancelDeliveries, findDelivery, type ListedPush, listPushes, showPush } from '../../queue/index.ts';
import { DELIVERY_STATES } from '../../store/index.ts';
import type { GatewayMeans } from './means.ts';

const tags = ['gateway'];

const State = Type.Enum(DELIVERY_STATES);

const PushProperties = {
  id: Id,
  client: Type.String({ description: 'The client that submitted it' }),
  pushId: Type.String({ description: "The client's own name for it, shared by all its addresses" }),
  address: Type.String({ description: 'Whom it is for' }),
  state: State,
  priority: Type.Enum(['high', 'medium', 'low']),
  bearer: nullable(Type.String(), 'The bearer that it goes over, or went over last'),
  target: nullable(Type.String(), 'The address at that bearer'),
  attempts: Type.Integer({ minimum: 0 }),
  dueAt: nullable(Time, 'When it is tried next; null where it is not queued'),
  expiresAt: Time,
  submittedAt: Time,
  changedAt: Time,
  endedAt: nullable(Time),
  code: nullable(Type.Integer(), "PAP's code of the outcome"),
  text: Type.String({ description: 'What happened last' }),
};
const PushSchema = Type.Object(PushProperties, { title: 'Push' });

const PushDetailSchema = Type.Object(
  {
    ...PushProperties,
    contentType: Type.String(),
    applicationId: nullable(Type.String()),
    size: Type.Integer({ minimum: 0, description: 'Bytes of the content' }),
    quality: Type.Object(
      {
        priority: Type.Enum(['high', 'medium', 'low']),
        deliveryMethod: Type.Enum(['confirmed', 'preferconfirmed', 'unconfirmed', 'notspecified']),
        network: Type.Optional(Type.String()),
        networkRequired: Type.Boolean(),
        bearer: Type.Optional(Type.String()),
        bearerRequired: Type.Boolean(),
      },
      { description: 'How the client wants it to travel' },
    ),
    sourceReference: nullable(Type.String()),
    deliverAfter: nullable(Time),
    notifyTo: nullable(Type.String(), 'Where the client wants to be told of the outcome'),
    references: Type.Array(Type.Object({ bearer: Type.String(), reference: Type.String() }), {
      description: 'Names that networks gave to it',
    }),
    events: Type.Array(
      Type.Object({
        at: Time,
        kind: Type.String(),
        bearer: nullable(Type.String()),
        text: Type.String(),
      }),
      { description: 'What happened to it, the newest 500' },
    ),
    notifications: Type.Array(
      Type.Object({
        url: Type.String(),
        state: Type.Enum(['waiting', 'sending', 'sent', 'failed']),
        attempts: Type.Integer({ minimum: 0 }),
        text: nullable(Type.String()),
      }),
      { description: 'What the client was told, or is to be' },
    ),
  },
  { title: 'PushDetail' },
);

/** The queue. */
export function pushRoutes(api: Api, { store, now, onEnded }: GatewayMeans): void {
  api.get(
    '/gateway/pushes',
    {
      schema: {
        operationId: 'listPushes',
        summary: 'List pushes, the newest first',
        description: 'A push to several addresses is listed once for each.',
        tags,
        querystring: Type.Object(
          {
            ...PageQuery,
            state: Type.Optional(State),
            bearer: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
            client: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
            pushId: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
            address: Type.Optional(
              Type.String({
                minLength: 1,
                maxLength: 512,
                description: 'A number, a SIP URI, an IP address or a user; or an address as PAP writes it',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        response: { 200: pageSchema(PushSchema), ...problems(400, 401) },
      },
    },
    async ({ query }) => {
      const { limit, after, address, ...filter } = query;
      const { items, next } = await listPushes(
        store.reader,
        { ...filter, address: address === undefined ? undefined : readAddress(address) },
        pageRequest({ limit, after }),
      );
      return { items: items.map(answerOf), next };
    },
  );

  api.get(
    '/gateway/pushes/:id',
    {
      schema: {
        operationId: 'showPush',
        summary: 'Show a push with its life',
        tags,
        params: IdParams,
        response: { 200: PushDetailSchema, ...problems(400, 401, 404) },
      },
    },
    async ({ params }) => {
      const push = await showPush(store.reader, params.id);
      return {
        ...push,
        ...answerOf(push),
        deliverAfter: timeOrNull(push.deliverAfter),
        events: push.events.map((event) => ({ ...event, at: timeOf(event.at) })),
      };
    },
  );

  api.post(
    '/gateway/pushes/:id/cancel',
    {
      schema: {
        operationId: 'cancelPush',
        summary: 'Cancel a push',
        description:
          'Only one that is queued, or cancelled already: what is being sent cannot be called back.',
        tags,
        params: IdParams,
        response: { 200: PushSchema, ...problems(400, 401, 404, 409) },
      },
    },
    async ({ params }) => {
      await store.transaction(async (db) => {
        const delivery = await findDelivery(db, params.id);
        if (delivery === undefined) throw new NotFound('push', params.id);
        const [outcome] = await cancelDeliveries(db, [delivery], 'cancelled by an operator', now());
        if (outcome?.isCancelled === false) throw new Conflict(`it cannot be cancelled: ${outcome.text}`);
      });
      onEnded();
      return answerOf(await showPush(store.reader, params.id));
    },
  );
}

function answerOf(push: ListedPush) {
  return {
    id: push.id,
    client: push.client,
    pushId: push.pushId,
    address: push.address,
    state: push.state,
    priority: push.priority,
    bearer: push.bearer,
    target: push.target,
    attempts: push.attempts,
    dueAt: timeOrNull(push.dueAt),
    expiresAt: timeOf(push.expiresAt),
    submittedAt: timeOf(push.submittedAt),
    changedAt: timeOf(push.changedAt),
    endedAt: timeOrNull(push.endedAt),
    code: push.code,
    text: push.text,
  };
}

function readAddress(text: string): string {
  const address = readAny(text);
  if (address !== undefined) return keyOf(address);
  throw new InvalidInput([
    { field: 'address', value: text, expected: '+441632960001, sip:alice@example.com, 192.0.2.1 or a user' },
  ]);
}
