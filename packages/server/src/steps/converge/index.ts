import { MASK } from '../../secrets/index.ts';
import { type Checking, checkNodes } from '../checking/index.ts';
import { failureOf, isUnsupported } from '../container/index.ts';
import {
  checkState,
  lacksMarks,
  markAt,
  marksIn,
  markUri,
  type StateProgress,
  type StateWork,
  startState,
  stateAnswered,
  stateFailure,
  stateRequests,
} from '../instance-state/index.ts';
import { type Answer, type StepKind, succeeded } from '../kind.ts';
import type { ContainerRequest, NodeRequest, Request } from '../request.ts';
import type { NodeChange, NodeDifference, StepSummary } from '../result.ts';
import { differencesIn } from './differences.ts';
import { type Place, placesOf } from './places.ts';
import { type Found, type Reading, readAnswered, readRequests, startReading } from './reading.ts';
import { whyRefused } from './reasons.ts';
import type { ConvergeStep } from './step.ts';
import { advance, type Op, planAnew, planOf, ranks } from './writing.ts';

export { secretNodesOf } from './secrets.ts';
export { ConvergeNode, ConvergeStep, NODE_POLICIES, type NodePolicy } from './step.ts';
export { sameValue } from './values.ts';

/**
 * How far a step has come.
 *
 * - `read`: what is there is asked for.
 * - `renew`: the root is deleted.
 * - `write`: what differs is changed.
 * - `check`: what is there is asked for again.
 * - `state`: what stands for Active, Default and Locked is set, on a device that does not have them.
 */
interface Progress {
  readonly phase: 'read' | 'renew' | 'write' | 'check' | 'state' | 'end';
  readonly reading?: Reading | undefined;
  /** What was there at first, in the places that are changed. */
  readonly before?: readonly (Found | null)[] | undefined;
  readonly ops: readonly Op[];
  readonly state?: StateProgress | undefined;
  /** The changes go one by one, since the device has no Atomic or they are too many for one. */
  readonly apart?: true | undefined;
  /** How often an Atomic failed because of what is there, which was then asked for anew. */
  readonly anew: number;
  readonly failure?: string | undefined;
  /** What is not as wanted, where it is only observed. */
  readonly differences?: readonly NodeDifference[] | undefined;
}

/** Commands in one Atomic: it has to fit into a message, and so have its answers. */
const MAX_ATOMIC = 200;
const MAX_ANEW = 2;
/** What is asked for again has other ids than what was asked for first. */
const CHECK = 'check/';

/**
 * Makes the nodes below a root be as wanted: reads them, in one listing where that is less, then changes what differs
 * and nothing else.
 *
 * Each request is idempotent or is answered in a way that shows it was done before, so a step may be
 * repeated after an interruption without harm.
 */
export const converge: StepKind<ConvergeStep, Progress> = {
  adjacent: () => false,
  check: checkConverge,
  start,

  requests(step, progress, { abilities, serverID }) {
    const places = placesOf(step);
    switch (progress.phase) {
      case 'read':
      case 'check': {
        if (progress.reading === undefined) return [];
        const prefix = progress.phase === 'check' ? CHECK : '';
        return readRequests(step, places, progress.reading, abilities, prefix);
      }
      case 'renew':
        return [{ id: 'renew', command: 'Delete', uri: step.root }];
      case 'write': {
        const left = ranks(places, progress.ops);
        if (isStuck(places, progress.ops, left.flat())) return [];
        if (step.atomic !== true || progress.apart || abilities.atomic === false) return left[0] ?? [];
        const all = left.flat();
        return all.length > 1 && all.length <= MAX_ATOMIC ? [atomicOf(all)] : (left[0] ?? []);
      }
      case 'state':
        return stateRequests(lackingState(step, progress.ops), progress.state ?? {}, { abilities, serverID });
      default:
        return [];
    }
  },

  answered(step, progress, request, answer) {
    const places = placesOf(step);
    switch (progress.phase) {
      case 'read':
      case 'check': {
        if (progress.reading === undefined) return progress;
        const id = progress.phase === 'check' ? request.id.slice(CHECK.length) : request.id;
        const reading = readAnswered(places, progress.reading, id, answer);
        return afterReading(step, places, { ...progress, reading });
      }
      case 'renew': {
        const isGone = succeeded(answer.status) || answer.status === 404;
        if (isGone) return { ...progress, phase: 'write', ops: planAnew(places) };
        const failure = whyRefused(
          { uri: step.root, kind: 'absent' },
          'delete',
          answer.status,
          answer.reason,
        );
        return { ...progress, phase: 'end', failure };
      }
      case 'write':
        return afterWriting(
          step,
          places,
          request.id === 'atomic'
            ? afterAtomic(step, places, progress, request as ContainerRequest, answer)
            : afterOne(places, progress, request, answer),
        );
      case 'state': {
        const work = lackingState(step, progress.ops);
        return {
          ...progress,
          state: stateAnswered(work, progress.state ?? {}, request as NodeRequest, answer),
        };
      }
      default:
        return progress;
    }
  },

  failure(step, progress) {
    if (progress.failure !== undefined) return progress.failure;
    if (progress.phase === 'state')
      return stateFailure(lackingState(step, progress.ops), progress.state ?? {});
    const failed = progress.ops.flatMap(({ next, reason }) => (next === 'failed' ? [reason ?? ''] : []));
    const [one] = failed;
    return failed.length > 1 ? `${one} and ${failed.length - 1} more` : one;
  },

  reports: (request) => request.command !== 'Get',

  summary,
};

