import { AclSyntaxError, parseAcl, STATUS } from '@grove/protocol';
import { type Checking, checkNodes, readUri } from '../checking/index.ts';
import { childNames } from '../children.ts';
import { isDone, whyFailed } from '../command/index.ts';
import { failureOf, isUnsupported } from '../container/index.ts';
import { type Abilities, type Answer, type StepKind, succeeded } from '../kind.ts';
import type { ContainerRequest, NodeRequest, Request, SubtreeNode } from '../request.ts';
import { subtreeOf } from './nodes.ts';
import type { TreeStep } from './step.ts';

export { TreeStep } from './step.ts';

/**
 * How far a sub-tree has come. Whatever way it goes, `children` are those that are to be deleted first.
 *
 * - `read`: what is below the node is asked for, since it has to go.
 * - `atomic`: all in one Atomic.
 * - `singly`: command by command, those of one rank together.
 */
type Progress =
  | null
  | { readonly way: 'read' }
  | { readonly way: 'atomic'; readonly children: readonly string[] }
  | { readonly way: 'singly'; readonly children: readonly string[]; readonly done: readonly string[] }
  | { readonly failure: string | null };

/** Commands in one Atomic: it has to fit into a message, and so have its answers. */
const MAX_ATOMIC = 200;

/** Statuses by which devices say that they do not take a serialized tree. Nothing of it holds then. */
const UNSUPPORTED: ReadonlySet<number> = new Set([
  STATUS.NOT_SUPPORTED,
  STATUS.TOO_LARGE,
  STATUS.UNSUPPORTED_FORMAT,
  STATUS.FAILED,
  501,
]);

/**
 * Adds or replaces a sub-tree, all of it or nothing: as a serialized tree (OMA-TS-DM-TNDS 1.2), else in an
 * Atomic. A device that has neither gets single commands, and then a part may be left when one fails.
 */
export const tree: StepKind<TreeStep, Progress> = {
  adjacent: () => false,
  check: checkTree,
  start: () => null,

  requests(step, progress, { abilities }) {
    const now = progress ?? (abilities.tnds === false ? withoutTnds(step) : null);
    if (now === null) return [serialized(step)];
    if ('failure' in now) return [];
    if (now.way === 'read') return [{ id: 'read', command: 'Get', uri: step.uri }];
    const commands = commandsOf(step, now.children);
    if (now.way === 'atomic' && fitsAtomic(commands, abilities)) return [atomicOf(commands)];
    const done = 'done' in now ? now.done : [];
    const left = commands.filter(({ id }) => !done.includes(id));
    return left.filter((each) => rankOf(each, step) === rankOf(left[0], step));
  },

  answered(step, progress, request, answer) {
    if (progress !== null && 'failure' in progress) return progress;
    if (request.id === 'tnds') {
      const { status, reason } = answer;
      if (succeeded(status) || isDone(request, answer)) return { failure: null };
      const isRefused = reason !== undefined || (status !== null && UNSUPPORTED.has(status));
      return isRefused ? withoutTnds(step) : { failure: whyFailed(request, answer) };
    }
    if (request.id === 'read') return afterReading(request, answer);
    const children = progress !== null && 'children' in progress ? progress.children : [];
    const done = progress !== null && 'done' in progress ? progress.done : [];
    if (request.id === 'atomic') {
      if (answer.reason !== undefined || isUnsupported(answer)) return { way: 'singly', children, done };
      return { failure: failureOf(request, answer) ?? null };
    }
    const isGone = request.command === 'Delete' && answer.status === STATUS.NOT_FOUND;
    if (!isGone && !isDone(request, answer)) {
      return { failure: `${whyFailed(request, answer)}; what was done before it stays` };
    }
    const after = [...done, request.id];
    return after.length < commandsOf(step, children).length
      ? { way: 'singly', children, done: after }
      : { failure: null };
  },

  failure: (_step, progress) =>
    progress !== null && 'failure' in progress ? (progress.failure ?? undefined) : undefined,

  reports: () => true,
};

function serialized(step: TreeStep): NodeRequest {
  return {
    id: 'tnds',
    command: step.mode === 'add' ? 'Add' : 'Replace',
    uri: step.uri,
    tree: subtreeOf(step),
  };
}

function withoutTnds({ mode }: TreeStep): Progress {
  return mode === 'replace' ? { way: 'read' } : { way: 'atomic', children: [] };
}

