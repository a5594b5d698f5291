/** How nodes were before a policy changed them, and how they come to be so again. */
import { isSecretNode } from '@grove/protocol';
import {
  type CommandResult,
  type ConvergeNode,
  type ConvergeStep,
  convergeSteps,
  markAt,
  type Step,
} from '../steps/index.ts';

/** One node as a policy found it. */
export interface Found {
  /** What the policy did with it first. */
  readonly did: 'add' | 'replace' | 'delete';
  /** Its value before, as far as that is known. */
  readonly was?: string | undefined;
  readonly format?: ConvergeNode['format'];
  readonly type?: string | undefined;
}

/** By URI, that of a mark with its `?prop=`. */
export type Before = Readonly<Record<string, Found>>;

/**
 * What is known of how nodes were, after some were changed. What was known stays: it is older.
 *
 * @param steps those that made the changes
 */
export function noteChanges(
  before: Before,
  steps: readonly Step[],
  results: readonly CommandResult[],
): Before {
  const wanted = new Map<string, ConvergeNode>();
  for (const { root, nodes } of convergeSteps(steps)) {
    for (const node of nodes) wanted.set(`${root}/${node.path}`, node);
  }
  const after: Record<string, Found> = { ...before };
  for (const { changes = [] } of results) {
    for (const { uri, did, was } of changes) {
      const node = wanted.get(uri);
      // What is added as a default is the user's from then on.
      if (Object.hasOwn(after, uri) || node?.policy === 'default') continue;
      const { format, type } = node ?? {};
      after[uri] = {
        did,
        ...(was === undefined ? {} : { was }),
        ...(format === undefined ? {} : { format }),
        ...(type === undefined ? {} : { type }),
      };
    }
  }
  return after;
}

/** A part of what is known of how nodes were. */
export function keepBefore(before: Before, isKept: (uri: string) => boolean): Before {
  return Object.fromEntries(Object.entries(before).filter(([uri]) => isKept(uri)));
}

/**
 * The steps that make nodes be as they were: what was added is deleted, what was replaced gets its value back as far as
 * that is known, what was deleted is added again where it had a value.
 *
 * @param isTaken whether a node is left alone, since something else wants it, or below it
 */
export function stepsBack(before: Before, isTaken: (uri: string) => boolean): ConvergeStep[] {
  const gone = Object.entries(before)
    .filter(([uri, { did }]) => did === 'add' && !uri.includes('?') && !isTaken(uri))
    .map(([uri]) => uri);
  const tops = gone.filter((uri) => !gone.some((other) => uri.startsWith(`${other}/`)));
  const isGone = (uri: string) =>
    tops.some((top) => uri === top || uri.startsWith(`${top}/`) || uri.startsWith(`${top}?`));
  const byParent = new Map<string, ConvergeNode[]>();
  const marks = new Map<string, NonNullable<ConvergeStep['state']>>();
  const put = (uri: string, node: Omit<ConvergeNode, 'path'>) => {
    const at = uri.lastIndexOf('/');
    const parent = uri.slice(0, at);
    byParent.set(parent, [...(byParent.get(parent) ?? []), { path: uri.slice(at + 1), ...node }]);
  };
  for (const uri of tops) put(uri, { policy: 'absent' });
  for (const [uri, { did, was, format, type }] of Object.entries(before)) {
    if (did === 'add' || isGone(uri) || isTaken(uri)) continue;
    const mark = markAt(uri);
    if (mark !== undefined) {
      marks.set(mark.root, { ...marks.get(mark.root), [mark.name]: was === 'true' });
    } else if (was !== undefined && !isSecretNode(uri)) {
      put(uri, {
        value: was,
        ...(format === undefined ? {} : { format }),
        ...(type === undefined ? {} : { type }),
      });
    }
  }
  const unlocking = [...marks].map(
    ([root, state]): ConvergeStep => ({ kind: 'converge', root, nodes: [], state }),
  );
  const restoring = [...byParent].map(([root, nodes]): ConvergeStep => ({ kind: 'converge', root, nodes }));
  return [...unlocking, ...restoring];
}
