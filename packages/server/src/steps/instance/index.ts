import { STATUS } from '@grove/protocol';
import { isDone, whyFailed } from '../command/index.ts';
import { failureOf, isUnsupported } from '../container/index.ts';
import {
  lacksMarks,
  type MarkName,
  markAt,
  marksIn,
  markValue,
  propertyOf,
  readMark,
  whyLacking,
  whyRefused,
} from '../instance-state/index.ts';
import { type Answer, type Circumstances, type StepKind, succeeded } from '../kind.ts';
import { isContainer, isQuestion, type NodeRequest, type Request } from '../request.ts';
import { checkInstance } from './check.ts';
import { commandsOf, irreplaceable, questionOf } from './plan.ts';
import type { InstanceStep } from './step.ts';

export { InstanceStep } from './step.ts';

/** What has been found out on the way. */
interface Known {
  /** Whether the device has the three properties; absent = as its model is known. */
  readonly marks?: boolean | undefined;
  /** The user has said yes. */
  readonly confirmed?: boolean | undefined;
}

/**
 * How far an instance has come.
 *
 * - `read`: what it has to be is asked; `open` is not answered yet.
 * - `whole`: all in one Atomic.
 * - `singly`: one command after the other, where the device has no Atomic or there is only one.
 * - `undo`: the new instance is deleted again, because what followed it failed.
 */
type Progress =
  | ({ readonly way: 'read'; readonly open: readonly MarkName[] } & Known)
  | ({ readonly way: 'whole' } & Known)
  | ({ readonly way: 'singly'; readonly done: readonly string[] } & Known)
  | { readonly way: 'undo'; readonly because: string }
  | { readonly failure: string | null };

/**
 * Adds an instance or takes one that is there, and sets its state, with the user's consent where that is asked for: all
 * of it or nothing. Where the device has no such properties, what stands for them is set in the same way.
 */
export const instance: StepKind<InstanceStep, Progress> = {
  adjacent: () => false,
  check: checkInstance,

  start({ expect = {} }) {
    const open = marksIn(expect);
    return open.length > 0 ? { way: 'read', open } : { way: 'whole' };
  },

  requests(step, progress, circumstances) {
    if ('failure' in progress) return [];
    if (progress.way === 'read') return progress.open.map((name) => readMark(name, step.uri, name));
    if (progress.way === 'undo') return [{ id: 'undo', command: 'Delete', uri: step.uri }];
    const all = allOf(step, progress, circumstances);
    const isWhole = progress.way === 'whole' && all.length > 1 && circumstances.abilities.atomic !== false;
    if (isWhole) return [{ id: 'atomic', command: 'Atomic', requests: all }];
    const done = progress.way === 'singly' ? progress.done : [];
    return all.filter(({ id }) => !done.includes(id)).slice(0, 1);
  },

  answered(step, progress, request, answer) {
    if ('failure' in progress) return progress;
    if (progress.way === 'undo') return { failure: `${progress.because}; ${undone(request, answer)}` };
    if (isContainer(request)) return afterAtomic(step, progress, request, answer);
    if (progress.way === 'read') {
      return isQuestion(request) ? progress : afterReading(step, progress, request, answer);
    }
    const { marks, confirmed } = progress;
    const known: Known = { marks, confirmed };
    if (isQuestion(request)) {
      const failure = failureOf(request, answer);
      return failure === undefined ? { way: 'singly', ...known, confirmed: true, done: [] } : { failure };
    }
    const done = progress.way === 'singly' ? progress.done : [];
    const isLacking = lacksMarks(request, answer);
    const failure = isLacking
      ? whyNotInstead(step, request, answer)
      : isDone(request, answer)
        ? undefined
        : whyNotDone(step, request, answer);
    if (failure !== undefined) return broken(failure, done);
    if (isLacking) return { way: 'singly', ...known, marks: false, done };
    // One that was there before, as a repeated Add cannot tell, is not this step's to delete.
    const made = request.id === 'add' && succeeded(answer.status) ? [MADE] : [];
    return { way: 'singly', ...known, done: [...done, request.id, ...made] };
  },

  failure: (_step, progress) => ('failure' in progress ? (progress.failure ?? undefined) : undefined),

  reports: () => true,
};

