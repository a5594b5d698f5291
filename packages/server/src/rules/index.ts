/** Rules: devices are found by what is known and what happens, and get something to do. */
export type { LoadedRule } from './book.ts';
export { Action, RuleDefinition, Trigger } from './definition.ts';
export { type Evidence, type Firing, type FiringFilter, listFirings, trimFirings } from './firing.ts';
export type { Reported } from './reported.ts';
export { RuleRounds } from './rounds.ts';
export {
  changeRule,
  checkRule,
  createRule,
  deleteRule,
  findRule,
  listRules,
  type Rule,
  type RuleCounts,
  type RuleDetail,
  showRule,
} from './rule.ts';
export { type Judged, Rules } from './rules.ts';
export { devicesMeant, Subject } from './subject.ts';
export { devicesOf, type RuleDevice, type RuleTest, testRule } from './trial.ts';
