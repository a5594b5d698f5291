/** Dry runs: what a profile would change, by the last known trees. */
export { type Comparison, compare, type NodeOutcome, VERDICTS, type Verdict } from './compare.ts';
export { dryRunDevice } from './device.ts';
export { type DryRunOptions, dryRun } from './run.ts';
export { DryRuns, type ProfileRun, type RunRequest } from './runs.ts';
export { type DryRunResult, judge } from './tally.ts';
