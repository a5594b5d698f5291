import { STATUS } from '@grove/protocol';
import { isDone, whyFailed } from '../command/index.ts';
import { type Answer, type Circumstances, succeeded } from '../kind.ts';
import type { NodeRequest } from '../request.ts';
import {
  type InstanceState,
  lacksMarks,
  MARK_NAMES,
  type MarkName,
  markAt,
  marksIn,
  markValue,
  propertyOf,
  readMark,
  type Substitute,
  substituteFor,
  writeMark,
} from './marks.ts';

/** What is to be made of an instance that is there. */
export interface StateWork {
  /** URI of its root. */
  readonly root: string;
  readonly state: InstanceState;
  readonly reference?: string | undefined;
  readonly unsupported?: 'instead' | 'continue' | 'fail' | undefined;
  /** Whether nothing is asked before, and all is set. */
  readonly unasked?: boolean | undefined;
}

/** How far one property has come; `instead` where something else stands for it, and `was` what that has been. */
type MarkProgress =
  | { readonly next: 'get' | 'set' | 'add'; readonly instead?: true; readonly was?: string }
  | { readonly done: 'kept' | 'changed'; readonly instead?: true }
  | { readonly lacking: true }
  | { readonly failure: string };

/** How far the state of an instance has come. JSON. */
export type StateProgress = Partial<Record<MarkName, MarkProgress>>;

type Told = Pick<Circumstances, 'abilities' | 'serverID'>;

const PREFIX = 'state/';

export function startState({ state, unasked = false }: StateWork): StateProgress {
  return Object.fromEntries(marksIn(state).map((name) => [name, { next: unasked ? 'set' : 'get' }]));
}

/**
 * The requests that are due to bring an instance to a state; none when that has ended. They may travel with others that
 * do not change the instance's root. Their ids begin with `state/`.
 */
export function stateRequests(work: StateWork, progress: StateProgress, told: Told): NodeRequest[] {
  const due = marksIn(work.state).flatMap((name) => {
    const mark = nowOf(work, name, progress, told);
    return mark !== undefined && 'next' in mark ? [{ name, mark }] : [];
  });
  const reads = due.filter(({ mark }) => mark.next === 'get');
  return (reads.length > 0 ? reads : due).map(({ name, mark }) => requestFor(work, name, mark, told));
}

function nowOf(
  work: StateWork,
  name: MarkName,
  progress: StateProgress,
  told: Told,
): MarkProgress | undefined {
  const mark = progress[name];
  if (mark === undefined || !('next' in mark)) return mark;
  if (mark.instead === undefined) {
    // What nothing stands for is tried all the same: only an answer makes a failure.
    const other = told.abilities.instanceState === false ? turned(work, name) : mark;
    return 'lacking' in other ? mark : other;
  }
  const isSo = mark.was !== undefined && mark.was === substituteOf(work, name, told.serverID)?.value;
  return isSo ? { done: 'kept', instead: true } : mark;
}

/** How a property goes on that the device turns out not to have. */
function turned(work: StateWork, name: MarkName): MarkProgress {
  if (work.unsupported === 'fail' || substituteOf(work, name, '') === undefined) return { lacking: true };
  return { next: work.unasked === true ? 'set' : 'get', instead: true };
}

function substituteOf(work: StateWork, name: MarkName, serverID: string): Substitute | undefined {
  return substituteFor(name, work.state[name] === true, { ...work, serverID });
}

function requestFor(
  work: StateWork,
  name: MarkName,
  { next, instead }: Extract<MarkProgress, { next: unknown }>,
  { serverID }: Told,
): NodeRequest {
  const id = `${PREFIX}${name}`;
  const substitute = instead === undefined ? undefined : substituteOf(work, name, serverID);
  if (substitute === undefined) {
    const isRead = next === 'get';
    return isRead ? readMark(id, work.root, name) : writeMark(id, work.root, name, work.state[name] === true);
  }
  const { uri, value } = substitute;
  if (next === 'get') return { id, command: 'Get', uri };
  return { id, command: next === 'add' ? 'Add' : 'Replace', uri, value };
}

/** What an answer to one of {@link stateRequests} makes of it. */
export function stateAnswered(
  work: StateWork,
  progress: StateProgress,
  request: NodeRequest,
  answer: Answer,
): StateProgress {
  const name = MARK_NAMES.find((each) => request.id === `${PREFIX}${each}`);
  if (name === undefined) return progress;
  return { ...progress, [name]: advance(work, name, request, answer) };
}

function advance(work: StateWork, name: MarkName, request: NodeRequest, answer: Answer): MarkProgress {
  const isInstead = markAt(request.uri) === undefined;
  const instead = isInstead ? ({ instead: true } as const) : {};
  if (!isInstead && lacksMarks(request, answer)) return turned(work, name);
  const { status, value = '' } = answer;
  if (request.command === 'Get') {
    if (status === null) return { failure: whyFailed(request, answer) };
    if (isInstead) {
      if (status === STATUS.NOT_FOUND) return { next: 'add', ...instead };
      return { next: 'set', ...instead, ...(succeeded(status) ? { was: value.trim() } : {}) };
    }
    if (status === STATUS.NOT_ALLOWED) return { failure: noInstance(work.root, name) };
    return succeeded(status) && markValue(answer) === work.state[name] ? { done: 'kept' } : { next: 'set' };
  }
  if (isDone(request, answer)) return { done: 'changed', ...instead };
  if (isInstead && request.command === 'Replace' && status === STATUS.NOT_FOUND)
    return { next: 'add', ...instead };
  return { failure: whyRefused(work.root, name, request, answer) };
}

/** Why a property was not set, in a sentence. */
export function whyRefused(root: string, name: MarkName, request: NodeRequest, answer: Answer): string {
  if (answer.status === STATUS.NOT_ALLOWED) return noInstance(root, name);
  const failed = whyFailed(request, answer);
  return answer.status === STATUS.PERMISSION_DENIED
    ? `${failed}: its ACL does not allow it, or another authority has locked it`
    : failed;
}

function noInstance(root: string, name: MarkName): string {
  return `${root} is no instance of a service that can be ${propertyOf(name)}, as the device says`;
}

/** Why a state was not reached, in a sentence; undefined when it was, or has not come to its end. */
export function stateFailure(work: StateWork, progress: StateProgress): string | undefined {
  const marks = marksIn(work.state).flatMap((name) => {
    const mark = progress[name];
    return mark === undefined ? [] : [{ name, mark }];
  });
  const failures = marks.flatMap(({ mark }) => ('failure' in mark ? [mark.failure] : []));
  const lacking = marks.filter(({ mark }) => 'lacking' in mark).map(({ name }) => name);
  if (lacking.length > 0 && work.unsupported !== 'continue') failures.push(whyLacking(work.root, lacking));
  return failures.length === 0 ? undefined : failures.join('; ');
}

/** That properties could not be set because the device does not have them. */
export function whyLacking(root: string, names: readonly MarkName[]): string {
  const properties = names.map(propertyOf).join(' and ');
  return `${root} cannot be made ${properties}: the device has no such properties, and nothing stands for ${names.length > 1 ? 'them' : 'it'}`;
}
