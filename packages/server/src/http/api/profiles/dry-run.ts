import { type Api, Id, IdParams, nullable, problems, Time, timeOf } from '@grove/api';
import { Type } from 'typebox';
import { findDevice } from '../../../devices/index.ts';
import {
  closureOf,
  DryRuns,
  dryRunDevice,
  judge,
  type ProfileRun,
  showProfile,
  VERDICTS,
} from '../../../profiles/index.ts';
import { checkTarget, Target } from '../../../targets/index.ts';
import type { ApiMeans } from '../means.ts';
import { CheckSchema, checkAnswer, Values } from './check.ts';
import { NameParams, tags, Version } from './schemas.ts';

/** Seconds for which a request may wait for the end of a dry run. */
const MOST_WAIT = 60;

const OutcomeSchema = Type.Object(
  {
    uri: Type.String(),
    verdict: Type.Enum([...VERDICTS], {
      description:
        'right: nothing would change; change, add, remove; kept: it belongs to the user; unreadable: no server may read it, and it is written each time; unknown: the tree is not known there',
    }),
    from: Type.Optional(Type.String({ description: 'What is there; secret values are masked' })),
    to: Type.Optional(Type.String({ description: 'What is to be there; secret values are masked' })),
  },
  { title: 'NodeOutcome' },
);
const counted = {
  devices: Type.Integer(),
  examples: Type.Array(Type.String(), { description: 'DevIds of some of them' }),
};
const ResultSchema = Type.Object(
  {
    devices: Type.Integer({ description: 'Devices that were looked at' }),
    changed: Type.Integer({ description: 'Devices of which something would change' }),
    nodes: Type.Integer({ description: 'Nodes that would change, on all of these' }),
    refused: Type.Integer({ description: 'Devices that would be refused the profile' }),
    right: Type.Integer({ description: 'Devices that have everything already' }),
    unknown: Type.Integer({
      description: 'Devices of which nothing is known that would change, but not all is known either',
    }),
    reasons: Type.Array(Type.Object({ code: Type.String(), text: Type.String(), ...counted }), {
      description: 'Why devices would be refused, the most frequent first',
    }),
    changes: Type.Array(Type.Object({ nodes: Type.Array(OutcomeSchema), ...counted }), {
      description: 'What would change, the most frequent first',
    }),
    unlisted: Type.Integer({ description: 'Devices whose reasons or changes are not listed' }),
  },
  { title: 'DryRunResult' },
);
const RunSchema = Type.Object(
  {
    id: Id,
    profile: Type.String(),
    version: Version,
    target: Target,
    state: Type.Enum(['running', 'finished', 'failed', 'cancelled']),
    reason: nullable(Type.String(), 'Why it failed'),
    done: Type.Integer({ description: 'Devices that were looked at' }),
    total: Type.Integer({ description: 'Devices that there were when it began' }),
    result: nullable(ResultSchema, 'What was found, so far or in all'),
    createdAt: Time,
  },
  { title: 'ProfileRun' },
);

const runAnswer = ({ createdAt, ...run }: ProfileRun) => ({ ...run, createdAt: timeOf(createdAt) });

/** What profiles would change. */
export function dryRunRoutes(api: Api, { store, now, closing }: ApiMeans): void {
  const runs = new DryRuns(store, now, closing);

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
