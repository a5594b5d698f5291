import type { Campaigns } from '../campaigns/index.ts';
import { type PolicyBook, policySource } from '../policies/index.ts';
import { taskSource } from '../tasks/index.ts';
import { WorkSources } from '../work/index.ts';

/** Where the work of devices comes from, in the order in which they get it. */
export function workSources(campaigns: Campaigns, policies: PolicyBook): WorkSources {
  return new WorkSources([taskSource, campaigns.source, policySource(policies)]);
}
