import type { Problem } from '@grove/api';
import type { Step } from '../kinds.ts';

/** What a kind of step is told when one of its steps is checked. */
export interface Checking {
  /** Where the step stands, `steps/0`. */
  readonly field: string;
  /** Where to say what is wrong. */
  readonly problems: Problem[];
  /**
   * Checks steps within the step.
   *
   * @param name where they stand in it, `then`
   * @returns them in canonical form
   */
  steps(steps: readonly Step[], name: string): Step[];
}
