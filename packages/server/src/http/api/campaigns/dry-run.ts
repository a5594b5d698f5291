import { type Api, callerOf, nullable, problems } from '@grove/api';
import { Type } from 'typebox';
import { readCampaign } from '../../../campaigns/index.ts';
import { closureOf, type ProfileRun, showProfile } from '../../../profiles/index.ts';
import type { Target } from '../../../targets/index.ts';
import type { ApiMeans } from '../means.ts';
import { RunSchema, runAnswer } from '../profiles/index.ts';
import { EstimateSchema, estimateAnswer } from './estimate.ts';
import { NewCampaign, tags } from './schemas.ts';

/** Milliseconds for which a request waits for the dry run of a profile. */
const WAIT = 3_000;

const count = Type.Integer({ minimum: 0 });
const DryRunSchema = Type.Object(
  {
    devices: Type.Integer({ description: 'Devices that it would be for' }),
    needsApproval: Type.Boolean(),
    waves: Type.Array(
      Type.Object({
        wave: Type.Integer({ description: 'From 1' }),
        name: nullable(Type.String()),
        devices: count,
      }),
    ),
    models: Type.Array(
      Type.Object({ man: nullable(Type.String()), mod: nullable(Type.String()), devices: count }),
      { description: 'The most frequent first, 50 at most' },
    ),
    lastCalls: Type.Object(
      { hour: count, day: count, week: count, month: count, before: count, never: count },
      { description: 'When its devices have last called: each counts once' },
    ),
    profile: nullable(
      Type.Object({
        looked: Type.Integer({ description: 'Devices that were tried, spread over all' }),
        brought: Type.Integer({ description: 'Those that would get it' }),
        leftOut: Type.Array(Type.Object({ reason: Type.String(), devices: count }), {
          description: 'Why the others would not',
        }),
      }),
      'What the profile comes to on some of its devices; null where steps are given',
    ),
    run: nullable(
      RunSchema,
      'What the profile would change on all of them, by their last known trees: a dry run of the profile. It is waited for some seconds; where it runs still, GET /profile-runs/{id} tells the rest. Null where steps are given, and while other dry runs are under way',
    ),
    sampled: Type.Boolean({
      description: 'Whether numbers by model and by call are estimated from 20,000 devices',
    }),
    estimate: EstimateSchema,
  },
  { title: 'CampaignDryRun' },
);

/** What a campaign would be. */
export function campaignDryRunRoutes(api: Api, { store, campaigns, dryRuns, closing }: ApiMeans): void {
  api.post(
    '/campaigns/dry-run',
    {
      schema: {
        operationId: 'dryRunCampaign',
        summary: 'Say what a campaign would be, without making it',
        tags,
        body: NewCampaign,
        response: { 200: DryRunSchema, ...problems(400, 401, 404, 409, 413, 415) },
      },
    },
    async (request) => {
      const { body } = request;
      const { target, plan } = await readCampaign(store.reader, body.name, body, callerOf(request));
      const profile = 'profile' in body ? body.profile : undefined;
      const found = await campaigns.dryRun({ target, plan, profile, isAsked: body.notify !== undefined });
      const run = profile === undefined ? null : await tryProfile(profile, target);
      const { isSampled, estimate, ...rest } = found;
      return {
        ...rest,
        run: run === null ? null : runAnswer(run),
        sampled: isSampled,
        estimate: estimateAnswer(estimate),
      };
    },
  );

  async function tryProfile(name: string, target: Target): Promise<ProfileRun | null> {
    const closure = await closureOf(store.reader, await showProfile(store.reader, name));
    const request = { target, values: {} };
    // Who asks again while it runs still is told of the same one.
    const begun = await dryRuns.underWay(closure, request);
    if (begun === undefined && dryRuns.isBusy) return null;
    const id = begun ?? (await dryRuns.start(closure, request)).id;
    await dryRuns.ended(id, AbortSignal.any([AbortSignal.timeout(WAIT), closing]));
    return dryRuns.show(id);
  }
}
