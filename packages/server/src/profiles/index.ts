/** Profiles: desired configurations, in versions. */
export { acceptProfile, checkRequired } from './accept.ts';
export { checkProfile } from './check.ts';
export { type CheckedModel, type CheckResult, checkModel } from './check-device.ts';
export { closureAt, closureOf } from './closure.ts';
export {
  masked,
  type ProfileDifference,
  ProfileDocument,
  ProfileInput,
  Scalar,
  withSecrets,
} from './document/index.ts';
export {
  compare,
  DryRuns,
  dryRun,
  dryRunDevice,
  judge,
  type NodeOutcome,
  type ProfileRun,
  VERDICTS,
} from './dry-run/index.ts';
export { factsOf, NO_FACTS, type PreparedFacts, prepareFacts } from './facts/index.ts';
export {
  createProfile,
  deleteProfile,
  listProfiles,
  type Profile,
  type ProfileSummary,
  showProfile,
  updateProfile,
  type VersionNote,
} from './profile.ts';
export * from './render/index.ts';
export { renderForDevice } from './render-device.ts';
export { readSource } from './source.ts';
export {
  diffVersions,
  listVersions,
  type ProfileUses,
  type ProfileVersionSummary,
  rollBack,
  usesOf,
} from './versions.ts';
