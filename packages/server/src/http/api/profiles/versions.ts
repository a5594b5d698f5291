import {
  type Api,
  callerOf,
  Id,
  nullable,
  PageQuery,
  pageRequest,
  pageSchema,
  problems,
  Time,
  timeOf,
} from '@grove/api';
import { Type } from 'typebox';
import { diffVersions, listVersions, rollBack, usesOf } from '../../../profiles/index.ts';
import type { ApiMeans } from '../means.ts';
import { NameParams, ProfileSchema, profileAnswer, tags, Version } from './schemas.ts';

const VersionSchema = Type.Object(
  {
    version: Version,
    createdAt: Time,
    madeBy: nullable(Type.String(), 'Name of the token with which it was made'),
    comment: nullable(Type.String(), 'Why it was made'),
  },
  { title: 'ProfileVersion' },
);

const DifferenceSchema = Type.Object(
  {
    change: Type.Enum(['added', 'removed', 'changed']),
    part: Type.Enum(['node', 'setting', 'variable', 'fragment', 'variant', 'option', 'profile']),
    variant: nullable(Type.String(), 'The variant that it is in; null = what holds for all devices'),
    fragment: nullable(Type.String(), 'The fragment that it is in'),
    name: Type.String({ description: 'Its path, its name, or which property it is' }),
    before: Type.Optional(Type.Unknown({ description: 'What it said; secret values are masked' })),
    after: Type.Optional(Type.Unknown({ description: 'What it says; secret values are masked' })),
  },
  { title: 'ProfileDifference' },
);

/** Versions of profiles. */
export function versionRoutes(api: Api, { store, now }: ApiMeans): void {
  api.get(
    '/profiles/:name/versions',
    {
      schema: {
        operationId: 'listProfileVersions',
        summary: 'List the versions of a profile, the newest first',
        tags,
        params: NameParams,
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: pageSchema(VersionSchema), ...problems(400, 401, 404) },
      },
    },
    async ({ params, query }) => {
      const { items, next } = await listVersions(store.reader, params.name, pageRequest(query));
      return { items: items.map((version) => ({ ...version, createdAt: timeOf(version.createdAt) })), next };
    },
  );

  api.get(
    '/profiles/:name/diff',
    {
      schema: {
        operationId: 'diffProfile',
        summary: 'Compare two versions of a profile, node by node',
        tags,
        params: NameParams,
        querystring: Type.Object(
          {
            from: Type.Optional({ ...Version, description: 'The one before "to" when absent' }),
            to: Type.Optional({ ...Version, description: 'The newest when absent' }),
          },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object(
            { from: Version, to: Version, differences: Type.Array(DifferenceSchema) },
            { title: 'ProfileDiff' },
          ),
          ...problems(400, 401, 404),
        },
      },
    },
    async ({ params, query }) => diffVersions(store.reader, params.name, query.from, query.to),
  );

  api.post(
    '/profiles/:name/rollback',
    {
      schema: {
        operationId: 'rollBackProfile',
        summary: 'Give a profile a new version that is as an old one',
        tags,
        params: NameParams,
        body: Type.Object(
          { version: Version, comment: Type.Optional(Type.String({ maxLength: 1024 })) },
          { additionalProperties: false, title: 'ProfileRollback' },
        ),
        response: { 200: ProfileSchema, ...problems(400, 401, 404, 413, 415) },
      },
    },
    async (request) => {
      const { version, comment } = request.body;
      const note = { by: callerOf(request).name, comment };
      return profileAnswer(
        await store.transaction((db) => rollBack(db, request.params.name, version, note, now())),
      );
    },
  );

  api.get(
    '/profiles/:name/uses',
    {
      schema: {
        operationId: 'showProfileUses',
        summary: 'Show what uses a profile, and which version',
        tags,
        params: NameParams,
        response: {
          200: Type.Object(
            {
              campaigns: Type.Array(
                Type.Object({
                  id: Id,
                  name: Type.String(),
                  state: Type.String(),
                  version: Type.Integer({ description: 'The version that it was made from' }),
                }),
                { description: 'The newest first' },
              ),
              moreCampaigns: Type.Boolean({ description: 'Whether there are more than are listed' }),
              policies: Type.Array(
                Type.Object({
                  name: Type.String(),
                  version: nullable(Type.Integer(), 'The version that it is bound to; null = the newest'),
                }),
              ),
              requiredBy: Type.Array(Type.String(), {
                description: 'Profiles whose newest version requires it',
              }),
            },
            { title: 'ProfileUses' },
          ),
          ...problems(400, 401, 404),
        },
      },
    },
    async ({ params }) => usesOf(store.reader, params.name),
  );
}
