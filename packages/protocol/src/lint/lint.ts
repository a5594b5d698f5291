import type { DecodedMessage, Markup } from '../syncml/index.ts';
import { type Deviation, READING_RULES, type RuleText } from '../vocabulary/index.ts';
import type { Fault, LintContext, Rule } from './rule.ts';
import { LINT_RULES } from './rules/index.ts';
import { treeFaults } from './tree-document.ts';
import { hasItems, itemView, viewOf } from './view.ts';

/** Something that is not as the standard says: what and where, and the rule that it breaks. */
export interface Finding extends RuleText {
  /** Identifier of the rule. */
  readonly rule: string;
  /** Elements from the root to the place, `SyncML/SyncBody/Replace[2]/Item[1]`; empty for the whole document. */
  readonly path: string;
  readonly found: string;
  readonly expected: string;
}

/** Findings of one rule in a message, and of all; what is beyond tells nobody anything new. */
const MOST_OF_A_RULE = 20;
const MOST = 200;

/**
 * All that is not as the standard says in a message that could be read: what its reader noted, and what the rules
 * of {@link LINT_RULES} find in it.
 */
export function lintMessage(decoded: DecodedMessage, context: LintContext = {}): Finding[] {
  const findings = decoded.deviations.map(findingOf);
  const view = viewOf(decoded, context);
  for (const rule of LINT_RULES) {
    let left = Math.min(MOST_OF_A_RULE, MOST - findings.length);
    const report = (faults: Fault | readonly Fault[] | undefined, path: string): void => {
      if (faults === undefined) return;
      for (const { found, expected, at } of Array.isArray(faults) ? faults : [faults]) {
        if (left-- <= 0) return;
        findings.push({
          ...textOf(rule),
          rule: rule.id,
          path: at === undefined ? path : `${path}/${at}`,
          found,
          expected,
        });
      }
    };
    if ('message' in rule) {
      report(rule.message(view), 'SyncML');
      continue;
    }
    for (const command of view.commands) {
      if (left <= 0) break;
      if ('command' in rule) report(rule.command(command, view), command.path);
      else if (hasItems(command.command)) {
        const of = command.command;
        of.items.forEach((item, index) => {
          if (left > 0) report(rule.item(itemView(item, of), view), `${command.path}/Item[${index + 1}]`);
        });
      }
    }
  }
  return findings;
}

/** The same for a serialized tree or a device description; nothing for any other document. */
export function lintDocument(document: Markup, deviations: readonly Deviation[]): Finding[] {
  return [
    ...deviations.map(findingOf),
    ...treeFaults(document).map(({ at, found, expected }) =>
      findingOf({ rule: 'tree-document', path: at ?? '', found, expected }),
    ),
  ].slice(0, MOST);
}

function findingOf({ rule, path, found, expected }: Deviation): Finding {
  return { ...READING_RULES[rule], rule, path, found, expected };
}

function textOf({ says, specification, section, severity }: Rule): RuleText {
  return { says, specification, section, severity };
}

/** `SyncML/SyncHdr: no CmdID; expected one (element-missing)` */
export function findingText({ path, found, expected, rule }: Finding): string {
  return `${path === '' ? '' : `${path}: `}${found}; expected ${expected} (${rule})`;
}