function afterReading(request: Request, answer: Answer): Progress {
  if (!succeeded(answer.status)) return { failure: whyFailed(request, answer) };
  const { value = '', format } = answer;
  if (format !== 'node')
    return { failure: `${(request as NodeRequest).uri} is a leaf, below which is nothing` };
  const { names, odd } = childNames(value);
  if (odd.length === 0) return { way: 'atomic', children: names };
  return {
    failure: `${(request as NodeRequest).uri} has a child that cannot be addressed: ${JSON.stringify(odd[0])}`,
  };
}

/** What has to be done, in the order in which it may be done: deletions, additions from the top, properties. */
function commandsOf(step: TreeStep, children: readonly string[]): NodeRequest[] {
  const nodes = subtreeOf(step);
  const added = step.mode === 'add' ? nodes : nodes.filter(({ uri }) => uri !== step.uri);
  return [
    ...children.map(
      (name): NodeRequest => ({
        id: `delete/${name}`,
        command: 'Delete',
        uri: `${step.uri}/${name}`,
      }),
    ),
    ...added.map(
      ({ uri, format, type, value }): NodeRequest => ({
        id: `add/${uri}`,
        command: 'Add',
        uri,
        value,
        format,
        type,
      }),
    ),
    ...nodes.flatMap(propertiesOf),
  ];
}

function propertiesOf({ uri, acl, title }: SubtreeNode): NodeRequest[] {
  return Object.entries({ Title: title, ACL: acl }).flatMap(([name, value]) => {
    const property = `${uri}?prop=${name}`;
    return value === undefined
      ? []
      : [{ id: `set/${property}`, command: 'Replace' as const, uri: property, value }];
  });
}

/** What may go together, since the order of a message's commands says nothing. */
function rankOf(request: NodeRequest | undefined, step: TreeStep): number {
  if (request === undefined || request.command === 'Delete') return 0;
  if (request.command === 'Replace') return Number.MAX_SAFE_INTEGER;
  return 1 + request.uri.slice(step.uri.length).split('/').length;
}

function atomicOf(requests: NodeRequest[]): ContainerRequest {
  return { id: 'atomic', command: 'Atomic', requests };
}

function fitsAtomic(commands: readonly NodeRequest[], { atomic }: Abilities): boolean {
  return atomic !== false && commands.length <= MAX_ATOMIC;
}

function checkTree(step: TreeStep, { field, problems }: Checking): TreeStep {
  const uri = readUri(step.uri, 'node', `${field}/uri`, problems)?.toString() ?? step.uri;
  if (uri === '.') problems.push({ field: `${field}/uri`, value: uri, expected: 'a node below the root' });
  const leaves: (TreeStep['nodes'][number] & { value: string })[] = [];
  const places: number[] = [];
  step.nodes.forEach((node, index) => {
    const at = `${field}/nodes/${index}`;
    checkAcl(node.acl, `${at}/acl`, problems);
    if (node.format !== 'node') {
      leaves.push({ ...node, value: node.value ?? '' });
      places.push(index);
      return;
    }
    readUri(`${uri}/${node.path}`, 'node', `${at}/path`, problems);
    if (node.value !== undefined && node.value !== '') {
      problems.push({ field: `${at}/value`, expected: 'no value: format node is an interior node' });
    }
  });
  const found: Checking['problems'] = [];
  const plain = leaves.map(({ path, value, format, type }) => ({ path, value, format, type }));
  const checked = checkNodes({ root: uri, object: step.object, nodes: plain }, field, found);
  // Only leaves were looked at, so that their places are others.
  for (const problem of found) {
    const place = problem.field.replace(/\/nodes\/(\d+)/, (_, index) => `/nodes/${places[Number(index)]}`);
    problems.push({ ...problem, field: place });
  }
  const nodes = [...step.nodes];
  for (const [index, place] of places.entries()) {
    const { acl, title } = leaves[index] ?? {};
    const node = checked.nodes[index];
    if (node === undefined) continue;
    nodes[place] = {
      ...node,
      ...(acl === undefined ? {} : { acl }),
      ...(title === undefined ? {} : { title }),
    };
  }
  return { ...step, uri, nodes };
}

function checkAcl(acl: string | undefined, field: string, problems: Checking['problems']): void {
  try {
    parseAcl(acl ?? '');
  } catch (error) {
    if (!(error instanceof AclSyntaxError)) throw error;
    problems.push({ field, value: acl, expected: error.message });
  }
}
