import {
  type Api,
  Conflict,
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
import { findDevice } from '../../devices/index.ts';
import {
  cancelNotification,
  createNotification,
  keepWish,
  listNotifications,
  NOTIFICATION_STATES,
  type Notification,
  type NotificationSummary,
  runUnit,
  showNotification,
  Wish,
} from '../../notifications/index.ts';
import type { ApiMeans, Notifying } from './means.ts';
import { DeviceParams, DeviceQuery } from './schemas.ts';

const tags = ['notifications'];

const State = Type.Enum(NOTIFICATION_STATES, {
  description:
    'queued: no gateway has it; submitted: the gateway has it; sent: the network has it; delivered: the device has it; opened: the session that it asks for has begun; refused: by the user; expired, failed, cancelled: "reason" says why',
});
const AttemptState = Type.Enum(['submitting', 'submitted', 'sent', 'delivered', 'failed', 'cancelled'], {
  description: 'submitting: the gateway has not said yet whether it has it',
});

const Properties = {
  id: Id,
  deviceId: Id,
  devId: Type.String(),
  taskId: nullable(Id, 'The task that the device is to call for'),
  campaignId: nullable(Id, 'The campaign that the device is to call for'),
  state: State,
  reason: nullable(Type.String(), 'Why it is in this state'),
  sessionID: Type.String({ description: 'SessionID that the device is to use' }),
  sessionId: nullable(
    Id,
    'The session that began because of it, or in which the device said that it did not want to',
  ),
  dueAt: nullable(Time, 'When the next thing is done about it'),
  expiresAt: Time,
  createdAt: Time,
  changedAt: Time,
};
const SummarySchema = Type.Object(Properties, { title: 'NotificationSummary' });
const NotificationSchema = Type.Object(
  {
    ...Properties,
    wish: Wish,
    attempts: Type.Array(
      Type.Object(
        {
          n: Type.Integer({ minimum: 1 }),
          pushId: Type.String({ description: 'Its name at the gateway' }),
          address: Type.String(),
          bearer: nullable(Type.String(), 'The bearer that is insisted on; null where the gateway chooses'),
          resync: Type.Boolean({ description: 'Whether it is made with the resynchronisation nonce' }),
          state: AttemptState,
          text: nullable(Type.String(), 'What was last said of it'),
          tries: Type.Integer({
            minimum: 0,
            description: 'How often the gateway was asked in vain to take it',
          }),
          beganAt: Time,
          changedAt: Time,
        },
        { title: 'NotificationAttempt', description: 'One push' },
      ),
    ),
  },
  { title: 'Notification', description: 'A device is asked to call' },
);

const count = Type.Integer({ minimum: 0 });
export const NotificationCountsSchema = Type.Object(
  {
    queued: count,
    submitted: count,
    sent: count,
    delivered: count,
    opened: count,
    refused: count,
    expired: count,
    failed: count,
    cancelled: count,
  },
  { title: 'NotificationCounts', description: 'Notifications by state' },
);

function summaryAnswer<N extends NotificationSummary>({
  dueAt,
  expiresAt,
  createdAt,
  changedAt,
  ...rest
}: N) {
  return {
    ...rest,
    dueAt: timeOrNull(dueAt),
    expiresAt: timeOf(expiresAt),
    createdAt: timeOf(createdAt),
    changedAt: timeOf(changedAt),
  };
}

function answer({ attempts, ...notification }: Notification) {
  return {
    ...summaryAnswer(notification),
    attempts: attempts.map(({ beganAt, changedAt, ...attempt }) => ({
      ...attempt,
      beganAt: timeOf(beganAt),
      changedAt: timeOf(changedAt),
    })),
  };
}

/**
 * By what devices are asked to call.
 *
 * @throws {Conflict} when there is no gateway
 */
export function mayNotify({ notifying }: ApiMeans): Notifying {
  if (notifying !== undefined) return notifying;
  throw new Conflict(
    'devices cannot be asked to call: the server knows no push proxy gateway; start it with one, or leave the notification out and wait for devices to call',
  );
}

/** Notifications. */
export function notificationRoutes(api: Api, means: ApiMeans): void {
  const { store, now } = means;

  api.post(
    '/devices/:device/notifications',
    {
      schema: {
        operationId: 'createNotification',
        summary: 'Ask a device to call',
        description:
          'For nothing in particular: it gets then what there is for it. Tasks and campaigns ask by themselves where they have "notify".',
        tags,
        params: DeviceParams,
        body: Wish,
        response: { 201: NotificationSchema, ...problems(400, 401, 404, 409, 413, 415) },
      },
    },
    async ({ params, body }, reply) => {
      const notifying = mayNotify(means);
      const made = await store.transaction(async (db) => {
        const deviceId = await findDevice(db, params.device);
        const kept = await keepWish(db, body, '');
        return createNotification(db, { ...means, ...notifying }, deviceId, kept, {}, now());
      });
      notifying.wake();
      reply.code(201).header('location', `${api.prefix}/notifications/${made.id}`);
      return answer(made);
    },
  );

  api.get(
    '/notifications',
    {
      schema: {
        operationId: 'listNotifications',
        summary: 'List notifications, the newest first',
        tags,
        querystring: Type.Object(
          {
            ...PageQuery,
            ...DeviceQuery,
            task: Type.Optional(Id),
            campaign: Type.Optional(Id),
            state: Type.Optional(State),
          },
          { additionalProperties: false },
        ),
        response: { 200: pageSchema(SummarySchema), ...problems(400, 401, 404) },
      },
    },
    async ({ query }) => {
      const { device, task: taskId, campaign: campaignId, state } = query;
      const deviceId = device === undefined ? undefined : await findDevice(store.reader, device);
      const filter = { deviceId, taskId, campaignId, state };
      const { items, next } = await listNotifications(store.reader, filter, pageRequest(query));
      return { items: items.map(summaryAnswer), next };
    },
  );

  api.get(
    '/notifications/:id',
    {
      schema: {
        operationId: 'showNotification',
        summary: 'Show a notification with all that was done about it',
        tags,
        params: IdParams,
        response: { 200: NotificationSchema, ...problems(400, 401, 404) },
      },
    },
    async ({ params }) => answer(await showNotification(store.reader, params.id)),
  );

  api.post(
    '/notifications/:id/cancel',
    {
      schema: {
        operationId: 'cancelNotification',
        summary: 'Ask a device no more to call',
        description:
          'Nothing more is sent, and the gateway is told to leave what it has. The work that the device was to call for stays.',
        tags,
        params: IdParams,
        response: { 200: NotificationSchema, ...problems(400, 401, 404, 409) },
      },
    },
    async ({ params }) => {
      const cancelled = await runUnit(store, (db) => cancelNotification(db, params.id, now()));
      means.notifying?.wake();
      return answer(cancelled);
    },
  );
}
