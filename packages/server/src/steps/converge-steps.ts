/** The converge steps among others. */
import type { ConvergeStep } from './converge/index.ts';
import type { Step } from './kinds.ts';

/** The converge steps among others, and those within them. */
export function convergeSteps(steps: readonly Step[]): ConvergeStep[] {
  return steps.flatMap((step) => {
    if (step.kind === 'converge') return [step];
    return 'steps' in step && Array.isArray(step.steps) ? convergeSteps(step.steps as readonly Step[]) : [];
  });
}

/** The steps with each converge step among them made another one. */
export function mapConverge(steps: readonly Step[], change: (step: ConvergeStep) => ConvergeStep): Step[] {
  return steps.map((step) => {
    if (step.kind === 'converge') return change(step);
    return 'steps' in step && Array.isArray(step.steps)
      ? ({ ...step, steps: mapConverge(step.steps as readonly Step[], change) } as Step)
      : step;
  });
}
