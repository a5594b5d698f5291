import { STATUS } from '@grove/protocol';
import { checkNodes } from '../checking/index.ts';
import { type Answer, type StepKind, succeeded } from '../kind.ts';
import type { Request } from '../request.ts';
import type { ConvergeStep } from './step.ts';

export { ConvergeStep } from './step.ts';

type Wanted = ConvergeStep['nodes'][number];
type Operation = 'get' | 'add' | 'replace';

/** A node that is to be there. */
interface Place {
  readonly uri: string;
  /** What a leaf is to hold; undefined for an interior node. */
  readonly wanted: Wanted | undefined;
  /** Type of the node where it is the root of an object. */
  readonly object: string | undefined;
}

/**
 * How far one node has come: the operation that it needs next, or how it ended. `tries` bounds the
 * changes of mind (Replace finds nothing, Add finds something) of a device that contradicts itself.
 */
interface NodeProgress {
  readonly next: Operation | 'kept' | 'changed' | 'failed';
  readonly tries: number;
  readonly status?: number | null;
  /** Why there was no answer, where that is known. */
  readonly reason?: string | undefined;
}
/** One for each place, in their order. */
type Progress = readonly NodeProgress[];

const MAX_TRIES = 3;

/**
 * Makes the nodes below a root be as wanted: reads all of them, adds the interior nodes that are
 * missing, then replaces the leaves that differ and adds those that are missing.
 *
 * Each request is idempotent or is answered in a way that shows it was done before, so a step may be
 * repeated after an interruption without harm.
 */
export const converge: StepKind<ConvergeStep, Progress> = {
  adjacent: () => false,

  check: (step, { field, problems }) => ({ ...checkNodes(step, field, problems), kind: step.kind }),

  start: (step) => placesOf(step).map(() => ({ next: 'get', tries: 0 })),

  requests(step, progress) {
    const places = placesOf(step);
    const open = (interior: boolean, operations: readonly NodeProgress['next'][]): Request[] =>
      places.flatMap((place, index) => {
        const { next } = progress[index] ?? FAILED;
        const isDue = (place.wanted === undefined) === interior && operations.includes(next);
        return isDue ? [requestOf(place, index, next as Operation)] : [];
      });
    const reads = [...open(true, ['get']), ...open(false, ['get'])];
    if (reads.length > 0) return reads;
    const adds = open(true, ['add']);
    if (adds.length > 0) return adds;
    // Below an interior node that is not there nothing can be.
    if (places.some(({ wanted }, index) => wanted === undefined && progress[index]?.next === 'failed'))
      return [];
    return open(false, ['add', 'replace']);
  },

  answered(step, progress, { id }, answer) {
    const index = Number(id);
    const place = placesOf(step)[index];
    const node = progress[index];
    if (place === undefined || node === undefined) return progress;
    const after = [...progress];
    after[index] = advance(node, answer, place.wanted);
    return after;
  },

  failure(step, progress) {
    const places = placesOf(step);
    const failed = places.flatMap((place, index) => {
      const node = progress[index];
      return node?.next === 'failed' ? [whyFailed(place, node)] : [];
    });
    const [first] = failed;
    return failed.length > 1 ? `${first} and ${failed.length - 1} more` : first;
  },

  reports: (request) => request.command !== 'Get',
};

const FAILED: NodeProgress = { next: 'failed', tries: 0 };

function whyFailed({ uri }: Place, { status, reason }: NodeProgress): string {
  if (reason !== undefined) return reason;
  return status === null || status === undefined
    ? `${uri} was not answered`
    : `${uri} was answered with ${status}`;
}

function advance(node: NodeProgress, answer: Answer, wanted: Wanted | undefined): NodeProgress {
  const { status, reason } = answer;
  const turn = (next: NodeProgress['next']): NodeProgress => ({
    next,
    tries: node.tries + 1,
    status,
    ...(reason === undefined ? {} : { reason }),
  });
  const retry = (next: 'add' | 'replace'): NodeProgress =>
    node.tries >= MAX_TRIES ? turn('failed') : turn(next);
  switch (node.next) {
    case 'get':
      if (status === null) return turn('failed');
      if (status === STATUS.NOT_FOUND) return turn('add');
      // A node that may not be read may be there, and may be written to, all the same.
      if (wanted === undefined) return turn('kept');
      return succeeded(status) && sameValue(wanted, answer) ? turn('kept') : turn('replace');
    case 'replace':
      if (succeeded(status)) return turn('changed');
      return status === STATUS.NOT_FOUND ? retry('add') : turn('failed');
    case 'add':
      if (succeeded(status)) return turn('changed');
      if (status !== STATUS.ALREADY_EXISTS) return turn('failed');
      return wanted === undefined ? turn('kept') : retry('replace');
    default:
      return node;
  }
}

/** A step comes with each message anew, and is asked about many times while the message is handled. */
const known = new WeakMap<ConvergeStep, readonly Place[]>();

/** The root and the interior nodes between it and the leaves, parents first, then the leaves. */
function placesOf(step: ConvergeStep): readonly Place[] {
  let places = known.get(step);
  if (places === undefined) {
    const interior = (path: string): Place => ({
      uri: path === '' ? step.root : `${step.root}/${path}`,
      wanted: undefined,
      object: path === '' ? step.object : undefined,
    });
    const leaf = (wanted: Wanted): Place => ({
      uri: `${step.root}/${wanted.path}`,
      wanted,
      object: undefined,
    });
    places = [...interiorPaths(step).map(interior), ...step.nodes.map(leaf)];
    known.set(step, places);
  }
  return places;
}

function interiorPaths(step: ConvergeStep): string[] {
  const paths = new Set(['']);
  for (const { path } of step.nodes) {
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1))
      paths.add(path.slice(0, end));
  }
  const depth = (path: string) => (path === '' ? 0 : path.split('/').length);
  return [...paths].sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
}

function requestOf({ uri, wanted, object }: Place, index: number, operation: Operation): Request {
  const id = String(index);
  if (operation === 'get') return { id, command: 'Get', uri };
  if (wanted === undefined) return { id, command: 'Add', uri, format: 'node', type: object };
  const { value, format, type } = wanted;
  return { id, command: operation === 'add' ? 'Add' : 'Replace', uri, value, format, type };
}

/** Whether a reported value means what is wanted, whatever way the device writes it. */
function sameValue(wanted: Wanted, { value }: Answer): boolean {
  if (value === undefined) return false;
  switch (wanted.format?.toLowerCase()) {
    case 'int':
    case 'float':
      return value.trim() !== '' && Number(value) === Number(wanted.value);
    case 'bool':
      return value.trim().toLowerCase() === wanted.value.trim().toLowerCase();
    case 'bin':
    case 'b64':
      return value.replace(/\s+/g, '') === wanted.value.replace(/\s+/g, '');
    default:
      return value === wanted.value;
  }
}
