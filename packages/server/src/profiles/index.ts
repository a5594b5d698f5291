/** Profiles: desired configurations, in versions. */
export { checkProfile } from './check.ts';
export { ProfileDocument } from './document.ts';
export {
  convergeStep,
  createProfile,
  deleteProfile,
  listProfiles,
  type Profile,
  type ProfileSummary,
  showProfile,
  updateProfile,
} from './profile.ts';
