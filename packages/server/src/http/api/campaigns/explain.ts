import { type Api, Id, IdParams, nullable, problems, Time, timeOrNull } from '@grove/api';
import { Type } from 'typebox';
import { explainCampaign, explainDevice, exportCampaign } from '../../../campaigns/index.ts';
import { findDevice } from '../../../devices/index.ts';
import { Csv } from '../csv.ts';
import type { ApiMeans } from '../means.ts';
import { DeviceParams } from '../schemas.ts';
import { campaignCsv } from './csv.ts';
import { EstimateSchema, estimateAnswer } from './estimate.ts';
import { tags } from './schemas.ts';

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

/** Why campaigns do what they do. */
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
        estimate: estimateAnswer(estimate),
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
}
