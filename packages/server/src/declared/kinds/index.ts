import type { DeclaredKind } from '../kind.ts';
import { campaign } from './campaign.ts';
import { group } from './group.ts';
import { model } from './model.ts';
import { policy } from './policy.ts';
import { profile } from './profile.ts';
import { reason } from './reason.ts';
import { rule } from './rule.ts';
import { trigger } from './trigger.ts';

/**
 * The kinds of things that can be kept as files, in the order in which they are written: what others refer to comes first. A
 * kind is a file and its line here.
 */
export const DECLARED_KINDS: readonly DeclaredKind[] = [
  reason,
  model,
  group,
  profile,
  policy,
  trigger,
  rule,
  campaign,
];

export function declaredKindOf(kind: string): DeclaredKind | undefined {
  return DECLARED_KINDS.find((each) => each.kind === kind);
}
