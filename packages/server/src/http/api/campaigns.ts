import {
  type Api,
  Id,
  IdParams,
  Name,
  nullable,
  PageQuery,
  pageRequest,
  pageSchema,
  problems,
  Time,
  timeOf,
  timeOrNull,
} from '@grove/api';
import { Type } from 'typebox';
import {
  CAMPAIGN_STATES,
  type Campaign,
  type CampaignSummary,
  campaignFailures,
  cancelCampaign,
  countCampaign,
  createCampaign,
  listCampaigns,
  showCampaign,
} from '../../campaigns/index.ts';
import { countNotifications, keepWish, Wish } from '../../notifications/index.ts';
import { checkSteps } from '../../steps/index.ts';
import type { Queries } from '../../store/index.ts';
import type { ApiMeans } from './means.ts';
import { mayNotify, NotificationCountsSchema } from './notifications.ts';
import { CommandResultSchema, StepSchema, Steps } from './schemas.ts';

const tags = ['campaigns'];

const CampaignState = Type.Enum([...CAMPAIGN_STATES], {
  description: 'running until every device has an outcome',
});
const Target = Type.Literal('all', { description: 'All devices, those registered later included' });
const CampaignProperties = {
  id: Id,
  name: Type.String(),
  profile: nullable(
    Type.Object({ name: Type.String(), version: Type.Integer() }),
    'The profile that its steps were made of; null where steps were given',
  ),
  target: Target,
  state: CampaignState,
  createdAt: Time,
  finishedAt: nullable(Time),
};
const CampaignSummarySchema = Type.Object(CampaignProperties, { title: 'CampaignSummary' });
const count = (description: string) => Type.Integer({ minimum: 0, description });
const CampaignSchema = Type.Object(
  {
    ...CampaignProperties,
    steps: Type.Array(StepSchema),
    notify: nullable(Wish, 'How its devices are asked to call; null where they are not'),
    counts: Type.Object(
      {
        devices: count('Devices it is for: while it runs all that are registered, later those it reached'),
        succeeded: count('Devices on which it succeeded'),
        failed: count('Devices on which it failed'),
        pending: count('Devices that it has still to reach'),
      },
      { title: 'CampaignCounts' },
    ),
    notifications: NotificationCountsSchema,
  },
  { title: 'Campaign' },
);
const FailureSchema = Type.Object(
  {
    deviceId: Id,
    devId: Type.String(),
    reason: nullable(Type.String()),
    results: Type.Array(CommandResultSchema),
    sessionId: nullable(Id, 'Null where the device was left out'),
    at: Time,
  },
  { title: 'CampaignFailure' },
);

const given = { name: Name, target: Type.Optional(Target), notify: Type.Optional(Wish) };
const NewCampaign = Type.Union(
  [
    Type.Object({ ...given, profile: Name }, { additionalProperties: false }),
    Type.Object({ ...given, steps: Steps }, { additionalProperties: false }),
  ],
  { title: 'NewCampaign', description: 'Either the name of a profile or steps' },
);

function campaignAnswer<C extends Campaign | CampaignSummary>({ createdAt, finishedAt, ...campaign }: C) {
  return { ...campaign, createdAt: timeOf(createdAt), finishedAt: timeOrNull(finishedAt) };
}

async function withCounts(db: Queries, campaign: Campaign) {
  const counts = await countCampaign(db, campaign);
  return { ...campaignAnswer(campaign), counts, notifications: await countNotifications(db, campaign.id) };
}

/** Campaigns. */
export function campaignRoutes(api: Api, means: ApiMeans): void {
  const { store, now } = means;

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
      return { items: items.map(campaignAnswer), next };
    },
  );

  api.post(
    '/campaigns',
    {
      schema: {
        operationId: 'createCampaign',
        summary: 'Start a campaign',
        description:
          'The same work for all devices; each gets it when it calls next. A profile is taken at its newest version, once.',
        tags,
        body: NewCampaign,
        response: { 201: CampaignSchema, ...problems(400, 401, 404, 409, 413, 415) },
      },
    },
    async ({ body }, reply) => {
      const work = 'profile' in body ? { profile: body.profile } : { steps: checkSteps(body.steps) };
      const { notify } = body;
      const notifying = notify === undefined ? undefined : mayNotify(means);
      const campaign = await store.transaction(async (db) => {
        const kept = notify === undefined ? undefined : await keepWish(db, notify, 'notify');
        return createCampaign(db, body.name, work, kept, now());
      });
      notifying?.wake();
      reply.code(201).header('location', `${api.prefix}/campaigns/${campaign.id}`);
      return withCounts(store.reader, campaign);
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
    async ({ params }) => withCounts(store.reader, await showCampaign(store.reader, params.id)),
  );

  api.get(
    '/campaigns/:id/failures',
    {
      schema: {
        operationId: 'listCampaignFailures',
        summary: 'List the devices on which a campaign failed, and why',
        tags,
        params: IdParams,
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: pageSchema(FailureSchema), ...problems(400, 401, 404) },
      },
    },
    async ({ params, query }) => {
      const { items, next } = await campaignFailures(store.reader, params.id, pageRequest(query));
      return { items: items.map((failure) => ({ ...failure, at: timeOf(failure.at) })), next };
    },
  );

  api.post(
    '/campaigns/:id/cancel',
    {
      schema: {
        operationId: 'cancelCampaign',
        summary: 'Stop a campaign',
        description: 'Devices that call from now on do not get it; what was done stays done.',
        tags,
        params: IdParams,
        response: { 200: CampaignSchema, ...problems(400, 401, 404, 409) },
      },
    },
    async ({ params }) => {
      const campaign = await store.transaction((db) => cancelCampaign(db, params.id, now()));
      means.notifying?.wake();
      return withCounts(store.reader, campaign);
    },
  );
}
