import { Readable } from 'node:stream';
import { type Api, problems, validatorCompiler } from '@grove/api';
import { Type } from 'typebox';
import { ImportedDevice, importDevices } from '../../../imports/index.ts';
import type { ApiMeans } from '../means.ts';

/** Bytes of one request. */
const BODY_LIMIT = 1024 * 1024 * 1024;

const LineErrorSchema = Type.Object(
  {
    line: Type.Integer({ minimum: 1, description: 'Number of the line' }),
    errors: Type.Array(Type.Object({ field: Type.String(), expected: Type.String() })),
  },
  { title: 'LineError' },
);

const ImportedSchema = Type.Object(
  {
    lines: Type.Integer({ description: 'Lines that were read, but for empty ones' }),
    registered: Type.Integer({ description: 'Devices that were registered' }),
    updated: Type.Integer({ description: 'Devices that were there and got what their lines say' }),
    kept: Type.Integer({ description: 'Devices that were there and stayed as they were' }),
    failed: Type.Integer({ description: 'Lines with errors, of which nothing was taken' }),
    errors: Type.Array(LineErrorSchema, { description: 'The first of the errors, 1000 at most' }),
  },
  { title: 'Imported' },
);

/** Many devices from elsewhere. */
export function importRoutes(api: Api, means: ApiMeans): void {
  const { store, now } = means;

  // In a scope of its own, since here a body is read line by line.
  api.register((scope: Api, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      /^application\/(?:x-ndjson|jsonl|x-jsonlines)(?:\s*;|$)/,
      (_request, payload, parsed) => parsed(null, payload),
    );
    scope.post(
      '/devices/import',
      {
        bodyLimit: BODY_LIMIT,
        // What the description says of the body holds for each line, and is checked there.
        validatorCompiler: (part) => (part.httpPart === 'body' ? () => true : validatorCompiler(part)),
        schema: {
          operationId: 'importDevices',
          summary: 'Import devices, with what is known of them',
          description:
            'One JSON object to a line, any number of lines. They are stored some hundreds at a time, in their order; a line with an error is left out, and the others are stored nevertheless. What was stored stays when the request breaks off, and the same lines may be sent again. Of each import there is one event.',
          tags: ['devices'],
          querystring: Type.Object(
            {
              existing: Type.Optional(
                Type.Enum(['keep', 'update'], {
                  default: 'keep',
                  description:
                    'What becomes of a device that is registered already: it stays as it is, or gets what its line says. An account that is the same but for its nonce is not touched then.',
                }),
              ),
            },
            { additionalProperties: false },
          ),
          body: { content: { 'application/x-ndjson': { schema: ImportedDevice } } },
          response: { 200: ImportedSchema, ...problems(400, 401, 413, 415, 503) },
        },
      },
      async ({ body, query }) => {
        const source: unknown = body;
        // The request stays open when no more of it is read, so that its answer can be sent.
        const lines =
          source instanceof Readable ? source.iterator({ destroyOnReturn: false }) : Readable.from([]);
        const { errors, ...counts } = await importDevices(store, means, lines, query.existing ?? 'keep', now);
        return {
          ...counts,
          errors: errors.map(({ line, problems }) => ({
            line,
            errors: problems.map(({ field, expected }) => ({ field, expected })),
          })),
        };
      },
    );
    done();
  });
}
