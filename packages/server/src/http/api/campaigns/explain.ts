import { type Api, callerOf, Id, IdParams, nullable, problems, Time, timeOrNull } from '@grove/api';
import { Type } from 'typebox';
import { explainCampaign, explainDevice, exportCampaign, readCampaign } from '../../../campaigns/index.ts';
import { findDevice } from '../../../devices/index.ts';
import { Csv } from '../csv.ts';
import type { ApiMeans } from '../means.ts';
import { DeviceParams } from '../schemas.ts';
import { campaignCsv } from './csv.ts';
import { NewCampaign, tags } from './schemas.ts';

const EstimateSchema = Type.Object(
  {
    left: Type.Integer({ description: 'Devices that have still to come to an outcome' }),
    measured: nullable(Type.Number(), 'Devices that have come to an outcome in a minute so far'),
    rate: nullable(Type.Number(), 'Devices that may begin in a minute'),
    openShare: Type.Number({ description: 'The part of the time in which windows are open, 0 to 1' }),
    seconds: nullable(
      Type.Integer(),
      'Until nine in ten of those left have an outcome; null where that cannot be said',
    ),
    because: Type.Array(Type.String(), { description: 'What it rests on' }),
  },
  { title: 'CampaignEstimate' },
);

const ExplanationSchema = Type.Object(
  {
    waiting: Type.Array(
      Type.Object({
        kind: Type.String({
          description:
            'state, wave, window, rate, concurrent, retry, begun, call, notification, profile or nothing',
        }),
        devices: nullable(
          Type.Integer(),
          'Devices that wait for it; null where it is all, or none in particular',
        ),
        text: Type.String(),
        until: nullable(Time, 'Until when, where that is known'),
      }),
      { description: 'Who waits for what; a device may wait for several things' },
    ),
    sampled: Type.Boolean({ description: 'Whether numbers of devices are estimated from 20,000 of them' }),
    estimate: EstimateSchema,
  },
  { title: 'CampaignExplanation' },
);

const DeviceStandingSchema = Type.Object(
  {
    deviceId: Id,
    due: Type.Boolean({ description: 'Whether it gets it when it calls next' }),
    text: Type.String({ description: 'Why, or why not' }),
    until: nullable(Time, 'Until when it waits, where that is known'),
  },
  { title: 'CampaignDevice' },
);

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
      'What the profile comes to; null where steps are given',
    ),
    sampled: Type.Boolean({
      description: 'Whether numbers by model and by call are estimated from 20,000 devices',
    }),
    estimate: EstimateSchema,
  },
  { title: 'CampaignDryRun' },
);

/** Why campaigns do what they do, and what one would do. */
export function campaignExplainRoutes(api: Api, { store, campaigns, now }: ApiMeans): void {
  api.get(
    '/campaigns/:id/explain',
    {
      schema: {
        operationId: 'explainCampaign',
        summary: 'Say who waits for what, and how long it may take',
        tags,
        params: IdParams,
        response: { 200: ExplanationSchema, ...problems(400, 401, 404) },
      },
    },
    async ({ params }) => {
      const { waiting, isSampled, estimate } = await explainCampaign(store, campaigns.book, params.id, now());
      return {
        waiting: waiting.map((each) => ({ ...each, until: timeOrNull(each.until) })),
        sampled: isSampled,
        estimate: { ...estimate, because: [...estimate.because] },
      };
    },
  );

  api.get(
    '/campaigns/:id/devices/:device',
    {
      schema: {
        operationId: 'explainCampaignDevice',
        summary: 'Say where one device stands in a campaign, and why',
        tags,
        params: Type.Object({ ...IdParams.properties, ...DeviceParams.properties }),
        response: { 200: DeviceStandingSchema, ...problems(400, 401, 404) },
      },
    },
    async ({ params }) => {
      const device = await findDevice(store.reader, params.device);
      const { deviceId, isDue, text, until } = await explainDevice(
        store.reader,
        campaigns.book,
        params.id,
        device,
        now(),
      );
      return { deviceId, due: isDue, text, until: timeOrNull(until) };
    },
  );

  api.get(
    '/campaigns/:id/export',
    {
      schema: {
        operationId: 'exportCampaign',
        summary: 'Download where each device of a campaign stands, as CSV',
        description:
          'Those that have not begun are pending. What a spreadsheet would take for a formula begins with an apostrophe.',
        tags,
        params: IdParams,
        response: {
          200: { description: 'CSV (RFC 4180)', content: { 'text/csv': { schema: Csv } } },
          ...problems(400, 401, 404),
        },
      },
    },
    async ({ params }, reply) => {
      const devices = await exportCampaign(store, params.id);
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="campaign-${params.id}.csv"`)
        .send(campaignCsv(devices));
    },
  );

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
      const { isSampled, estimate, ...rest } = found;
      return { ...rest, sampled: isSampled, estimate: { ...estimate, because: [...estimate.because] } };
    },
  );
}
