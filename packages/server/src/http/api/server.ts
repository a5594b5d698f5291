import { type Api, problems } from '@grove/api';
import { Type } from 'typebox';
import type { ApiMeans } from './means.ts';

/** The server itself. */
export function serverRoutes(api: Api, { version, dmUrl }: ApiMeans): void {
  api.get(
    '/server',
    {
      schema: {
        operationId: 'showServer',
        summary: 'Show what the server is and where devices reach it',
        tags: ['server'],
        response: {
          200: Type.Object({
            version: Type.String(),
            dmUrl: Type.String({ description: 'Address that devices are to be given' }),
          }),
          ...problems(401),
        },
      },
    },
    async (request) => ({ version, dmUrl: dmUrl(request.host) }),
  );
}
