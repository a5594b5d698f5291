import {
  type Api,
  callerOf,
  IdParams,
  InvalidInput,
  PageQuery,
  pageRequest,
  pageSchema,
  problems,
} from '@grove/api';
import { Type } from 'typebox';
import { checkPlan, checkTargets, listCampaigns, planIn, showCampaign } from '../../../campaigns/index.ts';
import { keepWish } from '../../../notifications/index.ts';
import { checkSteps } from '../../../steps/index.ts';
import type { ApiMeans } from '../means.ts';
import { mayNotify } from '../notifications.ts';
import {
  ALL,
  CampaignSchema,
  CampaignState,
  CampaignSummarySchema,
  campaignAnswer,
  NewCampaign,
  summaryAnswer,
  tags,
} from './schemas.ts';

/** Which campaigns there are. */
export function campaignRegistryRoutes(api: Api, means: ApiMeans): void {
  const { store, campaigns } = means;

  api.get(
    '/campaigns',
    {
      schema: {
        operationId: 'listCampaigns',
        summary: 'List campaigns, the newest first',
        tags,
        querystring: Type.Object(
          { ...PageQuery, state: Type.Optional(CampaignState) },
          { additionalProperties: false },
        ),
        response: { 200: pageSchema(CampaignSummarySchema), ...problems(400, 401) },
      },
    },
    async ({ query }) => {
      const { items, next } = await listCampaigns(store.reader, { state: query.state }, pageRequest(query));
      return { items: items.map(summaryAnswer), next };
    },
  );

  api.post(
    '/campaigns',
    {
      schema: {
        operationId: 'createCampaign',
        summary: 'Make a campaign, and start it',
        description:
          'The same work for many devices; each gets it when it calls. A profile is taken at its newest version, once. It runs when this is answered, unless it is to begin later, needs approval or is kept as a draft.',
        tags,
        body: NewCampaign,
        response: { 201: CampaignSchema, ...problems(400, 401, 404, 409, 413, 415) },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const by = callerOf(request);
      const work = 'profile' in body ? { profile: body.profile } : { steps: checkSteps(body.steps) };
      const { notify, target = ALL, startAt, endBy } = body;
      const plan = planIn(body);
      checkPlan(plan);
      await checkTargets(store.reader, target, plan);
      const times = { startAt: timeIn(startAt), endBy: timeIn(endBy) };
      if (times.startAt !== null && times.endBy !== null && times.endBy <= times.startAt)
        throw new InvalidInput([{ field: 'endBy', value: endBy, expected: 'a time after startAt' }]);
      if (notify !== undefined) mayNotify(means);
      const id = await campaigns.create(
        async () => ({
          name: body.name,
          work,
          target,
          dynamic: body.dynamic ?? false,
          plan,
          notify:
            notify === undefined
              ? undefined
              : await store.transaction((db) => keepWish(db, notify, 'notify')),
          ...times,
          by,
        }),
        { target, allowEmpty: body.allowEmpty ?? false, start: body.start ?? true },
      );
      reply.code(201).header('location', `${api.prefix}/campaigns/${id}`);
      return campaignAnswer(store.reader, await showCampaign(store.reader, id));
    },
  );

  api.get(
    '/campaigns/:id',
    {
      schema: {
        operationId: 'showCampaign',
        summary: 'Show a campaign and how far it has come',
        tags,
        params: IdParams,
        response: { 200: CampaignSchema, ...problems(400, 401, 404) },
      },
    },
    async ({ params }) => campaignAnswer(store.reader, await showCampaign(store.reader, params.id)),
  );
}

function timeIn(time: string | undefined): number | null {
  return time === undefined ? null : Date.parse(time);
}
