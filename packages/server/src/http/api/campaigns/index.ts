import type { Api } from '@grove/api';
import type { ApiMeans } from '../means.ts';
import { campaignActionRoutes } from './actions.ts';
import { campaignDryRunRoutes } from './dry-run.ts';
import { campaignExplainRoutes } from './explain.ts';
import { campaignOutcomeRoutes } from './outcomes.ts';
import { campaignRegistryRoutes } from './registry.ts';

/** Campaigns. */
export function campaignRoutes(api: Api, means: ApiMeans): void {
  for (const routes of [
    campaignRegistryRoutes,
    campaignActionRoutes,
    campaignOutcomeRoutes,
    campaignExplainRoutes,
    campaignDryRunRoutes,
  ])
    routes(api, means);
}
