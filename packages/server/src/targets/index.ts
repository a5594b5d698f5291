/** Which devices campaigns, policies and the like are for. */
export {
  checkTarget,
  countTarget,
  type PreparedTarget,
  prepareTarget,
  snapshotTarget,
  Target,
  targetsHold,
  useTarget,
} from './target.ts';