function start(step: ConvergeStep): Progress {
  const places = placesOf(step);
  const isObserver = step.observe === true;
  if (step.unconditional === 'renew' && !isObserver) return { phase: 'renew', ops: [], anew: 0 };
  if (step.unconditional === true && !isObserver)
    return { phase: 'write', ops: planOf(places, null), anew: 0 };
  return afterReading(step, places, {
    phase: 'read',
    ops: [],
    anew: 0,
    reading: startReading(step, places),
  });
}

/** Goes on once all is read that has to be. */
function afterReading(step: ConvergeStep, places: readonly Place[], progress: Progress): Progress {
  const { phase, reading, ops, anew, before, apart } = progress;
  if (reading === undefined || !reading.done) return progress;
  if (phase === 'check') {
    const failure = readBack(places, reading.found);
    return failure === undefined
      ? toState(step, { phase: 'end', ops, before, anew })
      : { phase: 'end', ops, before, anew, failure };
  }
  if (step.observe === true) {
    return { phase: 'end', ops, anew, differences: differencesIn(places, reading.found) };
  }
  const plan = planOf(places, reading.found);
  const changed = reading.found.map((found, index) => (plan[index]?.next === 'kept' ? null : found));
  return afterWriting(step, places, {
    phase: 'write',
    ops: plan,
    before: before ?? changed,
    anew,
    ...(apart ? { apart } : {}),
  });
}

function afterOne(places: readonly Place[], progress: Progress, request: Request, answer: Answer): Progress {
  const index = Number(request.id);
  const place = places[index];
  const op = progress.ops[index];
  if (place === undefined || op === undefined) return progress;
  const ops = [...progress.ops];
  ops[index] = advance(op, place, request as NodeRequest, answer);
  return { ...progress, ops };
}

function afterAtomic(
  step: ConvergeStep,
  places: readonly Place[],
  progress: Progress,
  request: ContainerRequest,
  answer: Answer,
): Progress {
  if (answer.reason !== undefined || isUnsupported(answer)) return { ...progress, apart: true };
  // That an earlier one may have been carried out is no proof that it was: what the device says of this one counts.
  const failure = failureOf(request, { ...answer, repeated: false });
  if (failure === undefined) {
    const done = request.requests.map((each) => ({ each, answer: { status: 200 } }));
    return done.reduce((after, one) => afterOne(places, after, one.each, one.answer), progress);
  }
  // What is there is not what it was taken for, or the answer to an earlier one was lost: it is looked at anew.
  const withoutMarks = lacking(progress, request, answer);
  if (withoutMarks !== undefined) return withoutMarks;
  const isMistaken = (answer.nested ?? []).some(({ status }) => status === 404 || status === 418);
  if ((isMistaken || answer.repeated) && progress.anew < MAX_ANEW) {
    return { ...progress, phase: 'read', anew: progress.anew + 1, reading: startReading(step, places) };
  }
  return { ...progress, phase: 'end', failure };
}

/** Where an Atomic failed because the device does not have a mark: the same without. */
function lacking(
  progress: Progress,
  request: ContainerRequest,
  { nested = [] }: Answer,
): Progress | undefined {
  const missed = request.requests.flatMap((each, index) => {
    const answer = nested[index];
    return answer !== undefined && 'uri' in each && lacksMarks(each, answer) && answer.status !== 404
      ? [Number(each.id)]
      : [];
  });
  if (missed.length === 0) return undefined;
  const ops = progress.ops.map((op, index): Op => (missed.includes(index) ? { ...op, next: 'lacking' } : op));
  return { ...progress, ops };
}

/** Whether an interior node could not be added, below which nothing can be, and no other one is still to be. */
function isStuck(places: readonly Place[], ops: readonly Op[], left: readonly NodeRequest[]): boolean {
  const isInterior = (index: number) => places[index]?.kind === 'interior';
  return (
    ops.some(({ next }, index) => next === 'failed' && isInterior(index)) &&
    !left.some(({ id }) => isInterior(Number(id)))
  );
}

