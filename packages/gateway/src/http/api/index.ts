/** The gateway's part of a REST API, alone or in another one. */
import type { Api } from '@grove/api';
import { bearerRoutes } from './bearers.ts';
import type { GatewayMeans } from './means.ts';
import { pushRoutes } from './pushes.ts';
import { userRoutes } from './users.ts';

export type { BearerStatus, GatewayMeans } from './means.ts';

/** What the description of an API says of these routes. */
export const GATEWAY_TAGS = [
  { name: 'gateway', description: 'The push gateway: its queue, its bearers, its directory' },
] as const;

/** Adds the gateway's routes, below `/gateway`. */
export function gatewayRoutes(api: Api, means: GatewayMeans): void {
  pushRoutes(api, means);
  bearerRoutes(api, means);
  userRoutes(api, means);
}
