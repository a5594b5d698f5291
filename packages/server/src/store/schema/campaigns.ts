/** Work for many devices, and what came of it on each. */
import type { Generated } from 'kysely';

export interface CampaignsTables {
  campaigns: CampaignTable;
  outcomes: OutcomeTable;
}

export type CampaignState = 'running' | 'finished' | 'cancelled';

/** The same work for many devices. Which devices are still to be served is computed when they call. */
export interface CampaignTable {
  id: Generated<number>;
  name: string;
  /** Where its steps come from a profile. */
  profile_id: number | null;
  profile_version: number | null;
  /** JSON: Step[], resolved when the campaign was made. */
  steps: string;
  /** The devices it is for; `all` for now. */
  target: string;
  state: CampaignState;
  created_at: number;
  finished_at: number | null;
  /** JSON: KeptWish; how its devices are asked to call; null = they are not. */
  notify: string | null;
  /** Every device up to this id has its notification, or needs none; -1 once it has ended and none is outstanding. */
  notified_up_to: Generated<number>;
}

/** How a campaign ended on one device; the only row that a campaign writes per device. */
export interface OutcomeTable {
  campaign_id: number;
  device_id: number;
  state: 'succeeded' | 'failed';
  /** JSON: CommandResult[] */
  results: string;
  reason: string | null;
  session_id: number;
  at: number;
}
