/** Why devices are asked to call, in the words of their users. */

export { LANGUAGE_TAG } from './language.ts';
export {
  audienceOf,
  deleteReason,
  listReasons,
  type Reason,
  type ReasonSummary,
  setReason,
  showReason,
} from './reason.ts';
export { type Audience, checkValues, type Rendered, renderReason, type Values } from './render.ts';
export { checkTemplate, ReasonTemplate } from './template.ts';
