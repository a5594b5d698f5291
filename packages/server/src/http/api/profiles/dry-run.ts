import { type Api, IdParams, problems } from '@grove/api';
import { Type } from 'typebox';
import { findDevice } from '../../../devices/index.ts';
import { closureOf, dryRunDevice, judge, showProfile } from '../../../profiles/index.ts';
import { checkTarget, Target } from '../../../targets/index.ts';
import type { ApiMeans } from '../means.ts';
import { CheckSchema, checkAnswer, Values } from './check.ts';
import { OutcomeSchema, RunSchema, runAnswer } from './runs.ts';
import { NameParams, tags, Version } from './schemas.ts';

/** Seconds for which a request may wait for the end of a dry run. */
const MOST_WAIT = 60;

/** What profiles would change. */
export function dryRunRoutes(api: Api, { store, now, closing, dryRuns: runs }: ApiMeans): void {
  api.post(
    '/profiles/:name/dry-run',
    {
      schema: {
        operationId: 'startProfileRun',
        summary: 'Find out what a profile would change on many devices',
        description:
          'By the last known trees; nothing is sent. It is worked on in the background: ask for the run until it has ended.',
        tags,
        params: NameParams,
        body: Type.Object(
          { target: Target, version: Type.Optional(Version), values: Type.Optional(Values) },
          { additionalProperties: false, title: 'NewProfileRun' },
        ),
        response: { 202: RunSchema, ...problems(400, 401, 404, 409, 413, 415) },
      },
    },
    async ({ params, body }, reply) => {
      const { target, version, values = {} } = body;
      await checkTarget(store.reader, target, 'target');
      const closure = await closureOf(store.reader, await showProfile(store.reader, params.name, version));
      const run = await runs.start(closure, { target, values });
      reply.code(202).header('location', `${api.prefix}/profile-runs/${run.id}`);
      return runAnswer(run);
    },
  );

  api.get(
    '/profiles/:name/dry-run',
    {
      schema: {
        operationId: 'dryRunProfileOnDevice',
        summary: 'Show what a profile would change on one device, node by node',
        tags,
        params: NameParams,
        querystring: Type.Object(
          {
            device: Type.String({ minLength: 1, maxLength: 256, description: 'By DevId or id' }),
            version: Type.Optional(Version),
          },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object(
            {
              fate: Type.Enum(['refused', 'changed', 'right', 'unknown']),
              check: CheckSchema,
              nodes: Type.Array(OutcomeSchema),
            },
            { title: 'DeviceDryRun' },
          ),
          ...problems(400, 401, 404, 409),
        },
      },
    },
    async ({ params, query }) => {
      const db = store.reader;
      const id = await findDevice(db, query.device);
      const closure = await closureOf(db, await showProfile(db, params.name, query.version));
      const { rendering, comparison } = await dryRunDevice(db, closure, id, {}, now());
      const { fate, reasons } = judge(rendering, comparison);
      const check = checkAnswer(query.device, id, rendering, reasons);
      return { fate, check, nodes: [...(comparison?.nodes ?? [])] };
    },
  );

  api.get(
    '/profile-runs/:id',
    {
      schema: {
        operationId: 'showProfileRun',
        summary: 'Show how far a dry run is, and what it has found',
        tags,
        params: IdParams,
        querystring: Type.Object(
          {
            wait: Type.Optional(
              Type.Integer({
                minimum: 0,
                maximum: MOST_WAIT,
                description: 'Seconds to wait for its end, where this server works on it',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        response: { 200: RunSchema, ...problems(400, 401, 404) },
      },
    },
    async ({ params, query }) => {
      const { wait = 0 } = query;
      if (wait > 0) await runs.ended(params.id, AbortSignal.any([AbortSignal.timeout(wait * 1000), closing]));
      return runAnswer(await runs.show(params.id));
    },
  );

  api.post(
    '/profile-runs/:id/cancel',
    {
      schema: {
        operationId: 'cancelProfileRun',
        summary: 'End a dry run',
        tags,
        params: IdParams,
        response: { 200: RunSchema, ...problems(400, 401, 404) },
      },
    },
    async ({ params }) => runAnswer(await runs.cancel(params.id)),
  );
}
