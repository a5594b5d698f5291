import { type Api, problems } from '@grove/api';
import { Type } from 'typebox';
import { countWaiting } from '../../queue/index.ts';
import type { GatewayMeans } from './means.ts';

const Count = Type.Integer({ minimum: 0 });

const BearerSchema = Type.Object(
  {
    name: Type.String({ description: 'As configured' }),
    kind: Type.String(),
    state: Type.Enum(['up', 'connecting', 'down']),
    text: Type.String({ description: 'Since when, and why' }),
    window: Type.Integer({ minimum: 0, description: 'Shipments that it takes at the same time' }),
    inFlight: Type.Integer({ minimum: 0, description: 'Shipments that it has at the moment' }),
    queued: Type.Integer({ minimum: 0, description: 'Pushes that wait for it, up to 100000' }),
    accepted: Type.Integer({
      minimum: 0,
      description: 'Pushes that the network has, and whose receipts are awaited, up to 100000',
    }),
    counters: Type.Object(
      {
        attempts: Count,
        accepted: Count,
        delivered: Count,
        retried: Count,
        failed: Count,
      },
      { description: 'Attempts since this process was started, and what they came to' },
    ),
  },
  { title: 'Bearer' },
);

/** Ways to reach terminals. */
export function bearerRoutes(api: Api, { store, bearers }: GatewayMeans): void {
  api.get(
    '/gateway/bearers',
    {
      schema: {
        operationId: 'listBearers',
        summary: 'List the bearers of the push gateway, and how they are',
        tags: ['gateway'],
        response: { 200: Type.Object({ items: Type.Array(BearerSchema) }), ...problems(401) },
      },
    },
    async () => ({
      items: await Promise.all(
        bearers().map(async ({ health, ...bearer }) => ({
          ...bearer,
          ...health,
          ...(await countWaiting(store.reader, bearer.name)),
        })),
      ),
    }),
  );
}
