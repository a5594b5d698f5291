/** How a list of steps proceeds: which requests are due, what their answers change, how it ends. */
import { command } from './command/index.ts';
import { converge } from './converge/index.ts';
import { type Answer, type Request, resultOf, type StepKind } from './kind.ts';
import type { CommandResult, Step } from './step.ts';

/** The kinds of step; adding one is a folder and a line here. */
const KINDS: Record<Step['kind'], StepKind<Step, unknown>> = {
  get: command,
  add: command,
  replace: command,
  delete: command,
  copy: command,
  exec: command,
  converge,
};

/** Which piece of work: a task, or a campaign on one device. */
export interface WorkRef {
  readonly kind: 'task' | 'campaign';
  readonly id: number;
}

/** A piece of work for one device, together with what it asks. */
export interface Work extends WorkRef {
  readonly steps: readonly Step[];
}

/** How far a list of steps has come; JSON, kept with the session between two messages. */
export interface WorkProgress {
  /** By index of the step; null for a step that has not begun. */
  steps: unknown[];
  results: CommandResult[];
}

/** A request together with the step that it belongs to. */
export interface StepRequest extends Request {
  readonly step: number;
}

/** How a list of steps ended. */
export interface WorkResult {
  state: 'succeeded' | 'failed';
  results: CommandResult[];
  /** Why it failed. */
  reason: string | null;
}

function kindOf(step: Step): StepKind<Step, unknown> {
  return KINDS[step.kind];
}

/** Indexes of the steps that travel together: each step alone, or a run of adjacent ones. */
function groupsOf(steps: readonly Step[]): number[][] {
  const groups: number[][] = [];
  let before: Step | undefined;
  for (const [index, step] of steps.entries()) {
    const joins = before !== undefined && kindOf(before).adjacent && kindOf(step).adjacent;
    if (joins) groups.at(-1)?.push(index);
    else groups.push([index]);
    before = step;
  }
  return groups;
}

export function startWork(steps: readonly Step[]): WorkProgress {
  return { steps: steps.map(() => null), results: [] };
}

/**
 * The requests that are due: those of the first steps that are not finished, as many as travel together.
 * None when the work has ended, because all is done or because one of the steps before failed.
 */
export function dueRequests(steps: readonly Step[], progress: WorkProgress): StepRequest[] {
  for (const group of groupsOf(steps)) {
    const due: StepRequest[] = [];
    let failed = false;
    for (const index of group) {
      const step = steps[index];
      if (step === undefined) continue;
      const kind = kindOf(step);
      const state = progress.steps[index] ?? kind.start(step);
      const requests = kind.requests(step, state);
      for (const request of requests) due.push({ ...request, step: index });
      failed ||= requests.length === 0 && kind.failure(step, state) !== undefined;
    }
    if (due.length > 0 || failed) return due;
  }
  return [];
}

/** What an answer makes of the work; a new value, `progress` stays as it is. */
export function answerRequest(
  steps: readonly Step[],
  progress: WorkProgress,
  request: StepRequest,
  answer: Answer,
): WorkProgress {
  const step = steps[request.step];
  if (step === undefined) return progress;
  const kind = kindOf(step);
  const state = progress.steps[request.step] ?? kind.start(step);
  const next = [...progress.steps];
  next[request.step] = kind.answered(step, state, request, answer);
  const shown = kind.reports(request, answer);
  return {
    steps: next,
    results: shown ? [...progress.results, resultOf(request.step, request, answer)] : progress.results,
  };
}

/** How work ended that has no request due. */
export function workResult(steps: readonly Step[], progress: WorkProgress): WorkResult {
  const failures: string[] = [];
  for (const [index, step] of steps.entries()) {
    const kind = kindOf(step);
    const state = progress.steps[index];
    if (state === null || state === undefined) continue;
    const failure = kind.failure(step, state);
    if (failure !== undefined) failures.push(failure);
  }
  const results = [...progress.results].sort((a, b) => a.step - b.step);
  return failures.length === 0
    ? { state: 'succeeded', results, reason: null }
    : { state: 'failed', results, reason: failures.join('; ') };
}
