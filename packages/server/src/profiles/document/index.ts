/** What a profile says, as data. */
export { checkDocument, isFlat, readDocument } from './check.ts';
export { differencesOf, type ProfileDifference } from './diff.ts';
export {
  type Effective,
  type EffectiveFragment,
  effectiveOf,
  type Setting,
  type Written,
} from './effective.ts';
export { lostSecrets, masked, unmasked, withSecrets } from './mask.ts';
export { DEVICE_VARIABLES, readReference, referencesOf, serviceOf, servicesOf } from './references.ts';
export {
  Fragment,
  InstanceState,
  NODE_POLICIES,
  type NodePolicy,
  Options,
  PROFILE_LIMITS,
  ProfileDocument,
  ProfileInput,
  type ProfileNode,
  Scalar,
  type Variable,
  type Variant,
} from './schema.ts';
export { escapeTemplate, parseTemplate, type Template, TemplateError } from './template.ts';
