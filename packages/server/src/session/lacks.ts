/** What a device shows by its answers that it cannot do. */
import { STATUS } from '@grove/protocol';
import {
  type Answer,
  isContainer,
  isQuestion,
  isUnsupported,
  markAt,
  type NodeRequest,
  nameOfRequest,
  succeeded,
} from '../steps/index.ts';
import { listingOf } from './listing.ts';
import type { Effects, Lack, SentCommand, SessionState } from './state.ts';

type Feature = Lack['feature'];

/**
 * Statuses that say of a feature that it is not there, and can mean nothing else. Others may speak of the node:
 * of a listing they count once a plain Get of the same node has succeeded.
 */
const CLEAR: Readonly<Record<Feature, ReadonlySet<number>>> = {
  list: new Set([STATUS.NOT_SUPPORTED, 501]),
  tnds: new Set([STATUS.NOT_SUPPORTED, STATUS.UNSUPPORTED_FORMAT, 501]),
  atomic: new Set([STATUS.NOT_ALLOWED, STATUS.NOT_SUPPORTED, 501]),
  sequence: new Set([STATUS.NOT_ALLOWED, STATUS.NOT_SUPPORTED, 501]),
  largeObjects: new Set([STATUS.NOT_SUPPORTED, 501]),
  instanceState: new Set([STATUS.NOT_SUPPORTED, 501]),
};
const DOUBTFUL: ReadonlySet<number> = new Set([
  STATUS.NOT_FOUND,
  STATUS.NOT_ALLOWED,
  STATUS.UNSUPPORTED_FORMAT,
  STATUS.FAILED,
]);
/** Listings of which it is remembered that they were refused. */
const MAX_DOUBTS = 20;

/** Takes note of what an answer shows. */
export function noteLacks(state: SessionState, effects: Effects, sent: SentCommand, answer: Answer): void {
  const lack = lackIn(state, sent, answer) ?? lackWithin(sent);
  if (lack !== undefined && !effects.lacks.some(({ feature }) => feature === lack.feature)) {
    effects.lacks.push(lack);
  }
}

function lackIn(state: SessionState, sent: SentCommand, answer: Answer): Lack | undefined {
  const { request, piece, status } = sent;
  if (status === undefined) return undefined;
  const shown = (feature: Feature) => ({ feature, status, request: nameOfRequest(request) });
  if (isContainer(request)) {
    const feature = request.command === 'Atomic' ? 'atomic' : 'sequence';
    return isUnsupported(answer) && CLEAR[feature].has(status) ? shown(feature) : undefined;
  }
  if (isQuestion(request)) return undefined;
  const feature = featureOf(request, piece !== undefined);
  if (feature === undefined) return confirmed(state, request, status);
  // A device that takes a piece for the whole does not know what MoreData means.
  const isTaken = piece?.last === false && succeeded(status) && status !== STATUS.CHUNK_ACCEPTED;
  if (isTaken || CLEAR[feature].has(status)) return shown(feature);
  // Of Active, Default and Locked 405 says that the node is no instance.
  const isDoubtful = DOUBTFUL.has(status) && !(feature === 'instanceState' && status === STATUS.NOT_ALLOWED);
  if (request.command === 'Get' && isDoubtful) doubt(state, request, { feature, status });
  return undefined;
}

/** A property that a device does not have, in a container that came to nothing because of it. */
function lackWithin({ nested = [] }: SentCommand): Lack | undefined {
  for (const { request, status } of nested) {
    if (status === undefined || isContainer(request) || isQuestion(request)) continue;
    if (markAt(request.uri) === undefined || !CLEAR.instanceState.has(status)) continue;
    return { feature: 'instanceState', status, request: nameOfRequest(request) };
  }
  return undefined;
}

/** Remembers that a listing was refused, perhaps because of its node. */
function doubt(state: SessionState, { uri }: NodeRequest, lack: Pick<Lack, 'feature' | 'status'>): void {
  const doubts = state.doubts ?? {};
  if (Object.keys(doubts).length < MAX_DOUBTS) state.doubts = { ...doubts, [nodeOf(uri)]: lack };
}

/** What the refusal of a listing has shown, once its node has been read. */
function confirmed(state: SessionState, { command, uri }: NodeRequest, status: number): Lack | undefined {
  const doubted = Object.hasOwn(state.doubts ?? {}, uri) ? state.doubts?.[uri] : undefined;
  if (command !== 'Get' || doubted === undefined) return undefined;
  delete state.doubts?.[uri];
  const query = doubted.feature === 'instanceState' ? 'prop' : 'list';
  return succeeded(status) ? { ...doubted, request: `Get ${uri}?${query}=…` } : undefined;
}

function nodeOf(uri: string): string {
  return uri.slice(0, uri.indexOf('?'));
}

/** What a device has to have to carry out a request; undefined for what every device has. */
function featureOf(request: NodeRequest, inPieces: boolean): Feature | undefined {
  if (inPieces) return 'largeObjects';
  if (request.tree !== undefined) return 'tnds';
  if (markAt(request.uri) !== undefined) return 'instanceState';
  const listing = request.command === 'Get' ? listingOf(request.uri) : undefined;
  if (listing === undefined) return undefined;
  return listing.list.kind === 'TNDS' ? 'tnds' : 'list';
}
