/** The frame of the conformance cases: what a case is, how cases are tried, and how the outcome is told. */
export type { Case, Group, PutUp, Side, Suite, TestedCase, UntestedCase } from './case.ts';
export { Check, Failure, NotApplicable } from './check.ts';
export { type Chapter, documentOf, listedIn, rowsOf } from './document.ts';
export { lintFault } from './lint.ts';
export { chosenCases, type Result, type Run, runCase, runSuite, type Verdict } from './run.ts';
export { countOf, lineOf, summaryOf } from './table.ts';
