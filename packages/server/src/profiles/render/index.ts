/** Profiles for one device: pure, of what is known of it. */
export { type Conflict, type ConflictSide, conflictsOf } from './conflicts.ts';
export type { Facts, Given } from './facts.ts';
export type { RenderedFragment, RenderedNode } from './fragment.ts';
export { REASON_CODES, type Reason, type ReasonCode, sentenceOf } from './reason.ts';
export {
  type Closure,
  MOST_REASONS,
  type ProfileVersion,
  type Refused,
  type Rendered,
  type RenderedProfile,
  type Rendering,
  render,
} from './render.ts';
export { checkFragment } from './validate.ts';
