import { type Api, callerOf, Name, PageQuery, pageRequest, pageSchema, problems } from '@grove/api';
import { Type } from 'typebox';
import {
  acceptProfile,
  checkRequired,
  createProfile,
  deleteProfile,
  listProfiles,
  showProfile,
  updateProfile,
} from '../../../profiles/index.ts';
import type { ApiMeans } from '../means.ts';
import { checkRoutes } from './check.ts';
import { dryRunRoutes } from './dry-run.ts';
import { inputOf } from './input.ts';
import {
  given,
  NameParams,
  ProfileSchema,
  ProfileSummarySchema,
  profileAnswer,
  summaryAnswer,
  tags,
} from './schemas.ts';
import { versionRoutes } from './versions.ts';

export { RunSchema, runAnswer } from './runs.ts';

/** Bytes of a request: the largest profile, and as much again for how it is written. */
const BODY_LIMIT = 4 * 1024 * 1024;

/** Profiles. */
export function profileRoutes(api: Api, means: ApiMeans): void {
  const { store, now } = means;
  checkRoutes(api, means);
  versionRoutes(api, means);
  dryRunRoutes(api, means);

  api.get(
    '/profiles',
    {
      schema: {
        operationId: 'listProfiles',
        summary: 'List profiles by name',
        tags,
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: pageSchema(ProfileSummarySchema), ...problems(400, 401) },
      },
    },
    async ({ query }) => {
      const { items, next } = await listProfiles(store.reader, pageRequest(query));
      return { items: items.map(summaryAnswer), next };
    },
  );

  api.post(
    '/profiles',
    {
      bodyLimit: BODY_LIMIT,
      schema: {
        operationId: 'createProfile',
        summary: 'Create a profile',
        description: 'What devices should have; campaigns bring it to them.',
        tags,
        body: Type.Object({ name: Name, ...given }, { additionalProperties: false, title: 'NewProfile' }),
        response: { 201: ProfileSchema, ...problems(400, 401, 409, 413, 415) },
      },
    },
    async (request, reply) => {
      const { name, comment, ...content } = request.body;
      const note = { by: callerOf(request).name, comment };
      const input = inputOf(content);
      const profile = await store.transaction(async (db) => {
        const document = await acceptProfile(db, input, 'document');
        await checkRequired(db, name, document);
        return createProfile(db, name, document, now(), note);
      });
      reply.code(201).header('location', `${api.prefix}/profiles/${encodeURIComponent(profile.name)}`);
      return profileAnswer(profile);
    },
  );

  api.get(
    '/profiles/:name',
    {
      schema: {
        operationId: 'showProfile',
        summary: 'Show a profile',
        tags,
        params: NameParams,
        querystring: Type.Object(
          {
            version: Type.Optional(
              Type.Integer({
                minimum: 1,
                maximum: Number.MAX_SAFE_INTEGER,
                description: 'Which version; the newest when absent',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        response: { 200: ProfileSchema, ...problems(400, 401, 404) },
      },
    },
    async ({ params, query }) => profileAnswer(await showProfile(store.reader, params.name, query.version)),
  );

  api.put(
    '/profiles/:name',
    {
      bodyLimit: BODY_LIMIT,
      schema: {
        operationId: 'updateProfile',
        summary: 'Give a profile a new version',
        description:
          'Campaigns that were made from an older version keep it. One that is like that already stays at its version.',
        tags,
        params: NameParams,
        body: Type.Object(given, { additionalProperties: false, title: 'ProfileUpdate' }),
        response: { 200: ProfileSchema, ...problems(400, 401, 404, 409, 413, 415) },
      },
    },
    async (request) => {
      const { comment, ...content } = request.body;
      const { name } = request.params;
      const note = { by: callerOf(request).name, comment };
      const input = inputOf(content);
      const profile = await store.transaction(async (db) => {
        const document = await acceptProfile(db, input, 'document');
        await checkRequired(db, name, document);
        return updateProfile(db, name, document, now(), note);
      });
      return profileAnswer(profile);
    },
  );

  api.delete(
    '/profiles/:name',
    {
      schema: {
        operationId: 'deleteProfile',
        summary: 'Delete a profile that no campaign was made from and no other requires',
        tags,
        params: NameParams,
        response: { 204: Type.Null({ description: 'It is deleted' }), ...problems(400, 401, 404, 409) },
      },
    },
    async ({ params }, reply) => {
      await store.transaction((db) => deleteProfile(db, params.name));
      return reply.code(204).send(null);
    },
  );
}
