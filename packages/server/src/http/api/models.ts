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
} from '@grove/api';
import { Type } from 'typebox';
import {
  deleteModel,
  descriptionOf,
  encodingOf,
  listModels,
  type ModelDetail,
  ModelMapping,
  type ModelSummary,
  readDescription,
  setModel,
  showModel,
} from '../../models/index.ts';
import type { ApiMeans } from './means.ts';

const tags = ['models'];

/** Bytes of a request: descriptions are of whole devices. */
const BODY_LIMIT = 8 * 1024 * 1024;
const name = (description: string) => Type.String({ maxLength: 256, description });
const Man = name('Manufacturer, as in DevInfo; empty together with mod = what holds for all models');
const Mod = name('Model, as in DevInfo');
const Swv = name('Software version, as in DevDetail; empty = any');
const Mapping = Type.Unsafe<ModelMapping>({ ...ModelMapping, title: 'ModelMapping' });
const facts = {
  id: Id,
  man: Man,
  mod: Mod,
  swv: Swv,
  objects: nullable(Type.Array(Type.String()), 'Objects in its description; null = none was uploaded'),
  createdAt: Time,
  updatedAt: Time,
};
const SummarySchema = Type.Object(
  { ...facts, services: Type.Array(Type.String(), { description: 'Of which it is said where they are' }) },
  { title: 'ModelSummary' },
);
const ModelSchema = Type.Object(
  {
    ...facts,
    mapping: nullable(Mapping, 'Where it has neutral settings'),
    nodes: nullable(Type.Integer(), 'How many nodes its description has; null = none was uploaded'),
  },
  { title: 'Model' },
);

function answer<M extends ModelSummary | ModelDetail>({ createdAt, updatedAt, ...model }: M) {
  return { ...model, createdAt: timeOf(createdAt), updatedAt: timeOf(updatedAt) };
}

/** Models of devices: their descriptions, and where they have neutral settings. */
export function modelRoutes(api: Api, { store, now }: ApiMeans): void {
  api.get(
    '/models',
    {
      schema: {
        operationId: 'listModels',
        summary: 'List models whose description or mapping is known, the newest first',
        tags,
        querystring: Type.Object(
          { ...PageQuery, man: Type.Optional(Man), mod: Type.Optional(Mod) },
          { additionalProperties: false },
        ),
        response: { 200: pageSchema(SummarySchema), ...problems(400, 401) },
      },
    },
    async ({ query }) => {
      const { items, next } = await listModels(store.reader, query, pageRequest(query));
      return { items: items.map(answer), next };
    },
  );

  api.put(
    '/models',
    {
      bodyLimit: BODY_LIMIT,
      schema: {
        operationId: 'setModel',
        summary: 'Give a model its description, or say where it has neutral settings',
        description:
          'What is absent stays as it was, null is taken away. It counts from the next session or dry run on.',
        tags,
        body: Type.Object(
          {
            man: Man,
            mod: Mod,
            swv: Type.Optional(Swv),
            mapping: Type.Optional(nullable(Mapping, 'Where it has neutral settings, by service')),
            ddf: Type.Optional(
              nullable(
                Type.String({ description: 'XML, or WBXML in base64' }),
                'Its device description document',
              ),
            ),
          },
          { additionalProperties: false, title: 'ModelChange' },
        ),
        response: { 200: ModelSchema, ...problems(400, 401, 413, 415) },
      },
    },
    async ({ body }) => {
      const { man, mod, swv = '', mapping, ddf } = body;
      if ((man === '') !== (mod === ''))
        throw new InvalidInput([
          { field: man === '' ? 'man' : 'mod', expected: 'both a manufacturer and a model, or neither' },
        ]);
      if (man === '' && ((ddf ?? null) !== null || swv !== ''))
        throw new InvalidInput([{ field: 'ddf', expected: 'a description of one model: man and mod' }]);
      const file = typeof ddf === 'string' ? readDescription(bytesOf(ddf), 'ddf') : ddf;
      return answer(
        await store.transaction((db) => setModel(db, { man, mod, swv, mapping, ddf: file }, now())),
      );
    },
  );

  api.get(
    '/models/:id',
    {
      schema: {
        operationId: 'showModel',
        summary: 'Show what was said of a model',
        tags,
        params: IdParams,
        response: { 200: ModelSchema, ...problems(400, 401, 404) },
      },
    },
    async ({ params }) => answer(await showModel(store.reader, params.id)),
  );

  api.get(
    '/models/:id/ddf',
    {
      schema: {
        operationId: 'showModelDescription',
        summary: 'Get the description of a model as it was uploaded',
        tags,
        params: IdParams,
        response: {
          200: Type.Unsafe<Uint8Array>({ type: 'string', format: 'binary', description: 'The document' }),
          ...problems(400, 401, 404),
        },
      },
    },
    async ({ params }, reply) => {
      const bytes = await descriptionOf(store.reader, params.id);
      const type = `application/vnd.syncml.dmddf+${encodingOf(bytes)}`;
      return reply.type(type).send(Buffer.from(bytes));
    },
  );

  api.delete(
    '/models/:id',
    {
      schema: {
        operationId: 'deleteModel',
        summary: 'Forget the description and the mapping of a model',
        tags,
        params: IdParams,
        response: { 204: Type.Null({ description: 'They are forgotten' }), ...problems(400, 401, 404) },
      },
    },
    async ({ params }, reply) => {
      await store.transaction((db) => deleteModel(db, params.id));
      return reply.code(204).send(null);
    },
  );
}

/** The bytes of a description: text that is XML as UTF-8, anything else as base64. */
function bytesOf(text: string): Uint8Array {
  return /^[\s\uFEFF]*</.test(text) ? Buffer.from(text, 'utf8') : Buffer.from(text, 'base64');
}