function allOf(step: InstanceStep, known: Known, { abilities, serverID }: Circumstances): Request[] {
  // What nothing stands for is tried all the same: only an answer makes a failure.
  const isTried = step.unsupported !== 'continue' && irreplaceable(step).length > 0;
  const hasMarks = known.marks ?? (isTried || abilities.instanceState !== false);
  const question = known.confirmed === true ? undefined : questionOf(step);
  return [...(question === undefined ? [] : [question]), ...commandsOf(step, hasMarks, serverID)];
}

/** Why nothing can be done on a device that turns out not to have the properties. */
function whyNotInstead(step: InstanceStep, request: NodeRequest, answer: Answer): string | undefined {
  const lacking = irreplaceable(step);
  if (lacking.length === 0 || step.unsupported === 'continue') return undefined;
  if (answer.status !== STATUS.NOT_FOUND || step.add !== undefined) return whyLacking(step.uri, lacking);
  return `${whyFailed(request, answer)}: there is no such instance, or it has no such property`;
}

/** Stands in `done` for the root that this step has added. */
const MADE = 'made';

/** A failure after some commands: a new instance does not stay, half made; other changes cannot be taken back. */
function broken(failure: string, done: readonly string[]): Progress {
  if (done.includes(MADE)) return { way: 'undo', because: failure };
  return { failure: done.length > 0 ? `${failure}; what was done before it stays` : failure };
}

function undone(request: Request, { status }: Answer): string {
  const isGone = succeeded(status) || status === STATUS.NOT_FOUND;
  return isGone
    ? 'the new instance was deleted again'
    : `the new instance is there, half made: ${whyFailed(request, { status })}`;
}

/** Whether an instance is as somebody has seen it. */
function afterReading(
  { uri, expect = {} }: InstanceStep,
  progress: Extract<Progress, { way: 'read' }>,
  request: NodeRequest,
  answer: Answer,
): Progress {
  const name = markAt(request.uri)?.name;
  if (name === undefined) return progress;
  const property = propertyOf(name);
  if (answer.status === STATUS.NOT_FOUND)
    return { failure: `${uri} is not there, or has no property ${property}, so that nothing was done` };
  if (lacksMarks(request, answer))
    return { failure: `${uri} cannot be asked whether it is ${property}: the device has no such property` };
  if (!succeeded(answer.status)) return { failure: whyFailed(request, answer) };
  const is = markValue(answer);
  if (is !== expect[name]) {
    const now = is ? 'is' : 'is not';
    return { failure: `${uri} ${now} ${property} any more, so that nothing was done` };
  }
  const open = progress.open.filter((each) => each !== name);
  return open.length > 0 ? { way: 'read', marks: true, open } : { way: 'whole', marks: true };
}

function afterAtomic(
  step: InstanceStep,
  known: Known,
  request: Extract<Request, { requests: unknown }>,
  answer: Answer,
): Progress {
  const { marks, confirmed } = known;
  if (answer.reason !== undefined || isUnsupported(answer))
    return { way: 'singly', marks, confirmed, done: [] };
  const { nested = [] } = answer;
  const [lacking] = request.requests.flatMap((each, index) => {
    const said = nested[index] ?? { status: null };
    return isContainer(each) || isQuestion(each) || !lacksMarks(each, said) ? [] : [{ each, said }];
  });
  if (lacking === undefined || succeeded(answer.status))
    return { failure: failureOf(request, answer) ?? null };
  const failure = whyNotInstead(step, lacking.each, lacking.said);
  if (failure !== undefined) return { failure };
  // Only what the user has refused would have kept the device from trying the rest.
  const asked = confirmed === true || request.requests.some(isQuestion);
  return { way: 'whole', marks: false, confirmed: asked };
}

function whyNotDone({ uri }: InstanceStep, request: NodeRequest, answer: Answer): string {
  const name = markAt(request.uri)?.name;
  return name === undefined ? whyFailed(request, answer) : whyRefused(uri, name, request, answer);
}
