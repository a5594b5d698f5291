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
import { listAlerts } from '../../alerts/index.ts';
import { findDevice } from '../../devices/index.ts';
import { listRefusals } from '../../refusals/index.ts';
import { listMessages, listSessions, type Session, showSession } from '../../sessions/index.ts';
import type { ApiMeans } from './means.ts';
import { DeviceQuery } from './schemas.ts';

const tags = ['sessions'];

const Outcome = ['completed', 'aborted', 'refused', 'superseded', 'expired'] as const;
const Encoding = Type.Enum(['xml', 'wbxml']);

const SessionSchema = Type.Object(
  {
    id: Id,
    deviceId: Id,
    devId: Type.String(),
    sessionId: Type.String({ description: 'SessionID as the device sent it' }),
    state: Type.Enum(['open', 'ended']),
    outcome: nullable(Type.Enum(Outcome), 'How it ended; null while it is open'),
    reason: nullable(Type.String()),
    encoding: Encoding,
    remote: Type.String({ description: 'Address of the device' }),
    startedAt: Time,
    lastAt: Time,
    endedAt: nullable(Time),
    messages: Type.Integer({ description: 'Messages in both directions' }),
    bytesIn: Type.Integer(),
    bytesOut: Type.Integer(),
  },
  { title: 'Session' },
);

const DeviationSchema = Type.Object(
  {
    rule: Type.String({ description: 'Identifier of the rule that is broken' }),
    severity: Type.Enum(['error', 'warning', 'note'], {
      description: 'error: recipients refuse or misread it; warning: most manage; note: worth knowing',
    }),
    path: Type.String({ description: 'Elements from the root to the place' }),
    found: Type.String(),
    expected: Type.String(),
    says: Type.String({ description: 'What the rule says' }),
    specification: Type.String(),
    section: Type.String({ description: 'Number or heading' }),
  },
  { title: 'Deviation' },
);

const MessageSchema = Type.Object(
  {
    n: Type.Integer({ description: 'Which exchange of the session: 1, 2, 3, …' }),
    direction: Type.Enum(['request', 'response'], { description: 'request from the device, response to it' }),
    at: Time,
    msgId: nullable(Type.String(), 'MsgID; null when the message cannot be read'),
    auth: nullable(Type.String(), 'Type of the credentials in its header; null when there are none'),
    commands: Type.Array(Type.String(), {
      description: 'In words: a line for each command, and what belongs to it indented below',
    }),
    final: nullable(Type.Boolean(), 'Whether the package ends with it; null when it cannot be read'),
    encoding: Encoding,
    xml: nullable(Type.String(), 'The message as XML, indented; null when it cannot be read'),
    raw: Type.String({ description: 'The bytes that travelled, secrets masked; base64' }),
    deviations: Type.Array(DeviationSchema, { description: 'Where the message departs from the standard' }),
    notes: Type.Array(Type.String(), { description: 'What the server noted when it worked on the message' }),
    error: nullable(Type.String(), 'Why the message cannot be read'),
  },
  { title: 'Message' },
);

const AlertSchema = Type.Object(
  {
    id: Id,
    deviceId: Id,
    devId: Type.String(),
    sessionId: Id,
    at: Time,
    code: Type.Integer({ description: '1226 for a generic alert, 1224 for a client event' }),
    type: nullable(Type.String(), 'What kind of alert it is: its Meta Type without a prefix'),
    saidType: nullable(Type.String(), 'Meta Type as it came, where that is more than type'),
    format: nullable(Type.String()),
    mark: nullable(Type.String(), 'How important it is'),
    source: nullable(Type.String(), 'URI of the node that it is about'),
    correlator: nullable(Type.String()),
    data: nullable(Type.String(), 'Null also where it is so large that it is a content'),
    contentId: nullable(Id, 'The content that holds the data'),
    taskId: nullable(Id, 'The task that waited for it, or that its correlator names'),
    campaignId: nullable(Id, 'The campaign, likewise'),
  },
  { title: 'Alert' },
);

