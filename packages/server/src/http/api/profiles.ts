import { type Api, Name, PageQuery, pageRequest, pageSchema, problems, Time, timeOf } from '@grove/api';
import { Type } from 'typebox';
import {
  checkProfile,
  createProfile,
  deleteProfile,
  listProfiles,
  type Profile,
  ProfileDocument,
  ProfileInput,
  type ProfileSummary,
  showProfile,
  updateProfile,
} from '../../profiles/index.ts';
import type { ApiMeans } from './means.ts';

const tags = ['profiles'];

const Document = Type.Unsafe<ProfileDocument>({ ...ProfileDocument, title: 'ProfileDocument' });
const Input = Type.Unsafe<ProfileInput>({ ...ProfileInput, title: 'ProfileInput' });
const Version = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const ProfileProperties = {
  name: Type.String(),
  version: Version,
  createdAt: Time,
  updatedAt: Type.String({ format: 'date-time', description: 'When this version was made' }),
};
const ProfileSummarySchema = Type.Object(ProfileProperties, { title: 'ProfileSummary' });
const ProfileSchema = Type.Object({ ...ProfileProperties, document: Document }, { title: 'Profile' });
const NameParams = Type.Object({ name: Name });

function profileAnswer<P extends Profile | ProfileSummary>({ createdAt, updatedAt, ...profile }: P) {
  return { ...profile, createdAt: timeOf(createdAt), updatedAt: timeOf(updatedAt) };
}

/** Profiles. */
export function profileRoutes(api: Api, means: ApiMeans): void {
  const { store, now } = means;

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
      return { items: items.map(profileAnswer), next };
    },
  );

  api.post(
    '/profiles',
    {
      schema: {
        operationId: 'createProfile',
        summary: 'Create a profile',
        description: 'What devices should have; campaigns bring it to them.',
        tags,
        body: Type.Object(
          { name: Name, document: Input },
          { additionalProperties: false, title: 'NewProfile' },
        ),
        response: { 201: ProfileSchema, ...problems(400, 401, 409, 413, 415) },
      },
    },
    async ({ body }, reply) => {
      const document = checkProfile(body.document);
      const profile = await store.transaction((db) => createProfile(db, body.name, document, now()));
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
      schema: {
        operationId: 'updateProfile',
        summary: 'Give a profile a new version',
        description:
          'Campaigns that were made from an older version keep it. One that is like that already stays at its version.',
        tags,
        params: NameParams,
        body: Type.Object({ document: Input }, { additionalProperties: false, title: 'ProfileUpdate' }),
        response: { 200: ProfileSchema, ...problems(400, 401, 404, 413, 415) },
      },
    },
    async ({ params, body }) => {
      const document = checkProfile(body.document);
      return profileAnswer(await store.transaction((db) => updateProfile(db, params.name, document, now())));
    },
  );

  api.delete(
    '/profiles/:name',
    {
      schema: {
        operationId: 'deleteProfile',
        summary: 'Delete a profile that no campaign was made from',
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
