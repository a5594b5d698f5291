/** How a list of steps proceeds: which requests are due, what their answers change, how it ends. */
import type { Abilities, AlertSaid, Answer, PlacedStep } from './kind.ts';
import { kindOf, type Step } from './kinds.ts';
import type { Request } from './request.ts';
import {
  alertResult,
  type CommandResult,
  comparePaths,
  pathOfResult,
  resultsOf,
  summaryResult,
} from './result.ts';

/** Which piece of work: a task, or a campaign or a policy on one device. */
export interface WorkRef {
  readonly kind: 'task' | 'campaign' | 'policy';
  readonly id: number;
  /**
   * Where its steps were made for the device: the rendering that keeps them. Null until the work is begun, and they are
   * kept. Absent where they are those of the task or campaign itself.
   */
  readonly rendering?: number | null | undefined;
}

/** A piece of work alone, without what comes with it. */
export function refOf({ kind, id, rendering }: WorkRef): WorkRef {
  return rendering === undefined ? { kind, id } : { kind, id, rendering };
}

/** A piece of work for one device, together with what it asks. */
export interface Work extends WorkRef {
  readonly steps: readonly Step[];
  /** How far it has come, where it was begun before and has waited. */
  readonly begun?: BegunWork | undefined;
}

/** Work that was begun. */
export interface BegunWork {
  readonly progress: WorkProgress;
  /** Characters of the values that its results hold. */
  readonly size: number;
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
  /** Whether it failed because the user does not want it. */
  declined?: boolean;
}

/** Whose the work is, and what is known of the device that it is for. */
export interface Situation {
  readonly abilities: Abilities;
  /** What the server is called in the device's ACLs; empty where nothing is to be sent. */
  readonly serverID: string;
  readonly work: WorkRef;
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

/** Where work stands. */
interface Front {
  readonly due: StepRequest[];
  /** Whether one of the steps looked at has failed. */
  readonly failed: boolean;
  /** Steps that have not finished. */
  readonly open: PlacedStep[];
  /** When the first of the steps that wait has waited for too long. */
  readonly until: number | undefined;
}

function frontOf(places: readonly PlacedStep[], progress: WorkProgress, situation: Situation): Front {
  for (const group of groupsOf(places)) {
    const front = { due: [] as StepRequest[], failed: false, open: [] as PlacedStep[], until: Infinity };
    for (const place of group) {
      const { at: path, step } = place;
      const kind = kindOf(step);
      const state = progress.steps[path] ?? kind.start(step);
      const { abilities, serverID } = situation;
      const name = nameOf(situation.work, path);
      const requests = kind.requests(step, state, { abilities, serverID, name });
      for (const request of requests) front.due.push({ ...request, path });
      const until = kind.waits?.(step, state);
      if (requests.length > 0 || until !== undefined) {
        front.open.push(place);
        front.until = Math.min(front.until, until ?? Infinity);
        continue;
      }
      if (kind.failure(step, state) !== undefined) {
        front.failed = true;
        continue;
      }
      const branch = kind.branch?.(step, state) ?? [];
      if (branch.length === 0) continue;
      const below = branch.map((each) => ({ ...each, at: `${path}/${each.at}` }));
      const inner = frontOf(below, progress, situation);
      front.due.push(...inner.due);
      front.open.push(...inner.open);
      front.failed ||= inner.failed;
      front.until = Math.min(front.until, inner.until ?? Infinity);
    }
    if (front.open.length > 0 || front.failed) {
      return { ...front, until: front.until === Infinity ? undefined : front.until };
    }
  }
  return { due: [], failed: false, open: [], until: undefined };
}

/** Names a step among all that the server has to do: what an alert about it has as its correlator. */
function nameOf({ kind, id }: WorkRef, path: string): string {
  return `${kind}-${id}/${path}`;
}

/** The work that a correlator of the server's names; undefined for any other. */
export function workNamed(correlator: string): WorkRef | undefined {
  const found = /^(task|campaign|policy)-(\d{1,15})\//.exec(correlator.trim());
  return found === null ? undefined : { kind: found[1] as WorkRef['kind'], id: Number(found[2]) };
}

/**
 * Until when work waits that has no request due, in milliseconds since the epoch; undefined when it has one,
 * or has ended.
 */
export function waitsUntil(
  steps: readonly Step[],
  progress: WorkProgress,
  situation: Situation,
): number | undefined {
  const { due, until } = frontOf(placesOf(steps), progress, situation);
  return due.length > 0 ? undefined : until;
}

/**
 * What an alert makes of work.
 *
 * @returns undefined when no step of it waits for this alert
 */
export function alertWork(
  steps: readonly Step[],
  progress: WorkProgress,
  alert: AlertSaid,
  situation: Situation,
): WorkProgress | undefined {
  for (const { at: path, step } of frontOf(placesOf(steps), progress, situation).open) {
    const kind = kindOf(step);
    const state = progress.steps[path] ?? kind.start(step);
    const next = kind.alerted?.(step, state, alert, nameOf(situation.work, path));
    if (next === undefined) continue;
    return {
      steps: { ...progress.steps, [path]: next },
      results: [...progress.results, alertResult(path, alert)],
    };
  }
  return undefined;
}

/** What becomes of work of which some steps may have waited for too long. */
export function expireWork(
  steps: readonly Step[],
  progress: WorkProgress,
  situation: Situation,
  now: number,
): WorkProgress {
  const after = { ...progress.steps };
  for (const { at: path, step } of frontOf(placesOf(steps), progress, situation).open) {
    const kind = kindOf(step);
    const state = progress.steps[path] ?? kind.start(step);
    const until = kind.waits?.(step, state);
    if (until !== undefined && until <= now) after[path] = kind.expired?.(step, state) ?? state;
  }
  return { ...progress, steps: after };
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
  const summaries: CommandResult[] = [];
  let declined = true;
  for (const path of Object.keys(progress.steps).sort(comparePaths)) {
    const step = stepAt(steps, path);
    if (step === undefined) continue;
    const kind = kindOf(step);
    const state = progress.steps[path];
    const summary = kind.summary?.(step, state);
    if (summary !== undefined) summaries.push(summaryResult(path, summary));
    const failure = kind.failure(step, state);
    if (failure === undefined) continue;
    failures.push(failure);
    declined &&= kind.declined?.(step, state) ?? false;
  }
  const results = [...progress.results, ...summaries].toSorted((a, b) =>
    comparePaths(pathOfResult(a), pathOfResult(b)),
  );
  return failures.length === 0
    ? { state: 'succeeded', results, reason: null }
    : { state: 'failed', results, reason: failures.join('; '), ...(declined ? { declined } : {}) };
}
