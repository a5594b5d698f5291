import { Readable } from 'node:stream';
import {
  type Api,
  HttpProblem,
  Id,
  IdParams,
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
  type Content,
  deleteContent,
  listContents,
  showContent,
  streamBytes,
  uploadContent,
} from '../../contents/index.ts';
import type { ApiMeans } from './means.ts';
import { spanOf } from './range.ts';

const tags = ['contents'];

const ContentSchema = Type.Object(
  {
    id: Id,
    name: nullable(Type.String(), 'What its uploader calls it'),
    type: nullable(Type.String(), 'MIME type'),
    size: Type.Integer({ minimum: 0, description: 'Bytes' }),
    sha256: nullable(
      Type.String({ pattern: '^[0-9a-f]{64}$' }),
      'SHA-256, hexadecimal; of what a device has sent it is null until it was computed',
    ),
    deviceId: nullable(Id, 'The device that it comes from; null where it was uploaded'),
    createdAt: Time,
  },
  { title: 'Content' },
);

/** Bytes as they are: OpenAPI's words for a body that is no JSON. */
const Bytes = Type.Unsafe<Readable>({ type: 'string', format: 'binary' });
const bytesAs = (description: string) => ({ description, content: { '*/*': { schema: Bytes } } });

/** What may be shown as a header's value, and is a type at all. */
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;[\t\x20-\x7e]*)?$/;
/** Characters of a type. */
const MAX_TYPE = 255;

function contentAnswer({ createdAt, ...content }: Content) {
  return { ...content, createdAt: timeOf(createdAt) };
}

function typeOf(header: string | undefined): string | undefined {
  const type = header?.trim() ?? '';
  if (type === '') return undefined;
  if (type.length <= MAX_TYPE && MEDIA_TYPE.test(type)) return type;
  throw new HttpProblem('unsupported-media-type', `Content-Type ${JSON.stringify(type)} is no media type`);
}

/** Contents: bytes in, bytes out. */
export function contentRoutes(api: Api, means: ApiMeans): void {
  const { store, now, contentLimit } = means;

  api.get(
    '/contents',
    {
      schema: {
        operationId: 'listContents',
        summary: 'List contents, the newest first',
        tags,
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: pageSchema(ContentSchema), ...problems(400, 401) },
      },
    },
    async ({ query }) => {
      const { items, next } = await listContents(store.reader, pageRequest(query));
      return { items: items.map(contentAnswer), next };
    },
  );

  // In a scope of its own, since here a body of any type, JSON too, is nothing but bytes.
  api.register((scope: Api, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload));
    scope.post(
      '/contents',
      {
        bodyLimit: contentLimit,
        schema: {
          operationId: 'uploadContent',
          summary: 'Upload a content',
          description:
            'The body is the content, of any type and up to the size that the server takes (1 GiB unless it was told otherwise). Steps name it by its id. One to which nothing refers is deleted after some time.',
          tags,
          querystring: Type.Object(
            {
              name: Type.Optional(
                Type.String({ minLength: 1, maxLength: 256, description: 'What to call it' }),
              ),
            },
            { additionalProperties: false },
          ),
          body: { content: { '*/*': { schema: Bytes } } },
          response: { 201: ContentSchema, ...problems(400, 401, 413, 415) },
        },
      },
      async (request, reply) => {
        const { 'content-encoding': coding, 'content-type': type } = request.headers;
        if (coding !== undefined && coding.toLowerCase() !== 'identity') {
          throw new HttpProblem('unsupported-media-type', `Content-Encoding ${coding} is not taken`);
        }
        const described = { name: request.query.name, type: typeOf(type) };
        // The request stays open when no more of it is read, so that its answer can be sent.
        const body =
          request.body instanceof Readable
            ? request.body.iterator({ destroyOnReturn: false })
            : Readable.from([]);
        const content = await uploadContent(store, body, described, contentLimit, now);
        reply.code(201).header('location', `${api.prefix}/contents/${content.id}`);
        return contentAnswer(content);
      },
    );
    done();
  });

  api.get(
    '/contents/:id',
    {
      schema: {
        operationId: 'showContent',
        summary: 'Show what a content is',
        tags,
        params: IdParams,
        response: { 200: ContentSchema, ...problems(400, 401, 404) },
      },
    },
    async ({ params }) => contentAnswer(await showContent(store.reader, params.id)),
  );

  api.get(
    '/contents/:id/bytes',
    {
      schema: {
        operationId: 'downloadContent',
        summary: 'Download a content, or some of its bytes',
        description: 'Takes a Range of bytes. The ETag is the SHA-256.',
        tags,
        params: IdParams,
        response: {
          200: bytesAs('All of it'),
          206: bytesAs('The bytes that were asked for'),
          ...problems(400, 401, 404, 416),
        },
      },
    },
    async ({ params, headers }, reply) => {
      const { id, type, size, sha256, name } = await showContent(store.reader, params.id);
      const etag = sha256 === null ? undefined : `"${sha256}"`;
      const condition = headers['if-range'];
      const isSame = condition === undefined || condition === etag;
      const span = isSame ? spanOf(headers.range, size) : undefined;
      if (span === 'none') {
        throw new HttpProblem('range-not-satisfiable', `content ${id} has ${size} bytes`, {
          'content-range': `bytes */${size}`,
        });
      }
      const { start, end } = span ?? { start: 0, end: size };
      reply
        .code(span === undefined ? 200 : 206)
        .type(type ?? 'application/octet-stream')
        .header('content-length', end - start)
        .header('accept-ranges', 'bytes')
        // A browser must not take what a device has sent for a page of this server.
        .header('content-disposition', dispositionOf(name));
      if (etag !== undefined) reply.header('etag', etag);
      if (span !== undefined) reply.header('content-range', `bytes ${start}-${end - 1}/${size}`);
      return reply.send(Readable.from(streamBytes(store.reader, id, start, end), { objectMode: false }));
    },
  );

  api.delete(
    '/contents/:id',
    {
      schema: {
        operationId: 'deleteContent',
        summary: 'Delete a content that no pending work needs',
        tags,
        params: IdParams,
        response: { 204: Type.Null({ description: 'It is deleted' }), ...problems(400, 401, 404, 409) },
      },
    },
    async ({ params }, reply) => {
      await store.transaction((db) => deleteContent(db, params.id, now()));
      return reply.code(204).send(null);
    },
  );
}

/** A download under the content's name (RFC 6266). */
function dispositionOf(name: string | null): string {
  if (name === null) return 'attachment';
  const escaped = encodeURIComponent(name).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename*=UTF-8''${escaped}`;
}
