/** How a list of steps proceeds: which requests are due, what their answers change, how it ends. */
import { command } from './command/index.ts';
import { converge } from './converge/index.ts';
import type { Abilities, Answer, PlacedStep, StepKind } from './kind.ts';
import type { Request } from './request.ts';
import { comparePaths, pathOfResult, resultsOf } from './result.ts';
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
  /** By path of the step; a step that has not begun is not in it. */
  steps: Record<string, unknown>;
  results: CommandResult[];
}

/** A request together with the path of the step that it belongs to. */
export type StepRequest = Request & { readonly path: string };

/** How a list of steps ended. */
export interface WorkResult {
  state: 'succeeded' | 'failed';
  results: CommandResult[];
  /** Why it failed. */
  reason: string | null;
}

/** Whose the work is, and what is known of the device that it is for. */
export interface Situation {
  readonly abilities: Abilities;
  readonly work: WorkRef;
}

function kindOf(step: Step): StepKind<Step, unknown> {
  return KINDS[step.kind];
}

/** The steps that travel together: each step alone, or a run of adjacent ones. */
function groupsOf(places: readonly PlacedStep[]): PlacedStep[][] {
  const groups: PlacedStep[][] = [];
  let joins = false;
  for (const place of places) {
    const adjacent = kindOf(place.step).adjacent(place.step);
    if (joins && adjacent) groups.at(-1)?.push(place);
    else groups.push([place]);
    joins = adjacent;
  }
  return groups;
}

function placesOf(steps: readonly Step[]): PlacedStep[] {
  return steps.map((step, index) => ({ at: String(index), step }));
}

/** The step that a path leads to: through the branches of the steps above it. */
function stepAt(steps: readonly Step[], path: string): Step | undefined {
  let value: unknown = steps;
  for (const name of path.split('/')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value as Step | undefined;
}

export function startWork(): WorkProgress {
  return { steps: {}, results: [] };
}

/**
 * The requests that are due: those of the first steps that are not finished, as many as travel together.
 * None when the work has ended, because all is done or because one of the steps before failed.
 */
export function dueRequests(
  steps: readonly Step[],
  progress: WorkProgress,
  situation: Situation,
): StepRequest[] {
  return frontOf(placesOf(steps), progress, situation).due;
}

/** Where work stands: what is due, and whether one of the steps looked at has failed. */
interface Front {
  readonly due: StepRequest[];
  readonly failed: boolean;
}

function frontOf(places: readonly PlacedStep[], progress: WorkProgress, situation: Situation): Front {
  for (const group of groupsOf(places)) {
    const due: StepRequest[] = [];
    let failed = false;
    for (const { at: path, step } of group) {
      const kind = kindOf(step);
      const state = progress.steps[path] ?? kind.start(step);
      const { abilities, work } = situation;
      const requests = kind.requests(step, state, { abilities, name: `${work.kind}-${work.id}/${path}` });
      for (const request of requests) due.push({ ...request, path });
      if (requests.length > 0) continue;
      failed ||= kind.failure(step, state) !== undefined;
      const branch = failed ? [] : (kind.branch?.(step, state) ?? []);
      const below = branch.map((place) => ({ ...place, at: `${path}/${place.at}` }));
      const front = frontOf(below, progress, situation);
      due.push(...front.due);
      failed ||= front.failed;
    }
    if (due.length > 0 || failed) return { due, failed };
  }
  return { due: [], failed: false };
}

/**
 * What an answer makes of the work; a new value, `progress` stays as it is.
 *
 * @param now milliseconds since the epoch
 */
export function answerRequest(
  steps: readonly Step[],
  progress: WorkProgress,
  request: StepRequest,
  answer: Answer,
  now: number,
): WorkProgress {
  const { path } = request;
  const step = stepAt(steps, path);
  if (step === undefined) return progress;
  const kind = kindOf(step);
  const state = progress.steps[path] ?? kind.start(step);
  const shown = kind.reports(request, answer);
  return {
    steps: { ...progress.steps, [path]: kind.answered(step, state, request, answer, now) },
    results: shown ? [...progress.results, ...resultsOf(path, request, answer)] : progress.results,
  };
}

/** How work ended that has no request due. */
export function workResult(steps: readonly Step[], progress: WorkProgress): WorkResult {
  const failures: string[] = [];
  for (const path of Object.keys(progress.steps).sort(comparePaths)) {
    const step = stepAt(steps, path);
    const failure = step === undefined ? undefined : kindOf(step).failure(step, progress.steps[path]);
    if (failure !== undefined) failures.push(failure);
  }
  const results = progress.results.toSorted((a, b) => comparePaths(pathOfResult(a), pathOfResult(b)));
  return failures.length === 0
    ? { state: 'succeeded', results, reason: null }
    : { state: 'failed', results, reason: failures.join('; ') };
}
