/** Campaigns: the same work for many devices. */
export {
  cancelCampaign,
  judgeCampaign,
  openNextWave,
  pauseCampaign,
  resumeCampaign,
  stopCampaign,
} from './actions.ts';
export { type OutcomeReason, reasonsOf } from './counts.ts';
export { type ApprovalPolicy, type CampaignWork, createCampaign, type NewCampaign } from './create.ts';
export {
  type CampaignDocument,
  CampaignProperties,
  campaignSchema,
  readCampaign,
  writtenCampaign,
} from './document.ts';
export type { Estimate } from './estimate.ts';
export { type Explanation, explainCampaign, explainDevice } from './explain.ts';
export { type ExportedDevice, exportCampaign } from './export.ts';
export { leaveCampaigns } from './leave.ts';
export { findCampaign } from './move.ts';
export { type HistoryEntry, historyOf, listOutcomes, type Outcome } from './outcomes.ts';
export { checkPlan, type Plan, PlanProperties, planIn } from './plan.ts';
export {
  type Campaign,
  type CampaignCounts,
  type CampaignSummary,
  type CampaignWave,
  listCampaigns,
  showCampaign,
} from './read.ts';
export { Campaigns } from './service.ts';
export { isOutcomeState, OUTCOME_STATES } from './standing.ts';
export { CAMPAIGN_STATES } from './states.ts';
export { checkTargets, type KeptTarget, RERUN_OUTCOMES, RerunTarget } from './target.ts';
