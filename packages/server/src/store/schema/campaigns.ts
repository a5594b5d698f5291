/** Work for many devices, and what came of it on each. */
import type { Generated } from 'kysely';

export interface CampaignsTables {
  campaigns: CampaignTable;
  campaign_waves: CampaignWaveTable;
  campaign_counts: CampaignCountTable;
  campaign_reasons: CampaignReasonTable;
  campaign_changes: CampaignChangeTable;
  campaign_history: CampaignHistoryTable;
  campaign_book: CampaignBookTable;
  outcomes: OutcomeTable;
}

/** What a campaign is doing; `campaigns/states.ts` says how one becomes another. */
export type CampaignState =
  | 'draft'
  | 'awaiting-approval'
  | 'denied'
  | 'scheduled'
  | 'running'
  | 'paused'
  | 'stopping'
  | 'stopped'
  | 'finished'
  | 'cancelled';

/** The same work for many devices. Which devices are still to be served is computed when they call. */
export interface CampaignTable {
  id: Generated<number>;
  name: string;
  /** Where its steps come from a profile. */
  profile_id: number | null;
  profile_version: number | null;
  /** JSON: Step[]; where it brings a profile, what that comes to on any device, or none where that depends on the device. */
  steps: string;
  /** JSON: names and versions of the profile and those that it requires, each after those that it requires; null where steps were given. */
  closure: string | null;
  /** JSON: Target; the devices it is for. */
  target: string;
  /** 1 where devices that come to match later join. */
  dynamic: Generated<number>;
  /** JSON: Plan; how it goes about its devices. */
  plan: Generated<string>;
  state: CampaignState;
  /** When it came into this state. */
  changed_at: Generated<number>;
  /** Why it is in this state, in a sentence. */
  reason: string | null;
  paused_by: 'operator' | 'threshold' | null;
  /** Id of the token by which it was made; null where nobody was asked. */
  created_by: number | null;
  created_by_name: string | null;
  created_at: number;
  start_at: number | null;
  end_by: number | null;
  started_at: number | null;
  finished_at: number | null;
  /** The set of the devices that it is for; null until it has begun. */
  members: number | null;
  /** How many they are. */
  devices: Generated<number>;
  /** The last wave that is open, and since when. */
  wave: Generated<number>;
  wave_at: number | null;
  /** JSON: Baseline; the counts from which on its error thresholds are judged. */
  baseline: string | null;
  /** The campaign on whose devices it tries again. */
  rerun_of: number | null;
  /** Until when one process has it to itself that looks after campaigns. */
  lease_at: Generated<number>;
  /** Of a dynamic one: when devices are next looked for that have come to match. */
  sweep_at: Generated<number>;
  /** Up to which time the devices have been handed out that may begin. */
  rate_at: Generated<number>;
  /** Up to which time the devices have been asked to call that may be. */
  asked_at: Generated<number>;
  /** JSON: KeptWish; how its devices are asked to call; null = they are not. */
  notify: string | null;
  /** Devices up to this id were looked at: they have their notifications, or need none now; -1 once none is outstanding of one that does not run. */
  notified_up_to: Generated<number>;
}

/** A part of a campaign's devices that begins after the parts before it. */
export interface CampaignWaveTable {
  campaign_id: number;
  /** From 0. */
  n: number;
  /** Devices whose position is below it belong to the wave, unless to one before; null where they do by their set. */
  threshold: number | null;
  /** The set of its devices; where both are null, it has all that are left. */
  members: number | null;
  devices: number;
  opened_at: number | null;
}

/** How many devices of a wave have an outcome. What has come since is in {@link CampaignChangeTable}. */
export interface CampaignCountTable {
  campaign_id: number;
  wave: number;
  outcome: OutcomeState;
  devices: number;
}

/** How many devices have an outcome for one reason. */
export interface CampaignReasonTable {
  campaign_id: number;
  outcome: OutcomeState;
  reason: string;
  devices: number;
  /** JSON: ids of some of them. */
  examples: string;
}

/** A device that got another outcome: added to the counts soon after, so that no two devices wait for one row. */
export interface CampaignChangeTable {
  id: Generated<number>;
  campaign_id: number;
  wave: number;
  /** What it had before; null = none. */
  was: OutcomeState | null;
  /** What it has now; null where the device is gone before it had one that is final. */
  outcome: OutcomeState | null;
  reason: string | null;
  device_id: number;
}

/** What was done to a campaign, and by whom. */
export interface CampaignHistoryTable {
  id: Generated<number>;
  campaign_id: number;
  at: number;
  action: string;
  /** Id of a token, which may be withdrawn since; null = the server itself. */
  actor: number | null;
  actor_name: string | null;
  text: string | null;
}

/** One row: its number grows with every change that processes have to know who look at campaigns in memory. */
export interface CampaignBookTable {
  id: number;
  generation: number;
}

/**
 * Where a device stands in a campaign that it has begun: `begun` until it ends, `retrying` until it tries again; then
 * `changed` or `unchanged` where it succeeded.
 */
export type OutcomeState = 'begun' | 'retrying' | 'changed' | 'unchanged' | 'failed' | 'declined' | 'skipped';

/** How a campaign went on one device; the only row that a campaign writes per device, once the device begins. */
export interface OutcomeTable {
  campaign_id: number;
  device_id: number;
  state: OutcomeState;
  wave: number;
  /** How often it was begun. */
  attempts: number;
  /** When it may be tried again. */
  retry_at: number | null;
  /** When it was last begun. */
  begun_at: number | null;
  /** JSON: CommandResult[] */
  results: string;
  reason: string | null;
  /** The last session that had to do with it; null where the device was left out. */
  session_id: number | null;
  /** The steps that it got, where they were made for it. */
  rendering_id: number | null;
  at: number;
}
