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
 * - `read`: what it has to be, and what nothing can stand for, is asked; `open` is not answered yet.
 * - `whole`: all in one Atomic.
 * - `singly`: one command after the other, where the device has no Atomic or there is only one.
 */
type Progress =
  | ({ readonly way: 'read'; readonly open: readonly MarkName[] } & Known)
  | ({ readonly way: 'whole' } & Known)
  | ({ readonly way: 'singly'; readonly done: readonly string[] } & Known)
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
    const probe = probeOf(step, progress, circumstances);
    if (probe !== undefined) return [probe];
    const all = allOf(step, progress, circumstances);
    const isWhole = progress.way === 'whole' && all.length > 1 && circumstances.abilities.atomic !== false;
    if (isWhole) return [{ id: 'atomic', command: 'Atomic', requests: all }];
    const done = progress.way === 'singly' ? progress.done : [];
    return all.filter(({ id }) => !done.includes(id)).slice(0, 1);
  },

  answered(step, progress, request, answer) {
    if ('failure' in progress) return progress;
    if (isContainer(request)) return afterAtomic(step, progress, request, answer);
    const { marks, confirmed } = progress;
    const known: Known = { marks, confirmed };
    if (isQuestion(request)) {
      const failure = failureOf(request, answer);
      return failure === undefined ? { way: 'singly', ...known, confirmed: true, done: [] } : { failure };
    }
    if (request.command === 'Get') return afterReading(step, progress, request, answer);
    const done = progress.way === 'singly' ? progress.done : [];
    const stays = done.length > 0 ? '; what was done before it stays' : '';
    if (lacksMarks(request, answer)) {
      const failure = whyNotInstead(step, request, answer);
      return failure === undefined
        ? { way: 'singly', ...known, marks: false, done }
        : { failure: `${failure}${stays}` };
    }
    if (!isDone(request, answer)) return { failure: `${whyNotDone(step, request, answer)}${stays}` };
    return { way: 'singly', ...known, done: [...done, request.id] };
  },

  failure: (_step, progress) => ('failure' in progress ? (progress.failure ?? undefined) : undefined),

  reports: () => true,
};

function allOf(step: InstanceStep, known: Known, { abilities, serverID }: Circumstances): Request[] {
  const hasMarks = known.marks ?? abilities.instanceState !== false;
  const question = known.confirmed === true ? undefined : questionOf(step);
  return [...(question === undefined ? [] : [question]), ...commandsOf(step, hasMarks, serverID)];
}

/**
 * Asks for a property of which nothing can take the place, where the device's model is known to lack it: only an answer
 * makes a failure.
 */
function probeOf(step: InstanceStep, known: Known, { abilities }: Circumstances): NodeRequest | undefined {
  if (known.marks !== undefined || abilities.instanceState !== false) return undefined;
  const [name] = irreplaceable(step);
  return name === undefined ? undefined : readMark(name, step.uri, name);
}

/** Why nothing can be done on a device that turns out not to have the properties. */
function whyNotInstead(step: InstanceStep, request: NodeRequest, answer: Answer): string | undefined {
  const lacking = irreplaceable(step);
  if (lacking.length === 0 || step.unsupported === 'continue') return undefined;
  if (answer.status !== STATUS.NOT_FOUND || step.add !== undefined) return whyLacking(step.uri, lacking);
  return `${whyFailed(request, answer)}: there is no such instance, or it has no such property`;
}

function afterReading(
  step: InstanceStep,
  progress: Exclude<Progress, { failure: unknown }>,
  request: NodeRequest,
  answer: Answer,
): Progress {
  const { uri, expect = {} } = step;
  const name = markAt(request.uri)?.name;
  if (name === undefined) return progress;
  const isProbe = progress.way !== 'read';
  // The root of a new instance is not there yet, and that is all that the answer says.
  const isUnclear = isProbe && step.add !== undefined && answer.status === STATUS.NOT_FOUND;
  if (lacksMarks(request, answer)) {
    const failure = isProbe
      ? whyNotInstead(step, request, answer)
      : `${uri} cannot be asked whether it is ${propertyOf(name)}: the device has no such property`;
    return failure === undefined || isUnclear ? { way: 'whole', marks: false } : { failure };
  }
  if (isProbe) return { way: 'whole', marks: true };
  if (!succeeded(answer.status)) return { failure: whyFailed(request, answer) };
  const is = markValue(answer);
  if (is !== expect[name]) {
    const now = is ? 'is' : 'is not';
    return { failure: `${uri} ${now} ${propertyOf(name)} any more, so that nothing was done` };
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
