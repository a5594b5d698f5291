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
import {
  CARE_KINDS,
  CARE_SEVERITIES,
  type CareAct,
  type CareCase,
  type CareCaseDetail,
  CarePolicy,
  listCases,
  noteCase,
  reopenCase,
  resolveCase,
  setCarePolicy,
  showCarePolicy,
  showCase,
  takeCase,
} from '../../care/index.ts';
import { findDevice } from '../../devices/index.ts';
import { listOutcomes, MOVERS, showOutcome } from '../../outcomes/index.ts';
import type { Queries } from '../../store/index.ts';
import { findSubscriber } from '../../subscribers/index.ts';
import type { ApiMeans } from './means.ts';
import { DeviceQuery } from './schemas.ts';

const tags = ['care'];

/** What something comes to, and what to do. */
export const OutcomeSchema = Type.Object(
  {
    code: Type.String({ description: 'status-404 for a status code of SyncML, or a name' }),
    happened: Type.String({ description: 'What has happened' }),
    mover: Type.Enum([...MOVERS], { description: 'Whose move it is' }),
    advice: Type.String({ description: 'What to do' }),
  },
  { title: 'Outcome', description: 'Something that may come of work on a device' },
);

const CaseProperties = {
  id: Id,
  kind: Type.Enum(Object.keys(CARE_KINDS), { description: 'What kind of error' }),
  state: Type.Enum(['open', 'taken', 'resolved']),
  severity: Type.Enum([...CARE_SEVERITIES]),
  text: Type.String({ description: 'What has happened last' }),
  outcome: OutcomeSchema,
  count: Type.Integer({ minimum: 1, description: 'How often it has come since the case was opened' }),
  deviceId: nullable(Id),
  devId: nullable(Type.String()),
  subscriberId: nullable(Id, 'Whose the device was when the case was opened'),
  taskId: nullable(Id, 'Of the last time, as are the next two'),
  campaignId: nullable(Id),
  sessionId: nullable(Id),
  assignee: nullable(Type.String(), 'Who looks after it'),
  openedAt: Time,
  lastAt: Time,
  resolvedAt: nullable(Time),
};
const CaseSchema = Type.Object(CaseProperties, { title: 'CareCase' });
const CaseDetailSchema = Type.Object(
  {
    ...CaseProperties,
    notes: Type.Array(
      Type.Object(
        {
          at: Time,
          author: Type.String({ description: 'Name of a token' }),
          kind: Type.Enum(['note', 'taken', 'resolved', 'reopened']),
          text: Type.String(),
        },
        { title: 'CareNote' },
      ),
      { description: 'What was done, the oldest first; the newest 200' },
    ),
  },
  { title: 'CareCaseDetail' },
);

const Text = Type.String({ minLength: 1, maxLength: 4000 });
const TakeRequest = Type.Object(
  {
    assignee: Type.Optional({ ...Name, description: 'Who; the name of the token when absent' }),
    text: Type.Optional(Text),
  },
  { additionalProperties: false, title: 'TakeCase' },
);

function answer<C extends CareCase>({ openedAt, lastAt, resolvedAt, ...rest }: C) {
  return { ...rest, openedAt: timeOf(openedAt), lastAt: timeOf(lastAt), resolvedAt: timeOrNull(resolvedAt) };
}

function detailAnswer({ notes, ...rest }: CareCaseDetail) {
  return { ...answer(rest), notes: notes.map(({ at, ...note }) => ({ ...note, at: timeOf(at) })) };
}

