import type { Columns } from '@grove/store';

/** Campaigns whose devices are still to be asked to call, or not to be asked any more. */
export function notifiedCampaigns(_: Columns): string[] {
  return [
    'create index campaigns_notifying on campaigns (id) where notify is not null and notified_up_to >= 0',
  ];
}
