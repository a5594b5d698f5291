/** What is on the device of what a converge step is about: read by one listing, or node by node. */
import { STATUS, TreeError, Uri } from '@grove/protocol';
import { markValue } from '../instance-state/index.ts';
import { type Abilities, type Answer, succeeded } from '../kind.ts';
import type { NodeRequest } from '../request.ts';
import { isBelow, type Place } from './places.ts';
import type { ConvergeStep } from './step.ts';

/** What was found in a place. */
export type Found =
  | { readonly there: false }
  /** `value` is absent where it did not come; `interior` where the node has no value. */
  | { readonly there: true; readonly value?: string | undefined; readonly interior?: true | undefined }
  /** It was refused: nothing is known. `unanswered` where there was no answer, with why, if that is known. */
  | { readonly there: null; readonly unanswered?: string | undefined };

/**
 * How far reading has come. `way`: `listing` while the sub-tree is asked for as a whole, `root` while it is seen whether
 * the root is there, after that was refused, `singly` while nodes are read one by one.
 */
export interface Reading {
  readonly way: 'listing' | 'root' | 'singly';
  /** Whether it is at its end. */
  readonly done: boolean;
  /** One for each place; null where it is not known yet. */
  readonly found: readonly (Found | null)[];
}

/** Gets from which on one listing is less. */
const MANY = 3;
/** Of a root near the top of the tree, below which there may be much more. */
const MANY_AT_TOP = 10;

export function startReading(step: ConvergeStep, places: readonly Place[]): Reading {
  const nodes = places.filter(({ kind }) => kind === 'leaf' || kind === 'absent').length;
  const isObject = step.object !== undefined || step.root.split('/').length > 2;
  const way = step.root !== '.' && nodes >= (isObject ? MANY : MANY_AT_TOP) ? 'listing' : 'singly';
  return settled(places, { way, done: false, found: places.map(() => null) });
}

/** The requests that are due, `prefix` in front of their ids. */
export function readRequests(
  { root }: ConvergeStep,
  places: readonly Place[],
  { way, done, found }: Reading,
  { list }: Abilities,
  prefix: string,
): NodeRequest[] {
  if (done) return [];
  const secrets = places.flatMap(({ uri, secret }) => (secret ? [uri] : []));
  const get = (uri: string, id: string): NodeRequest => {
    const hidden = id === 'list' ? secrets : secrets.filter((secret) => secret === uri);
    return { id: `${prefix}${id}`, command: 'Get', uri, ...(hidden.length === 0 ? {} : { secrets: hidden }) };
  };
  const gets = (wanted: (place: Place) => boolean) =>
    places.flatMap((place, index) =>
      found[index] === null && wanted(place) ? [get(place.uri, String(index))] : [],
    );
  const marks = gets(({ kind }) => kind === 'mark');
  if (way === 'listing' && list !== false) return [get(`${root}?list=StructData`, 'list'), ...marks];
  if (way === 'root') return [get(root, 'root'), ...marks];
  const leaves = gets(({ kind }) => kind === 'leaf' || kind === 'absent');
  if (leaves.length > 0 || marks.length > 0) return [...leaves, ...marks];
  return gets((place) => isNeeded(place, places, found));
}

/** Whether an interior node has to be asked for: nothing was found below it that would show it. */
function isNeeded(place: Place, places: readonly Place[], found: Reading['found']): boolean {
  if (place.kind !== 'interior') return false;
  return !places.some(
    (other, index) => other.kind !== 'mark' && found[index]?.there === true && isBelow(other.uri, place.uri),
  );
}

/** @param id of the request without its prefix */
export function readAnswered(
  places: readonly Place[],
  reading: Reading,
  id: string,
  answer: Answer,
): Reading {
  if (reading.done) return reading;
  if (id === 'list') return settled(places, afterListing(places, reading, answer));
  if (id === 'root') return settled(places, afterRoot(places, reading, answer));
  const index = Number(id);
  const place = places[index];
  if (place === undefined) return reading;
  const found = [...reading.found];
  const isOdd = place.kind === 'mark' && succeeded(answer.status) && markValue(answer) === undefined;
  found[index] = isOdd ? { there: null } : foundBy(answer);
  // A device of which it is known that it lists nothing is read node by node from the beginning.
  const way = reading.way === 'listing' && place.kind !== 'mark' ? 'singly' : reading.way;
  return settled(places, { ...reading, way, found });
}

function foundBy({ status, reason, value, format }: Answer): Found {
  if (status === null) return { there: null, unanswered: reason ?? '' };
  if (status === STATUS.NOT_FOUND) return { there: false };
  if (!succeeded(status)) return { there: null };
  return format === 'node' ? { there: true, interior: true } : { there: true, value };
}

function afterListing(places: readonly Place[], reading: Reading, answer: Answer): Reading {
  const { status, value, format, items = [{ value, format }] } = answer;
  if (status === null) return { ...reading, found: reading.found.map((each) => each ?? foundBy(answer)) };
  // That a listing is not found may mean either; whether the root is there says a plain Get, and so for others.
  if (!succeeded(status)) return { ...reading, way: 'root' };
  const listed = new Map<string, Found>();
  for (const item of items) {
    const uri = nodeNamed(item.uri);
    if (uri === undefined) continue;
    listed.set(
      uri,
      item.format === 'node' ? { there: true, interior: true } : { there: true, value: item.value },
    );
  }
  // A device that passes over the query answers with the names of the children.
  const isPlain = items.length <= 1 && (value ?? '') !== '' && format === 'node';
  if (isPlain || listed.size === 0) return { ...reading, way: 'singly' };
  const seen = [...listed.keys()];
  const found = places.map(({ uri, kind }, index): Found | null => {
    if (kind === 'mark') return reading.found[index] ?? null;
    const one = listed.get(uri);
    if (one !== undefined) return one;
    return seen.some((each) => isBelow(each, uri)) ? { there: true, interior: true } : { there: false };
  });
  return { ...reading, found };
}

/** The node that an Item of a listing names, whatever way it is written. */
function nodeNamed(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    return Uri.parse(text, { deviation: () => {} }).node.toString();
  } catch (error) {
    if (error instanceof TreeError) return undefined;
    throw error;
  }
}

function afterRoot(places: readonly Place[], reading: Reading, answer: Answer): Reading {
  const { status } = answer;
  if (status === null) return { ...reading, found: reading.found.map((each) => each ?? foundBy(answer)) };
  if (status !== STATUS.NOT_FOUND) return { ...reading, way: 'singly' };
  const found = reading.found.map((each, index): Found | null =>
    places[index]?.kind === 'mark' ? each : { there: false },
  );
  return { ...reading, found };
}

/** Sees whether all is known that has to be. */
function settled(places: readonly Place[], reading: Reading): Reading {
  const { found } = reading;
  const isOpen = places.some(
    (place, index) => found[index] === null && (place.kind !== 'interior' || isNeeded(place, places, found)),
  );
  return isOpen ? reading : { ...reading, done: true };
}

/** Whether an interior node is there, by itself or by what was found below it; undefined where nobody has asked. */
export function isThere(
  index: number,
  places: readonly Place[],
  found: Reading['found'],
): boolean | undefined {
  const own = found[index];
  const place = places[index];
  if (own != null) return own.there ?? undefined;
  if (place === undefined) return undefined;
  return places.some(
    (other, at) => other.kind !== 'mark' && isBelow(other.uri, place.uri) && found[at]?.there === true,
  )
    ? true
    : undefined;
}