/** Sees whether all is written, and reads it back where that is wished. */
function afterWriting(step: ConvergeStep, places: readonly Place[], progress: Progress): Progress {
  if (progress.phase !== 'write') return progress;
  const { ops } = progress;
  const hasFailed = ops.some(({ next }) => next === 'failed');
  const left = ranks(places, ops).flat();
  // An instance that is not as wanted is neither made the active one nor locked.
  const isOver = left.length === 0 || isStuck(places, ops, left) || (hasFailed && left.every(isMark));
  if (!isOver) return progress;
  const isNews = step.unconditional !== undefined || ops.some(({ next }) => next === 'changed');
  if (hasFailed) return { ...progress, phase: 'end' };
  if (step.verify !== true || !isNews) return toState(step, progress);
  return afterReading(step, places, { ...progress, phase: 'check', reading: startReading(step, places) });
}

function isMark({ uri }: NodeRequest): boolean {
  return markAt(uri) !== undefined;
}

/** Goes on with what the device does not have of Active, Default and Locked, if there is anything. */
function toState(step: ConvergeStep, progress: Progress): Progress {
  const work = lackingState(step, progress.ops);
  if (marksIn(work.state).length === 0) return { ...progress, phase: 'end' };
  return { ...progress, phase: 'state', state: startState(work) };
}

/** The part of the state for which the device has no properties. */
function lackingState(step: ConvergeStep, ops: readonly Op[]): StateWork {
  const { root, reference, unsupported } = step;
  const state: StateWork['state'] = {};
  for (const [index, place] of placesOf(step).entries()) {
    if (place.kind === 'mark' && ops[index]?.next === 'lacking') state[place.name] = place.on;
  }
  return { root, state, reference, unsupported, unasked: step.unconditional !== undefined };
}

/** What was read back and differs, in a sentence. */
function readBack(places: readonly Place[], found: readonly (Found | null)[]): string | undefined {
  const [one, ...more] = differencesIn(places, found);
  if (one === undefined) return undefined;
  return `read back after the changes, ${one.text}${more.length > 0 ? ` and ${more.length} more` : ''}`;
}

function atomicOf(requests: NodeRequest[]): ContainerRequest {
  return { id: 'atomic', command: 'Atomic', requests };
}

/** What the step came to, node by node. */
function summary(step: ConvergeStep, progress: Progress): StepSummary {
  const { ops, before, state = {}, differences } = progress;
  const places = placesOf(step);
  const failure = converge.failure(step, progress);
  const changes = places.flatMap((place, index): NodeChange[] => {
    const op = ops[index];
    if (op?.next !== 'changed' || op.did === undefined) return [];
    return [{ uri: place.uri, did: op.did, ...valuesOf(place, before?.[index] ?? null) }];
  });
  for (const name of marksIn(step.state ?? {})) {
    const mark = state[name];
    if (mark !== undefined && 'done' in mark && mark.done === 'changed')
      changes.push({ uri: markUri(step.root, name), did: 'replace', now: String(step.state?.[name]) });
  }
  if (differences !== undefined) {
    const isSame = differences.length === 0;
    return {
      command: 'Converge',
      uri: step.root,
      status: 200,
      outcome: isSame ? 'unchanged' : 'different',
      unchanged: places.filter(({ kind }) => kind !== 'interior').length - differences.length,
      ...(isSame ? {} : { differences: [...differences] }),
    };
  }
  const failed = ops.filter(({ next }) => next === 'failed');
  const unchanged = places.filter(
    (place, index) => place.kind !== 'interior' && ops[index]?.next === 'kept',
  ).length;
  const isBad = failure !== undefined || failed.length > 0;
  return {
    command: 'Converge',
    uri: step.root,
    status: isBad ? (failed[0]?.status ?? null) : 200,
    outcome: isBad ? 'failed' : changes.length > 0 ? 'changed' : 'unchanged',
    unchanged,
    ...(changes.length === 0 ? {} : { changes }),
  };
}

function valuesOf(place: Place, before: Found | null): Pick<NodeChange, 'was' | 'now' | 'secret'> {
  const was = before?.there === true ? before.value : undefined;
  if (place.secret) return was === undefined ? {} : { secret: true };
  const now =
    place.kind === 'leaf' ? place.wanted.value : place.kind === 'mark' ? String(place.on) : undefined;
  return { ...(was === undefined ? {} : { was }), ...(now === undefined ? {} : { now }) };
}

function checkConverge(step: ConvergeStep, { field, problems }: Checking): ConvergeStep {
  if (step.nodes.length === 0 && step.state === undefined) {
    problems.push({ field: `${field}/nodes`, expected: 'a node, or the state of the instance' });
  }
  const { root, object, nodes } = step;
  const stated = checkState(step, { field, problems });
  for (const [index, { secret, value }] of nodes.entries()) {
    if (secret === true && value === MASK)
      problems.push({
        field: `${field}/nodes/${index}/value`,
        expected: 'the secret value, not what is shown of it',
      });
  }
  return { ...step, ...stated, ...checkNodes({ root, object, nodes }, field, problems) };
}
