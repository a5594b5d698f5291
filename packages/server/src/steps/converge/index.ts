import { type Answer, type Request, type StepKind, succeeded } from '../kind.ts';
import type { ConvergeStep } from '../step.ts';

type Wanted = ConvergeStep['nodes'][number];

/**
 * How far one node has come: the operation that it needs next, or how it ended. `tries` bounds the
 * changes of mind (Replace finds nothing, Add finds something) of a device that contradicts itself.
 */
interface NodeProgress {
  next: 'get' | 'add' | 'replace' | 'kept' | 'changed' | 'failed';
  tries: number;
  status?: number | null;
}
/** By path relative to the root; the root itself is the empty path. */
type Progress = Record<string, NodeProgress>;

const MAX_TRIES = 3;

/**
 * Makes the nodes below a root be as wanted: reads all of them, adds the interior nodes that are
 * missing, then replaces the leaves that differ and adds those that are missing.
 *
 * Each request is idempotent or is answered in a way that shows it was done before, so a step may be
 * repeated after an interruption without harm.
 */
export const converge: StepKind<ConvergeStep, Progress> = {
  adjacent: false,

  start(step) {
    const paths = [...interiors(step), ...step.nodes.map((node) => node.path)];
    return Object.fromEntries(paths.map((path) => [path, { next: 'get', tries: 0 }]));
  },

  requests(step, progress) {
    const inside = interiors(step);
    const leaves = step.nodes.map((node) => node.path);
    const open = (paths: string[], operations: NodeProgress['next'][]): Request[] =>
      paths
        .filter((path) => operations.includes(progress[path]?.next ?? 'failed'))
        .map((path) => requestOf(step, path, progress[path]?.next as 'get' | 'add' | 'replace'));
    const reads = open([...inside, ...leaves], ['get']);
    if (reads.length > 0) return reads;
    const adds = open(inside, ['add']);
    if (adds.length > 0) return adds;
    if (inside.some((path) => progress[path]?.next === 'failed')) return [];
    return open(leaves, ['add', 'replace']);
  },

  answered(step, progress, request, answer) {
    const node = progress[request.id];
    if (node === undefined) return progress;
    const wanted = step.nodes.find(({ path }) => path === request.id);
    return { ...progress, [request.id]: advance(node, answer, wanted) };
  },

  failure(step, progress) {
    const failed = Object.entries(progress).filter(([, node]) => node.next === 'failed');
    const [first] = failed;
    if (first === undefined) return undefined;
    const [path, { status }] = first;
    const more = failed.length > 1 ? ` and ${failed.length - 1} more` : '';
    const how = status === null || status === undefined ? 'was not answered' : `was answered with ${status}`;
    return `${uriOf(step, path)} ${how}${more}`;
  },

  reports: (request) => request.command !== 'Get',
};

function advance(node: NodeProgress, answer: Answer, wanted: Wanted | undefined): NodeProgress {
  const { status } = answer;
  const turn = (next: NodeProgress['next']): NodeProgress => ({ next, tries: node.tries + 1, status });
  const retry = (next: 'add' | 'replace'): NodeProgress =>
    node.tries >= MAX_TRIES ? turn('failed') : turn(next);
  switch (node.next) {
    case 'get':
      if (status === 404) return turn('add');
      if (wanted === undefined)
        return succeeded(status) ? turn('kept') : turn(status === null ? 'failed' : 'kept');
      if (status === null) return turn('failed');
      return succeeded(status) && sameValue(wanted, answer) ? turn('kept') : turn('replace');
    case 'replace':
      if (succeeded(status)) return turn('changed');
      return status === 404 ? retry('add') : turn('failed');
    case 'add':
      if (succeeded(status)) return turn('changed');
      if (status !== 418) return turn('failed');
      return wanted === undefined ? turn('kept') : retry('replace');
    default:
      return node;
  }
}

/** The root and the interior nodes between it and the leaves, parents first. */
function interiors(step: ConvergeStep): string[] {
  const paths = new Set(['']);
  for (const { path } of step.nodes) {
    const segments = path.split('/');
    for (let depth = 1; depth < segments.length; depth++) paths.add(segments.slice(0, depth).join('/'));
  }
  return [...paths].sort((a, b) => a.split('/').length - b.split('/').length || (a < b ? -1 : 1));
}

function uriOf(step: ConvergeStep, path: string): string {
  return path === '' ? step.root : `${step.root}/${path}`;
}

function requestOf(step: ConvergeStep, path: string, operation: 'get' | 'add' | 'replace'): Request {
  const uri = uriOf(step, path);
  if (operation === 'get') return { id: path, command: 'Get', uri };
  const wanted = step.nodes.find((node) => node.path === path);
  if (wanted === undefined) {
    return { id: path, command: 'Add', uri, format: 'node', type: path === '' ? step.object : undefined };
  }
  const { value, format, type } = wanted;
  return { id: path, command: operation === 'add' ? 'Add' : 'Replace', uri, value, format, type };
}

/** Whether a reported value means what is wanted, whatever way the device writes it. */
function sameValue(wanted: Wanted, { value }: Answer): boolean {
  if (value === undefined) return wanted.value === '';
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
