import { STATUS, serviceOf } from '@grove/protocol';
import { readUri } from '../checking/index.ts';
import { whyFailed } from '../command/index.ts';
import { lacksMarks, MARK_NAMES, markAt, readMark } from '../instance-state/index.ts';
import { type Answer, type StepKind, succeeded } from '../kind.ts';
import { type ListProgress, list } from '../list/index.ts';
import type { NodeRequest } from '../request.ts';
import type { InstancesStep } from './step.ts';

export { InstancesStep } from './step.ts';

/** Instances that are asked for at the most. */
const MAX_INSTANCES = 200;

/** First the tree is listed, then what was found is asked. */
interface Progress {
  readonly list: ListProgress;
  /** Roots of objects, in the order in which they were found. */
  readonly found: readonly string[];
  /** Requests that are still to be answered, by their ids; absent while the tree is listed. */
  readonly open?: readonly string[];
  /** Whether the device has shown that it does not have the properties, so that no more is asked. */
  readonly lacking?: true;
  readonly failure?: string;
}

/**
 * Which instances there are, and which of them is Active, Default and Locked. That a device does not have the
 * properties is an answer too, and no failure.
 */
export const instances: StepKind<InstancesStep, Progress> = {
  adjacent: () => false,

  check(step, { field, problems }) {
    const read = (text: string, name: string): string =>
      readUri(text, 'node', `${field}/${name}`, problems)?.toString() ?? text;
    const { uri, roots } = step;
    if (roots !== undefined && (uri ?? step.object) !== undefined) {
      const expected = 'nothing beside uri and object: either roots, or what is to be looked for';
      problems.push({ field: `${field}/roots`, expected });
    }
    return {
      ...step,
      ...(uri === undefined ? {} : { uri: read(uri, 'uri') }),
      ...(roots === undefined ? {} : { roots: roots.map((root, index) => read(root, `roots/${index}`)) }),
    };
  },

  start: (step) => ({
    list: list.start(listOf(step)),
    found: step.roots ?? [],
    ...(step.roots === undefined ? {} : { open: idsOf(step.roots) }),
  }),

  requests(step, progress, circumstances) {
    if (progress.failure !== undefined) return [];
    if (progress.open === undefined) {
      const listing = list.requests(listOf(step), progress.list, circumstances);
      if (listing.length > 0) return listing;
    }
    if (progress.lacking || circumstances.abilities.instanceState === false) return [];
    const open = progress.open ?? idsOf(progress.found);
    return open.flatMap((id) => {
      const mark = markAt(id);
      return mark === undefined ? [] : [readMark(id, mark.root, mark.name)];
    });
  },

  answered(step, progress, request, answer) {
    const { uri } = request as NodeRequest;
    if (markAt(uri) === undefined) {
      const after = list.answered(listOf(step), progress.list, request, answer, 0);
      const failure = list.failure(listOf(step), after);
      const found = [...new Set([...progress.found, ...rootsIn(step, uri, answer)])];
      return {
        list: after,
        found: found.slice(0, MAX_INSTANCES),
        ...(failure === undefined ? {} : { failure }),
      };
    }
    const open = (progress.open ?? idsOf(progress.found)).filter((id) => id !== request.id);
    if (lacksMarks(request as NodeRequest, answer)) return { ...progress, open, lacking: true };
    // Of what is no instance of a service, and of what this server may not read, nothing is known.
    const isKnown = succeeded(answer.status) || (answer.status !== null && UNREADABLE.has(answer.status));
    return { ...progress, open, ...(isKnown ? {} : { failure: whyFailed(request, answer) }) };
  },

  failure: (_step, { failure }) => failure,

  reports: (request, answer) =>
    markAt((request as NodeRequest).uri) !== undefined || !succeeded(answer.status),
};

/** Statuses of a node that is no instance of a service, and of one that this server may not read. */
const UNREADABLE: ReadonlySet<number> = new Set([
  STATUS.FORBIDDEN,
  STATUS.NOT_ALLOWED,
  STATUS.PERMISSION_DENIED,
]);

function listOf({ uri = '.' }: InstancesStep): Parameters<typeof list.start>[0] {
  return { kind: 'list', uri, as: 'Struct' };
}

function idsOf(found: readonly string[]): string[] {
  return found.flatMap((root) => MARK_NAMES.map((name) => readMark('', root, name).uri));
}

/** Interior nodes that an answer tells of and that are roots of the objects that are looked for. */
function rootsIn({ object }: InstancesStep, asked: string, answer: Answer): string[] {
  if (!succeeded(answer.status)) return [];
  const isWanted = (type: string | undefined): boolean =>
    type !== undefined &&
    isIdentifier(type) &&
    (object === undefined || serviceOf(type) === serviceOf(object));
  const items = answer.items ?? [{ uri: asked, format: answer.format, type: answer.type }];
  return items.flatMap(({ uri = asked, format, type }) =>
    format === 'node' && isWanted(type) && !uri.includes('?') ? [canonical(uri)] : [],
  );
}

/** A management object identifier, and no MIME type, which some devices say of interior nodes. */
function isIdentifier(type: string): boolean {
  return type.trim() !== '' && !type.includes('/');
}

function canonical(uri: string): string {
  return uri.startsWith('./') ? uri : `./${uri.replace(/^\//, '')}`;
}
