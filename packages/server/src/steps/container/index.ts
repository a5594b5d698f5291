import { STATUS } from '@grove/protocol';
import { questionRequest, replyOf, whyUnanswered } from '../ask/index.ts';
import type { Checking } from '../checking/index.ts';
import { commandRequest, isDone, whyFailed } from '../command/index.ts';
import { execRequest } from '../exec/index.ts';
import type { Answer, StepKind } from '../kind.ts';
import type { Step } from '../kinds.ts';
import { holdsExec, isContainer, isQuestion, nameOfRequest, type Request } from '../request.ts';
import type { ContainerStep } from './step.ts';

export { AtomicStep, type ContainerStep, SequenceStep } from './step.ts';

/**
 * How far a container has come: not sent, at one of its commands where they go separately, or at its end, with
 * why it failed, if it did.
 */
type Progress = null | { readonly next: number } | { readonly failure: string | null };

/**
 * Atomic and Sequence. A Sequence that the device does not have is made of single commands, each sent when the
 * one before has been carried out; so is an Atomic of which the step says that it may be. One with an Exec goes so only
 * where it is known beforehand that the device has no Sequence.
 */
export const container: StepKind<ContainerStep, Progress> = {
  adjacent: () => false,
  check: checkContainer,
  start: () => null,

  requests(step, progress, { abilities }) {
    if (progress !== null && 'failure' in progress) return [];
    const whole = requestOf(step, '');
    const goesApart = progress !== null || (abilities[step.kind] === false && mayGoApart(step));
    if (!goesApart) return [whole];
    const next = whole.requests[progress?.next ?? 0];
    return next === undefined ? [] : [next];
  },

  answered(step, progress, request, answer) {
    const { requests } = requestOf(step, '');
    if (request.id === '') {
      const failure = failureOf(request, answer) ?? null;
      if (!isUnsupported(answer) || !mayGoApart(step)) return { failure };
      // Once sent an Exec is not sent again, even though the device says that it has none of this.
      return holdsExec(request)
        ? { failure: `${failure}, and an Exec in it is not sent twice` }
        : { next: 0 };
    }
    const failure = failureOf(request, answer);
    if (failure !== undefined) return { failure };
    const next = Math.max(requests.findIndex(({ id }) => id === request.id) + 1, nextOf(progress));
    return next < requests.length ? { next } : { failure: null };
  },

  failure: (_step, progress) =>
    progress !== null && 'failure' in progress ? (progress.failure ?? undefined) : undefined,

  reports: () => true,
};

function nextOf(progress: Progress): number {
  return progress !== null && 'next' in progress ? progress.next : 0;
}

function mayGoApart(step: ContainerStep): boolean {
  return step.kind === 'sequence' || step.unsupported === 'separately';
}

/** Statuses by which devices say that they do not have a container. */
const UNSUPPORTED: ReadonlySet<number> = new Set([STATUS.NOT_ALLOWED, STATUS.NOT_SUPPORTED, 501]);

/** Whether a device says that it does not have a container, and has carried out nothing of it. */
export function isUnsupported({ status, nested = [] }: Answer): boolean {
  const untouched = nested.every(
    (each) => each.status === null || each.status >= 400 || isSkipped(each.status),
  );
  return status !== null && UNSUPPORTED.has(status) && untouched;
}

/** Whether a command was not carried out, or undone, because of another one. */
function isSkipped(status: number): boolean {
  return status === STATUS.NOT_EXECUTED || status === STATUS.ROLLED_BACK;
}

/** As {@link isSkipped}, or whether it should have been undone and could not be. */
function isCalledOff(status: number): boolean {
  return isSkipped(status) || status === STATUS.ROLL_BACK_FAILED;
}

function requestOf(step: ContainerStep, id: string): Extract<Request, { requests: unknown }> {
  return {
    id,
    command: step.kind === 'atomic' ? 'Atomic' : 'Sequence',
    requests: step.steps.flatMap((each, index) => requestWithin(each, `steps/${index}`)),
  };
}

/** What a step within a container asks; nothing for one that no container takes. */
function requestWithin(step: Step, id: string): Request[] {
  switch (step.kind) {
    case 'get':
    case 'add':
    case 'replace':
    case 'delete':
    case 'copy':
      return [commandRequest(step, id)];
    case 'exec':
      return [execRequest(step, id)];
    case 'ask':
      return [questionRequest(step, id)];
    case 'atomic':
      return [requestOf(step, id)];
    default:
      return [];
  }
}

/** Why a request failed, in a sentence; undefined when it was carried out. */
export function failureOf(request: Request, answer: Answer): string | undefined {
  if (isQuestion(request)) {
    const reply = replyOf(request.question, answer);
    const isGood = ['shown', 'accepted', 'answered'].includes(reply.outcome);
    if (isGood) return undefined;
    return answer.reason ?? whyUnanswered(request.question, reply, answer.status);
  }
  if (!isContainer(request)) return isDone(request, answer) ? undefined : whyFailed(request, answer);
  if (isUnsupported(answer)) {
    return `the device has no ${request.command}: it answered ${nameOfRequest(request)} with ${answer.status}`;
  }
  return request.command === 'Atomic' ? atomicFailure(request, answer) : sequenceFailure(request, answer);
}

