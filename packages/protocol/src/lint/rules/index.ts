import type { Rule } from '../rule.ts';
import { ALERT_RULES } from './alert.ts';
import { HEADER_RULES } from './header.ts';
import { ITEM_RULES } from './item.ts';
import { PACKAGE_RULES } from './package.ts';
import { STATUS_RULES } from './status.ts';
import { TRANSPORT_RULES } from './transport.ts';

/** The rules that messages are held against, one row each. */
export const LINT_RULES: readonly Rule[] = [
  ...TRANSPORT_RULES,
  ...HEADER_RULES,
  ...PACKAGE_RULES,
  ...STATUS_RULES,
  ...ALERT_RULES,
  ...ITEM_RULES,
];
