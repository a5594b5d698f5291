import { type Api, callerOf, IdParams, PageQuery, pageRequest, pageSchema, problems } from '@grove/api';
import { Type } from 'typebox';
import { listCampaigns, readCampaign, showCampaign } from '../../../campaigns/index.ts';
import type { ApiMeans } from '../means.ts';
import { mayNotify } from '../notifications.ts';
import {
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
      const { name, allowEmpty = false, start = true } = body;
      if (body.notify !== undefined) mayNotify(means);
      const made = await readCampaign(store.reader, name, body, by);
      const id = await campaigns.create(made, { allowEmpty, start });
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
