import {
  type Api,
  Id,
  IdParams,
  InvalidInput,
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
  historyOf,
  isOutcomeState,
  listOutcomes,
  OUTCOME_STATES,
  reasonsOf,
  showCampaign,
} from '../../../campaigns/index.ts';
import { devIdsOf } from '../../../devices/index.ts';
import type { ApiMeans } from '../means.ts';
import { CommandResultSchema } from '../schemas.ts';
import { CountsSchema, OutcomeSchema, tags } from './schemas.ts';

const DeviceOutcomeSchema = Type.Object(
  {
    deviceId: Id,
    devId: Type.String(),
    outcome: OutcomeSchema,
    wave: Type.Integer({ description: 'From 1' }),
    attempts: Type.Integer({ description: 'How often it was begun' }),
    reason: nullable(Type.String(), 'Why it did not succeed'),
    results: Type.Array(CommandResultSchema),
    sessionId: nullable(Id, 'Null where the device was left out'),
    retryAt: nullable(Time, 'When it may be tried again'),
    at: Time,
  },
  { title: 'CampaignOutcome' },
);

const BreakdownSchema = Type.Object(
  {
    counts: CountsSchema,
    reasons: Type.Array(
      Type.Object({
        outcome: OutcomeSchema,
        reason: Type.String({ description: 'In words' }),
        devices: Type.Integer({ description: 'Devices that came to it for this reason, each time they did' }),
        examples: Type.Array(Type.String(), { description: 'DevIds of some of the devices' }),
      }),
      { description: 'The most frequent first, 100 at most; some seconds old' },
    ),
  },
  { title: 'CampaignBreakdown' },
);

const HistorySchema = Type.Object(
  {
    id: Id,
    at: Time,
    action: Type.String(),
    by: nullable(Type.String(), 'Name of the token by which it was done; null = the server itself'),
    text: nullable(Type.String()),
  },
  { title: 'CampaignHistoryEntry' },
);

/** Reasons that a breakdown has at most. */
const REASONS = 100;

/** What came of campaigns, and what was done to them. */
export function campaignOutcomeRoutes(api: Api, { store }: ApiMeans): void {
  api.get(
    '/campaigns/:id/outcomes',
    {
      schema: {
        operationId: 'listCampaignOutcomes',
        summary: 'List what came of a campaign on each device that has begun it',
        tags,
        params: IdParams,
        querystring: Type.Object(
          {
            ...PageQuery,
            outcome: Type.Optional(
              Type.String({ maxLength: 200, description: 'One or more outcomes, divided by commas' }),
            ),
          },
          { additionalProperties: false },
        ),
        response: { 200: pageSchema(DeviceOutcomeSchema), ...problems(400, 401, 404) },
      },
    },
    async ({ params, query }) => {
      const filter = { outcomes: outcomesIn(query.outcome) };
      const { items, next } = await listOutcomes(store.reader, params.id, filter, pageRequest(query));
      return {
        items: items.map((item) => ({ ...item, at: timeOf(item.at), retryAt: timeOrNull(item.retryAt) })),
        next,
      };
    },
  );

  api.get(
    '/campaigns/:id/breakdown',
    {
      schema: {
        operationId: 'showCampaignBreakdown',
        summary: 'Show why devices have not succeeded, by reason',
        tags,
        params: IdParams,
        response: { 200: BreakdownSchema, ...problems(400, 401, 404) },
      },
    },
    async ({ params }) => {
      const { counts } = await showCampaign(store.reader, params.id);
      const reasons = await reasonsOf(store.reader, params.id, REASONS);
      const devIds = await devIdsOf(
        store.reader,
        reasons.flatMap(({ examples }) => examples),
      );
      const named = (ids: readonly number[]) => ids.flatMap((id) => devIds.get(id) ?? []);
      return { counts, reasons: reasons.map((reason) => ({ ...reason, examples: named(reason.examples) })) };
    },
  );

  api.get(
    '/campaigns/:id/history',
    {
      schema: {
        operationId: 'listCampaignHistory',
        summary: 'List what was done to a campaign, and by whom',
        tags,
        params: IdParams,
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: pageSchema(HistorySchema), ...problems(400, 401, 404) },
      },
    },
    async ({ params, query }) => {
      const { items, next } = await historyOf(store.reader, params.id, pageRequest(query));
      return { items: items.map((item) => ({ ...item, at: timeOf(item.at) })), next };
    },
  );
}

/** @throws {InvalidInput} when one of the names is no outcome */
export function outcomesIn(names: string | undefined) {
  if (names === undefined) return undefined;
  return [...new Set(names.split(',').map((name) => name.trim()))].map((name) => {
    if (isOutcomeState(name)) return name;
    throw new InvalidInput([
      { field: 'outcome', value: name, expected: `one or more of ${OUTCOME_STATES.join(', ')}` },
    ]);
  });
}
