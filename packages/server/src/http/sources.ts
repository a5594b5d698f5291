import { campaignSource } from '../campaigns/index.ts';
import { taskSource } from '../tasks/index.ts';
import { WorkSources } from '../work/index.ts';

/** Where the work of devices comes from, in the order in which they get it. */
export function workSources(): WorkSources {
  return new WorkSources([taskSource, campaignSource]);
}
