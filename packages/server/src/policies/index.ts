/** Policies: profiles that devices are to have as long as they are among those of a target. */
export { PolicyBook } from './book.ts';
export {
  COMPLIANCE_STATES,
  type ComplianceCounts,
  countCompliance,
  type DeviceCompliance,
  deviceCompliance,
  listCompliance,
} from './compliance.ts';
export { trimPolicies } from './housekeeping.ts';
export {
  createPolicy,
  deletePolicy,
  documentOf,
  listPolicies,
  type Policy,
  PolicyDocument,
  showPolicy,
  updatePolicy,
} from './policy.ts';
export { policySource } from './source.ts';
