/** Rules of the standard as data, and what breaks them in a message. */
export { Conversation } from './conversation.ts';
export { type Finding, findingText, lintDocument, lintMessage } from './lint.ts';
export type { LintContext, Rule, Sender, Transport } from './rule.ts';
export { LINT_RULES } from './rules/index.ts';
export { isDescription } from './tree-document.ts';
export { commandPaths, senderOf } from './view.ts';