const RefusalSchema = Type.Object(
  {
    id: Id,
    at: Time,
    remote: Type.String(),
    devId: nullable(Type.String(), 'DevId that the message claims, if it could be read'),
    httpStatus: Type.Integer(),
    status: nullable(Type.Integer(), 'SyncML status of the answer, if it was a SyncML message'),
    reason: Type.String(),
    excerpt: Type.String({ description: 'The beginning of the body, base64' }),
  },
  { title: 'Refusal' },
);

function sessionAnswer({ startedAt, lastAt, endedAt, ...session }: Session) {
  return {
    ...session,
    startedAt: timeOf(startedAt),
    lastAt: timeOf(lastAt),
    endedAt: timeOrNull(endedAt),
  };
}

/** Sessions and what was said in them, alerts, and messages that were refused. */
export function sessionRoutes(api: Api, means: ApiMeans): void {
  const { store } = means;
  const deviceIdOf = async (device: string | undefined) =>
    device === undefined ? undefined : findDevice(store.reader, device);

  api.get(
    '/sessions',
    {
      schema: {
        operationId: 'listSessions',
        summary: 'List sessions, the newest first',
        tags,
        querystring: Type.Object(
          {
            ...PageQuery,
            ...DeviceQuery,
            outcome: Type.Optional(
              Type.Enum(['open', ...Outcome], {
                description: 'How they ended; open for those that have not',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        response: { 200: pageSchema(SessionSchema), ...problems(400, 401, 404) },
      },
    },
    async ({ query }) => {
      const deviceId = await deviceIdOf(query.device);
      const filter = { deviceId, outcome: query.outcome };
      const { items, next } = await listSessions(store.reader, filter, pageRequest(query));
      return { items: items.map(sessionAnswer), next };
    },
  );

  api.get(
    '/sessions/:id',
    {
      schema: {
        operationId: 'showSession',
        summary: 'Show a session',
        tags,
        params: IdParams,
        response: { 200: SessionSchema, ...problems(400, 401, 404) },
      },
    },
    async ({ params }) => sessionAnswer(await showSession(store.reader, params.id)),
  );

  api.get(
    '/sessions/:id/messages',
    {
      schema: {
        operationId: 'listMessages',
        summary: 'List what was said in a session',
        description:
          'Messages in the order in which they travelled; a page holds fewer than "limit" when they are large.',
        tags,
        params: IdParams,
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: pageSchema(MessageSchema), ...problems(400, 401, 404) },
      },
    },
    async ({ params, query }) => {
      const { items, next } = await listMessages(store.reader, params.id, pageRequest(query));
      return { items: items.map((message) => ({ ...message, at: timeOf(message.at) })), next };
    },
  );

  api.get(
    '/alerts',
    {
      schema: {
        operationId: 'listAlerts',
        summary: 'List alerts that devices sent, the newest first',
        tags,
        querystring: Type.Object(
          { ...PageQuery, ...DeviceQuery, task: Type.Optional(Id), campaign: Type.Optional(Id) },
          { additionalProperties: false },
        ),
        response: { 200: pageSchema(AlertSchema), ...problems(400, 401, 404) },
      },
    },
    async ({ query }) => {
      const deviceId = await deviceIdOf(query.device);
      const filter = { deviceId, taskId: query.task, campaignId: query.campaign };
      const { items, next } = await listAlerts(store.reader, filter, pageRequest(query));
      return { items: items.map((alert) => ({ ...alert, at: timeOf(alert.at) })), next };
    },
  );

  api.get(
    '/refusals',
    {
      schema: {
        operationId: 'listRefusals',
        summary: 'List messages that were refused, the newest first',
        description: 'Those that belong to no session: unreadable, of the wrong type, from unknown devices.',
        tags,
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: pageSchema(RefusalSchema), ...problems(400, 401) },
      },
    },
    async ({ query }) => {
      const { items, next } = await listRefusals(store.reader, pageRequest(query));
      return { items: items.map((refusal) => ({ ...refusal, at: timeOf(refusal.at) })), next };
    },
  );
}
