import { STATUS } from '@grove/protocol';
import { type Checking, readUri } from '../checking/index.ts';
import { childNames } from '../children.ts';
import { whyFailed } from '../command/index.ts';
import { type Abilities, type Answer, type StepKind, succeeded } from '../kind.ts';
import type { NodeRequest } from '../request.ts';
import type { ListStep } from './step.ts';

export { ListStep } from './step.ts';

/** Reading node by node: those that are still to be read, and how many there have been. */
interface Walk {
  readonly open: readonly string[];
  readonly seen: number;
}
/** How far a listing has come; null = it has not begun. */
export type ListProgress = null | Walk | { readonly failure: string | null };

/** Nodes that are read one by one at the most. */
const MAX_NODES = 2000;
/** Characters of a URI that may be read. */
const MAX_URI = 1024;

/** Statuses by which devices say that they have no such listing; some say that the node is not there. */
const UNSUPPORTED: ReadonlySet<number> = new Set([
  STATUS.NOT_FOUND,
  STATUS.NOT_ALLOWED,
  STATUS.NOT_SUPPORTED,
  STATUS.UNSUPPORTED_FORMAT,
  STATUS.FAILED,
  501,
]);
/** Statuses of nodes that this server may not read, which a listing would leave out. */
const UNREADABLE: ReadonlySet<number> = new Set([
  STATUS.FORBIDDEN,
  STATUS.NOT_FOUND,
  STATUS.NOT_ALLOWED,
  STATUS.PERMISSION_DENIED,
]);

export const list: StepKind<ListStep, ListProgress> = {
  adjacent: () => false,
  check: checkList,
  start: () => null,

  requests(step, progress, { abilities }) {
    if (progress === null) return [isUnable(step, abilities) ? get(step.uri) : listing(step)];
    return 'open' in progress ? progress.open.map(get) : [];
  },

  answered(step, progress, request, answer) {
    if (request.id !== '') return walkOn(progress, request as NodeRequest, answer, step.uri);
    const { status } = answer;
    if (status !== null && UNSUPPORTED.has(status)) return { open: [step.uri], seen: 1 };
    if (!succeeded(status)) return { failure: whyFailed(request, answer) };
    // A device that passes over the query answers with the names of the children.
    const [only, ...more] = answer.items ?? [];
    const isPlain = more.length === 0 && only?.format === 'node' && (only.value ?? '') !== '';
    return isPlain ? walkOn(null, get(step.uri), { status, ...only }, step.uri) : { failure: null };
  },

  failure: (_step, progress) =>
    progress !== null && 'failure' in progress ? (progress.failure ?? undefined) : undefined,

  reports: () => true,
};

function isUnable({ as }: ListStep, { list, tnds }: Abilities): boolean {
  return list === false || (as === 'TNDS' && tnds === false);
}

function listing({ uri, as, only = [], without = [] }: ListStep): NodeRequest {
  const filter = [...only.map((name) => `+${name}`), ...without.map((name) => `-${name}`)].join('');
  return { id: '', command: 'Get', uri: `${uri}?list=${as}${filter}` };
}

/** The URI is the id, so that each node is told apart. */
function get(uri: string): NodeRequest {
  return { id: uri, command: 'Get', uri };
}

function walkOn(
  progress: ListProgress,
  { uri, ...rest }: NodeRequest,
  answer: Answer,
  top: string,
): ListProgress {
  if (progress !== null && 'failure' in progress) return progress;
  const { open, seen } = progress ?? { open: [top], seen: 1 };
  const left = open.filter((each) => each !== uri);
  const { status, format, value = '' } = answer;
  if (!succeeded(status) && (uri === top || status === null || !UNREADABLE.has(status))) {
    return { failure: whyFailed({ uri, ...rest }, answer) };
  }
  const names = succeeded(status) && format === 'node' ? childNames(value).names : [];
  const below = names.map((name) => `${uri}/${name}`).filter((each) => each.length <= MAX_URI);
  if (seen + below.length > MAX_NODES) {
    return { failure: `there are more than ${MAX_NODES} nodes below ${top}, which are read one by one` };
  }
  const next = [...left, ...below];
  return next.length === 0 ? { failure: null } : { open: next, seen: seen + below.length };
}

function checkList(step: ListStep, { field, problems }: Checking): ListStep {
  const uri = readUri(step.uri, 'node', `${field}/uri`, problems)?.toString() ?? step.uri;
  const filters = (['only', 'without'] as const).filter((name) => step[name] !== undefined);
  for (const [index, name] of filters.entries()) {
    const problem =
      step.as !== 'TNDS'
        ? 'nothing here: only TNDS can be asked for some properties'
        : index > 0
          ? 'either "only" or "without" (DM_RepPro 1.2.1, ?list=TNDS)'
          : undefined;
    if (problem !== undefined) problems.push({ field: `${field}/${name}`, expected: problem });
  }
  return { ...step, uri };
}
