/** Profiles: desired configurations, in versions. */
export { checkProfile } from './check.ts';
export { closureOf } from './closure.ts';
export { ProfileDocument, ProfileInput } from './document/index.ts';
export { factsOf, NO_FACTS, type PreparedFacts, prepareFacts } from './facts/index.ts';
export {
  createProfile,
  deleteProfile,
  listProfiles,
  type Profile,
  type ProfileSummary,
  showProfile,
  stepsForAll,
  updateProfile,
} from './profile.ts';
export * from './render/index.ts';
export { renderForDevice } from './render-device.ts';
