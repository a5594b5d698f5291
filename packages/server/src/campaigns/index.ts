/** Campaigns: the same work for many devices. */
export {
  type Campaign,
  type CampaignCounts,
  type CampaignFailure,
  type CampaignSummary,
  type CampaignWork,
  campaignFailures,
  cancelCampaign,
  countCampaign,
  createCampaign,
  listCampaigns,
  showCampaign,
} from './campaign.ts';
export { campaignReach, finishCampaign, runningCampaigns } from './finish.ts';
export { campaignSource } from './source.ts';
export { CAMPAIGN_STATES } from './states.ts';