type Container = Extract<Request, { requests: unknown }>;

/** The first of the commands that failed by itself, and not because of another one. */
function culprit({ requests }: Container, { nested = [] }: Answer): { why: string; at: number } | undefined {
  for (const [at, request] of requests.entries()) {
    const answer = nested[at] ?? { status: null };
    const { status } = answer;
    if (status === null || isCalledOff(status)) continue;
    const why = failureOf(request, answer);
    if (why !== undefined) return { why, at };
  }
  return undefined;
}

function sequenceFailure(request: Container, answer: Answer): string | undefined {
  const found = culprit(request, answer);
  const { nested = [] } = answer;
  if (found !== undefined) {
    // The standard has a device stop where the user refuses; whether it does at another failure is its affair.
    const rest = request.requests.slice(found.at + 1).map((_, index) => nested[found.at + 1 + index]?.status);
    const stopped = rest.length > 0 && rest.every((status) => status == null || isSkipped(status));
    return stopped ? `${found.why}; what follows it in the Sequence was not done` : found.why;
  }
  const missing = request.requests.findIndex((_, index) => {
    const status = nested[index]?.status ?? null;
    return status === null || isCalledOff(status);
  });
  if (nested.some(({ status }) => status !== null) || isDone(request, answer)) {
    const left = request.requests[missing];
    if (left === undefined) return undefined;
    return nested[missing]?.status == null
      ? `the device did not answer ${nameOfRequest(left)}, in a Sequence`
      : `the device did not carry out ${nameOfRequest(left)}, in a Sequence`;
  }
  return whyFailed(request, answer);
}

function atomicFailure(request: Container, answer: Answer): string | undefined {
  const { status, nested = [], repeated = false } = answer;
  const found = culprit(request, answer);
  if (isDone(request, answer)) {
    const left = request.requests.find((_, index) => isCalledOff(nested[index]?.status ?? STATUS.OK));
    const why = found?.why ?? (left && `the device did not carry out ${nameOfRequest(left)}`);
    return why && `the device says that the Atomic was done (${status}), and contradicts itself: ${why}`;
  }
  const stuck = request.requests.filter((_, index) => nested[index]?.status === STATUS.ROLL_BACK_FAILED);
  if (stuck.length > 0) {
    const names = stuck.map(nameOfRequest).join(', ');
    return `the Atomic failed and could not be undone (516): ${names} may still hold; ${found?.why ?? 'the device does not say what failed'}`;
  }
  if (status === STATUS.RESPONSE_TOO_LARGE) {
    return 'the device did not carry out the Atomic: its answers would not fit into one message (517)';
  }
  // What was carried out before, when the answer was lost, fails for being there already, and only for that.
  const tells = nested.some((each) => each.status !== null && each.status >= 300);
  if (repeated && status === STATUS.ATOMIC_FAILED && tells && found === undefined) return undefined;
  if (found !== undefined) return `the Atomic failed, so that nothing of it holds: ${found.why}`;
  return whyFailed(request, answer);
}

/** What a container may hold, and by which rule. */
const TAKES: Readonly<Record<ContainerStep['kind'], { kinds: readonly Step['kind'][]; rule: string }>> = {
  atomic: {
    kinds: ['add', 'copy', 'delete', 'replace', 'ask'],
    rule: 'an Atomic holds Add, Copy, Delete, Replace and questions, no Get, no Exec and no other container (DM_RepPro 1.2.1, Atomic)',
  },
  sequence: {
    kinds: ['get', 'add', 'copy', 'delete', 'exec', 'replace', 'ask', 'atomic'],
    rule: 'a Sequence holds single commands, questions and Atomic (DM_RepPro 1.2.1, Sequence)',
  },
};

/** Commands in one container: it must fit into one message, and so must its answers. */
const MAX_STEPS = 100;

function checkContainer(step: ContainerStep, checking: Checking): ContainerStep {
  const { field, problems } = checking;
  const { kinds, rule } = TAKES[step.kind];
  const { length } = step.steps;
  if (length === 0 || length > MAX_STEPS) {
    problems.push({ field: `${field}/steps`, expected: `1 to ${MAX_STEPS} steps, not ${length}` });
  }
  const before = problems.length;
  const steps = checking.steps(step.steps, 'steps');
  // One that does not fit may be anything, null for example, and is named already.
  if (problems.length > before) return { ...step, steps };
  for (const [index, each] of steps.entries()) {
    const at = `${field}/steps/${index}`;
    if (!kinds.includes(each.kind)) {
      problems.push({
        field: `${at}/kind`,
        value: each.kind,
        expected: `one of ${kinds.join(', ')}: ${rule}`,
      });
      continue;
    }
    if ('content' in each && each.content !== undefined) {
      const expected = 'no content: a container travels in one message (DM_Protocol 1.2.1)';
      problems.push({ field: `${at}/content`, value: each.content, expected });
    }
    const misplaced =
      each.kind === 'exec' ? ['await'] : each.kind === 'ask' ? ['steps', 'cases', 'otherwise', 'on'] : [];
    for (const name of misplaced.filter((name) => Object.hasOwn(each, name))) {
      const expected = 'nothing here: the device carries out a container without asking what follows';
      problems.push({ field: `${at}/${name}`, expected });
    }
  }
  return { ...step, steps };
}
