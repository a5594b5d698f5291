/** What has to be changed, place by place, and how far that has come. */
import { STATUS } from '@grove/protocol';
import { lacksMarks } from '../instance-state/index.ts';
import { type Answer, succeeded } from '../kind.ts';
import type { NodeRequest } from '../request.ts';
import { isBelow, type Place } from './places.ts';
import { type Found, isThere } from './reading.ts';
import { type Operation, whyRefused } from './reasons.ts';
import { sameValue } from './values.ts';

/**
 * What a place still needs, or how it ended: `kept` = it was as wanted, or nobody's business; `open` = of an interior
 * node, that it is added once something has to be added below it; `lacking` = the device does not have the mark.
 */
export interface Op {
  readonly next: Operation | 'open' | 'kept' | 'changed' | 'failed' | 'lacking';
  /** Changes of mind of a device that contradicts itself. */
  readonly tries: number;
  /** What was done, where something was. */
  readonly did?: Operation | undefined;
  readonly status?: number | null | undefined;
  readonly reason?: string | undefined;
}

const MAX_TRIES = 3;
const kept: Op = { next: 'kept', tries: 0 };
const first = (next: Op['next']): Op => ({ next, tries: 0 });

/** What every place needs, after what was found there; null = nobody has asked. */
export function planOf(places: readonly Place[], found: readonly (Found | null)[] | null): Op[] {
  return places.map((place, index) => {
    if (place.kind !== 'interior') return opOf(place, found?.[index] ?? null);
    return found !== null && isThere(index, places, found) === true ? kept : first('open');
  });
}

/** What a leaf, a mark or what is to be absent needs. */
export function opOf(place: Exclude<Place, { kind: 'interior' }>, found: Found | null): Op {
  if (found?.there === null && found.unanswered !== undefined) return unanswered(place, found.unanswered);
  switch (place.kind) {
    case 'absent':
      return found?.there === false ? kept : first('delete');
    case 'mark':
      return markOp(place.on, found);
    case 'leaf':
      return leafOp(place.wanted, found);
  }
}

function unanswered({ uri }: Place, reason: string): Op {
  return {
    next: 'failed',
    tries: 0,
    status: null,
    reason: reason === '' ? `the device did not answer what ${uri} is` : reason,
  };
}

function leafOp(wanted: Extract<Place, { kind: 'leaf' }>['wanted'], found: Found | null): Op {
  const isDefault = wanted.policy === 'default';
  if (found === null) return first(isDefault ? 'add' : 'replace');
  if (found.there === false) return first('add');
  // What may not be read may be there, and may be written to, all the same.
  if (isDefault) return found.there === true ? kept : first('add');
  const isSame = found.there === true && found.value !== undefined && sameValue(wanted, found.value);
  return isSame ? kept : first('replace');
}

/** A device that does not know a mark is seen to at the end, when it is known what stands for it. */
function markOp(on: boolean, found: Found | null): Op {
  if (found === null) return first('replace');
  if (found.there === null) return first('lacking');
  const isOn = found.there === true && found.value?.trim().toLowerCase() === 'true';
  return isOn === on ? kept : first('replace');
}

/** The plan after the root was deleted: everything is missing. */
export function planAnew(places: readonly Place[]): Op[] {
  return places.map((place) => {
    if (place.kind === 'absent') return kept;
    if (place.kind === 'mark') return place.on ? first('replace') : kept;
    return first(place.kind === 'interior' ? 'open' : 'add');
  });
}

/** Requests that may travel together, and those that come after them: deletions, interior nodes, leaves, marks. */
export function ranks(places: readonly Place[], ops: readonly Op[]): NodeRequest[][] {
  const byRank: NodeRequest[][] = [[], [], [], []];
  for (const [index, place] of places.entries()) {
    const operation = dueIn(index, places, ops);
    if (operation === undefined) continue;
    byRank[rankOf(place)]?.push(requestOf(place, index, operation));
  }
  return byRank.filter((rank) => rank.length > 0);
}

function rankOf(place: Place): number {
  switch (place.kind) {
    case 'absent':
      return 0;
    case 'interior':
      return 1;
    case 'leaf':
      return 2;
    case 'mark':
      return place.name === 'locked' && !place.on ? 0 : 3;
  }
}

/** What is due in a place. */
function dueIn(index: number, places: readonly Place[], ops: readonly Op[]): Operation | undefined {
  const place = places[index];
  const op = ops[index];
  if (place === undefined || op === undefined) return undefined;
  if (op.next !== 'open') return isOver(op) ? undefined : (op.next as Operation);
  let isAlone = true;
  let isMissed = false;
  for (const [at, other] of places.entries()) {
    if (other.kind !== 'leaf' || !isBelow(other.uri, place.uri)) continue;
    isAlone = false;
    // Something was replaced below it, so that it is there.
    if (ops[at]?.did === 'replace') return undefined;
    isMissed ||= ops[at]?.next === 'add';
  }
  return isAlone || isMissed ? 'add' : undefined;
}

function isOver({ next }: Op): boolean {
  return next === 'kept' || next === 'changed' || next === 'failed' || next === 'lacking';
}

function requestOf(place: Place, index: number, operation: Operation): NodeRequest {
  const id = String(index);
  const { uri } = place;
  if (operation === 'delete') return { id, command: 'Delete', uri };
  switch (place.kind) {
    case 'interior':
      return { id, command: 'Add', uri, format: 'node', type: place.object };
    case 'mark':
      return { id, command: 'Replace', uri, value: String(place.on) };
    case 'leaf': {
      const { value, format, type } = place.wanted;
      const command = operation === 'add' ? 'Add' : 'Replace';
      return { id, command, uri, value, format, type, ...(place.secret ? { secrets: [uri] } : {}) };
    }
    default:
      return { id, command: 'Delete', uri };
  }
}

const OPERATIONS: Readonly<Record<string, Operation>> = { Add: 'add', Replace: 'replace', Delete: 'delete' };

/** What an answer makes of a place. */
export function advance(op: Op, place: Place, request: NodeRequest, answer: Answer): Op {
  const operation = OPERATIONS[request.command];
  if (operation === undefined || isOver(op)) return op;
  const { status, repeated = false } = answer;
  const turn = (next: Op['next'], did?: Operation): Op => ({ next, tries: op.tries + 1, did, status });
  const fail = (): Op => ({
    ...turn('failed'),
    reason: whyRefused(place, operation, status, answer.reason),
  });
  const retry = (next: Operation): Op => (op.tries >= MAX_TRIES ? fail() : turn(next));
  if (succeeded(status)) return turn('changed', operation);
  if (lacksMarks(request, answer) && status !== STATUS.NOT_FOUND) return turn('lacking');
  switch (operation) {
    case 'delete':
      // One that is gone after its answer was lost was deleted then.
      if (status === STATUS.NOT_FOUND) return repeated ? turn('changed', 'delete') : turn('kept');
      return fail();
    case 'replace':
      // Of an instance that is not there yet nothing has to be taken away.
      if (status === STATUS.NOT_FOUND && place.kind === 'mark' && !place.on) return turn('kept');
      if (place.kind === 'mark' && status === STATUS.NOT_FOUND) return turn('lacking');
      return status === STATUS.NOT_FOUND && place.kind === 'leaf' ? retry('add') : fail();
    case 'add':
      if (status !== STATUS.ALREADY_EXISTS) return fail();
      if (place.kind === 'leaf' && place.wanted.policy !== 'default') return retry('replace');
      return repeated ? turn('changed', 'add') : turn('kept');
  }
}
