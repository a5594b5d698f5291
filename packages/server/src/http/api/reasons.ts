import {
  type Api,
  Name,
  nullable,
  PageQuery,
  pageRequest,
  pageSchema,
  problems,
  Time,
  timeOf,
} from '@grove/api';
import { buildPush, DM_APPLICATION, PUSH_PORT, SMS_SOURCE_PORT, segment } from '@grove/push';
import { Type } from 'typebox';
import { findDevice, showDevice } from '../../devices/index.ts';
import { makePackage0, WISHED_FORMATS } from '../../notifications/index.ts';
import {
  type Audience,
  audienceOf,
  checkTemplate,
  deleteReason,
  listReasons,
  type Reason,
  type ReasonSummary,
  ReasonTemplate,
  type Rendered,
  renderReason,
  setReason,
  showReason,
} from '../../reasons/index.ts';
import type { ApiMeans } from './means.ts';

const tags = ['reasons'];

const Times = { createdAt: Time, updatedAt: Time };
const ReasonSchema = Type.Object(
  { name: Type.String(), template: ReasonTemplate, ...Times },
  { title: 'Reason' },
);
const ReasonSummarySchema = Type.Object(
  {
    name: Type.String(),
    languages: Type.Array(Type.String(), {
      description: 'The first is for those whose language is not among them',
    }),
    text: Type.String({ description: 'The text in the first language, as it is written' }),
    ...Times,
  },
  { title: 'ReasonSummary' },
);
const NameParams = Type.Object({ name: Name });

const PreviewRequest = Type.Object(
  {
    device: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 400,
        description: 'For the user of a device: its id, DevId, telephone number or SIP URI',
      }),
    ),
    language: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        description: "For a language such as pt-BR, in place of the device's",
      }),
    ),
    values: Type.Optional(
      Type.Record(Type.String(), Type.String({ maxLength: 200 }), {
        description: "Values of the template's own variables",
      }),
    ),
    serverId: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 255,
        description: "ServerID of the notification; the device's, or grove, when absent",
      }),
    ),
    format: Type.Optional(
      Type.Enum(WISHED_FORMATS, { description: 'Version of DM whose notification it is; 1.2 when absent' }),
    ),
  },
  { additionalProperties: false, title: 'PreviewRequest' },
);
const bytes = Type.Integer({ minimum: 0, description: 'Bytes in UTF-8' });
const PreviewSchema = Type.Object(
  {
    language: Type.String({ description: 'The language of the texts' }),
    operator: nullable(Type.String()),
    text: Type.String(),
    consequence: nullable(Type.String()),
    legalNotice: nullable(Type.String()),
    bytes: Type.Object({ text: bytes, consequence: bytes, legalNotice: bytes }),
    notification: Type.Object({
      bytes: Type.Integer({ minimum: 0, description: 'Of the whole notification' }),
      messages: Type.Integer({ minimum: 1, description: 'Short messages (SMS) of 140 bytes that carry it' }),
    }),
  },
  { title: 'ReasonPreview', description: 'What a user will be told' },
);

function answer<R extends Reason | ReasonSummary>({ createdAt, updatedAt, ...reason }: R) {
  return { ...reason, createdAt: timeOf(createdAt), updatedAt: timeOf(updatedAt) };
}

/** Of a user of whom nothing is known. */
const SOMEBODY: Audience = {
  language: null,
  device: { devId: 'IMEI:490154203237518', man: null, mod: null, swv: null, msisdn: null },
};

/** Bytes of what travels: the digest has one length whatever it is made with. */
function sizeOf(
  { language, text, consequence, legalNotice }: Rendered,
  serverID: string,
  format: (typeof WISHED_FORMATS)[number],
  now: number,
) {
  const { bytes: body, contentType } = makePackage0(
    { uiMode: 'user-interaction', initiator: 'server', format },
    1,
    { language, text, consequence, legalNotice, expires: Math.floor(now / 1000) },
    { serverID, password: '', nonce: null },
    true,
  );
  const push = buildPush({ contentType, applicationId: DM_APPLICATION, headers: [], body }, 0);
  const messages = segment(push, {
    ports: { destination: PUSH_PORT, source: SMS_SOURCE_PORT },
    reference: 0,
    wide: false,
    most: 255,
  });
  return { bytes: body.length, messages: messages.length };
}

const bytesOf = (text: string | undefined) => Buffer.byteLength(text ?? '');

/** Why devices are asked to call. */
export function reasonRoutes(api: Api, means: ApiMeans): void {
  const { store, now, lockout } = means;

  api.get(
    '/reasons',
    {
      schema: {
        operationId: 'listReasons',
        summary: 'List reasons by name',
        tags,
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: pageSchema(ReasonSummarySchema), ...problems(400, 401) },
      },
    },
    async ({ query }) => {
      const { items, next } = await listReasons(store.reader, pageRequest(query));
      return { items: items.map(answer), next };
    },
  );

  api.get(
    '/reasons/:name',
    {
      schema: {
        operationId: 'showReason',
        summary: 'Show a reason',
        tags,
        params: NameParams,
        response: { 200: ReasonSchema, ...problems(400, 401, 404) },
      },
    },
    async ({ params }) => answer(await showReason(store.reader, params.name)),
  );

  api.put(
    '/reasons/:name',
    {
      schema: {
        operationId: 'setReason',
        summary: 'Keep a reason, in place of the one of that name if there is one',
        description: 'What was made with the one before stays as it is.',
        tags,
        params: NameParams,
        body: ReasonTemplate,
        response: { 200: ReasonSchema, 201: ReasonSchema, ...problems(400, 401, 413, 415) },
      },
    },
    async ({ params, body }, reply) => {
      const template = checkTemplate(body);
      const { reason, isNew } = await store.transaction((db) => setReason(db, params.name, template, now()));
      if (isNew) reply.code(201);
      return answer(reason);
    },
  );

  api.delete(
    '/reasons/:name',
    {
      schema: {
        operationId: 'deleteReason',
        summary: 'Delete a reason',
        description: 'What was made with it stays as it is.',
        tags,
        params: NameParams,
        response: { 204: Type.Null({ description: 'It is deleted' }), ...problems(400, 401, 404) },
      },
    },
    async ({ params }, reply) => {
      await store.transaction((db) => deleteReason(db, params.name));
      return reply.code(204).send(null);
    },
  );

  api.post(
    '/reasons/:name/preview',
    {
      schema: {
        operationId: 'previewReason',
        summary: 'Show what a user will be told, and how large the notification is',
        tags,
        params: NameParams,
        body: PreviewRequest,
        response: { 200: PreviewSchema, ...problems(400, 401, 404, 413, 415) },
      },
    },
    async ({ params, body }) => {
      const { template } = await showReason(store.reader, params.name);
      const id = body.device === undefined ? undefined : await findDevice(store.reader, body.device);
      const audience = id === undefined ? SOMEBODY : await audienceOf(store.reader, id);
      const account =
        id === undefined ? undefined : (await showDevice(store.reader, id, lockout, now())).account;
      const told = renderReason(
        template,
        { ...audience, language: body.language ?? audience.language },
        body.values,
      );
      const { language, text, consequence, legalNotice } = told;
      return {
        language,
        operator: template.operator ?? null,
        text,
        consequence: consequence ?? null,
        legalNotice: legalNotice ?? null,
        bytes: { text: bytesOf(text), consequence: bytesOf(consequence), legalNotice: bytesOf(legalNotice) },
        notification: sizeOf(
          told,
          body.serverId ?? account?.serverId ?? 'grove',
          body.format ?? '1.2',
          now(),
        ),
      };
    },
  );
}
