import { explain, InvalidInput, type Problem } from '@grove/api';
import { Compile } from 'typebox/compile';
import type { Checking } from './checking/index.ts';
import { kindOf, Step } from './kinds.ts';

/** How deep steps may lie within steps, and how many there may be in all. */
const MAX_DEPTH = 8;
const MAX_STEPS = 1000;

/** Compiled when steps within steps are first met. */
let fitsSchema: ReturnType<typeof Compile<typeof Step>> | undefined;

/**
 * Checks that steps can be carried out: that their URIs go with the commands, their values with their
 * formats, and the steps within them with what they are in.
 *
 * @param steps fit the schema, but for the steps within them
 * @returns the steps with their URIs in canonical form
 * @throws {InvalidInput} naming each field, such as `steps/0/uri`
 */
export function checkSteps(steps: readonly Step[]): Step[] {
  const problems: Problem[] = [];
  let count = 0;
  const check = (step: Step, field: string, depth: number): Step => {
    const checking: Checking = {
      field,
      problems,
      steps: (within, name) => checkWithin(within, `${field}/${name}`, depth + 1),
    };
    return kindOf(step).check(step, checking);
  };
  const checkWithin = (within: readonly Step[], field: string, depth: number): Step[] => {
    count += within.length;
    if (depth > MAX_DEPTH || count > MAX_STEPS) {
      const expected =
        depth > MAX_DEPTH
          ? `steps within steps ${MAX_DEPTH} deep at the most`
          : `${MAX_STEPS} steps in all at the most`;
      problems.push({ field, expected });
      return [];
    }
    fitsSchema ??= Compile(Step);
    return within.map((step, index) => {
      const place = `${field}/${index}`;
      if (fitsSchema?.Check(step)) return check(step, place, depth);
      for (const problem of explain(Step, step, place)) {
        const at = problem.field === place ? place : `${place}/${problem.field}`;
        problems.push({ ...problem, field: at });
      }
      return step;
    });
  };
  count = steps.length;
  const checked = steps.map((step, index) => check(step, `steps/${index}`, 0));
  if (problems.length > 0) throw new InvalidInput(problems);
  return checked;
}