/** Errors that customer care looks after, and what to do about errors. */
export function careRoutes(api: Api, { store, now }: ApiMeans): void {
  api.get(
    '/care/cases',
    {
      schema: {
        operationId: 'listCases',
        summary: 'List errors that are to be looked after, the newest first',
        tags,
        querystring: Type.Object(
          {
            ...PageQuery,
            ...DeviceQuery,
            subscriber: Type.Optional(
              Type.String({
                minLength: 1,
                maxLength: 400,
                description: 'Id, IMSI, number or name of a subscriber',
              }),
            ),
            state: Type.Optional(
              Type.Enum(['open', 'taken', 'resolved', 'unresolved'], {
                description: 'unresolved: open or taken',
              }),
            ),
            severity: Type.Optional(Type.Enum([...CARE_SEVERITIES])),
            kind: Type.Optional(Type.Enum(Object.keys(CARE_KINDS))),
            assignee: Type.Optional(Name),
          },
          { additionalProperties: false },
        ),
        response: { 200: pageSchema(CaseSchema), ...problems(400, 401, 404) },
      },
    },
    async ({ query }) => {
      const { device, subscriber, state, severity, kind, assignee, ...page } = query;
      const db = store.reader;
      const deviceId = device === undefined ? undefined : await findDevice(db, device);
      const subscriberId = subscriber === undefined ? undefined : await findSubscriber(db, subscriber);
      const filter = { state, severity, kind, assignee, deviceId, subscriberId };
      const { items, next } = await listCases(db, filter, pageRequest(page));
      return { items: items.map(answer), next };
    },
  );

  api.get(
    '/care/cases/:id',
    {
      schema: {
        operationId: 'showCase',
        summary: 'Show a case, with what was done about it',
        tags,
        params: IdParams,
        response: { 200: CaseDetailSchema, ...problems(400, 401, 404) },
      },
    },
    async ({ params }) => detailAnswer(await showCase(store.reader, params.id)),
  );

  const done = async (id: number, work: (db: Queries) => Promise<void>) =>
    detailAnswer(
      await store.transaction(async (db) => {
        await work(db);
        return showCase(db, id);
      }),
    );
  const act = (request: Parameters<typeof callerOf>[0], text = ''): CareAct => ({
    author: callerOf(request).name,
    text,
    now: now(),
  });
  const response = { 200: CaseDetailSchema, ...problems(400, 401, 404, 409, 413, 415) };

  api.post(
    '/care/cases/:id/take',
    {
      schema: {
        operationId: 'takeCase',
        summary: 'Look after a case, or have somebody else do so',
        tags,
        params: IdParams,
        body: TakeRequest,
        response,
      },
    },
    async (request) => {
      const { id } = request.params;
      const { assignee = callerOf(request).name, text } = request.body;
      return done(id, (db) => takeCase(db, id, assignee, act(request, text)));
    },
  );

  for (const { path, operationId, summary, work } of [
    { path: 'notes', operationId: 'noteCase', summary: 'Add a note to a case', work: noteCase },
    {
      path: 'resolve',
      operationId: 'resolveCase',
      summary: 'Say that a case is done with',
      work: resolveCase,
    },
    { path: 'reopen', operationId: 'reopenCase', summary: 'Open a case again', work: reopenCase },
  ]) {
    api.post(
      `/care/cases/:id/${path}`,
      {
        schema: {
          operationId,
          summary,
          tags,
          params: IdParams,
          body: Type.Object(
            { text: { ...Text, description: 'What is to be known of it' } },
            { additionalProperties: false, title: 'CareText' },
          ),
          response,
        },
      },
      async (request) => {
        const { id } = request.params;
        return done(id, (db) => work(db, id, act(request, request.body.text)));
      },
    );
  }

  api.get(
    '/care/policy',
    {
      schema: {
        operationId: 'showCarePolicy',
        summary: 'Show which errors open cases',
        tags,
        response: { 200: CarePolicy, ...problems(401) },
      },
    },
    async () => showCarePolicy(store.reader),
  );

  api.put(
    '/care/policy',
    {
      schema: {
        operationId: 'setCarePolicy',
        summary: 'Say which errors open cases',
        tags,
        body: CarePolicy,
        response: { 200: CarePolicy, ...problems(400, 401, 413, 415) },
      },
    },
    async ({ body: policy }) => {
      await store.transaction((db) => setCarePolicy(db, policy, now()));
      return showCarePolicy(store.reader);
    },
  );

  api.get(
    '/outcomes',
    {
      schema: {
        operationId: 'listOutcomes',
        summary: 'List what may come of work: what it means, whose move it is, and what to do',
        tags,
        response: { 200: Type.Object({ items: Type.Array(OutcomeSchema) }), ...problems(401) },
      },
    },
    async () => ({ items: listOutcomes() }),
  );

  api.get(
    '/outcomes/:code',
    {
      schema: {
        operationId: 'showOutcome',
        summary: 'Show what an outcome means',
        tags,
        params: Type.Object({ code: Type.String({ minLength: 1, maxLength: 64 }) }),
        response: { 200: OutcomeSchema, ...problems(400, 401, 404) },
      },
    },
    async ({ params }) => showOutcome(params.code),
  );
}
