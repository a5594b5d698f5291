/** The nodes and properties that a converge step is about, each in its place. */
import { isSecretNode } from '@grove/protocol';
import { type MarkName, marksIn, markUri } from '../instance-state/index.ts';
import type { ConvergeNode, ConvergeStep } from './step.ts';

export type Place = {
  readonly uri: string;
  /** Whether nobody is to see its value. */
  readonly secret: boolean;
} & (
  | { readonly kind: 'interior'; readonly object: string | undefined }
  | { readonly kind: 'leaf'; readonly wanted: ConvergeNode & { readonly value: string } }
  | { readonly kind: 'absent' }
  | { readonly kind: 'mark'; readonly on: boolean; readonly name: MarkName }
);

/** A step comes with each message anew, and is asked about many times while the message is handled. */
const known = new WeakMap<ConvergeStep, readonly Place[]>();

/**
 * The root and the interior nodes between it and the leaves, parents first; then leaves and what is to be absent; then
 * the marks of the instance. What is kept is in no place.
 */
export function placesOf(step: ConvergeStep): readonly Place[] {
  let places = known.get(step);
  if (places === undefined) {
    places = [...interiors(step), ...step.nodes.flatMap((node) => placeOf(step, node)), ...marks(step)];
    known.set(step, places);
  }
  return places;
}

function placeOf({ root }: ConvergeStep, node: ConvergeNode): Place[] {
  const uri = `${root}/${node.path}`;
  const secret = node.secret === true || isSecretNode(uri);
  switch (node.policy ?? 'enforce') {
    case 'keep':
      return [];
    case 'absent':
      return [{ uri, secret, kind: 'absent' }];
    default:
      return [{ uri, secret, kind: 'leaf', wanted: { ...node, value: node.value ?? '' } }];
  }
}

function interiors({ root, object, nodes, state }: ConvergeStep): Place[] {
  const leaves = nodes.filter(({ policy = 'enforce' }) => policy === 'enforce' || policy === 'default');
  if (leaves.length === 0 && state === undefined && object === undefined) return [];
  const paths = new Set(['']);
  for (const { path } of leaves) {
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1))
      paths.add(path.slice(0, end));
  }
  const depth = (path: string) => (path === '' ? 0 : path.split('/').length);
  return [...paths]
    .sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1))
    .map((path) => ({
      uri: path === '' ? root : `${root}/${path}`,
      secret: false,
      kind: 'interior',
      object: path === '' ? object : undefined,
    }));
}

/** Locked is the last to be set, and the first to be taken away. */
function marks({ root, state = {} }: ConvergeStep): Place[] {
  return marksIn(state).map((name) => ({
    uri: markUri(root, name),
    secret: false,
    kind: 'mark',
    on: state[name] === true,
    name,
  }));
}

/** Whether a node is below another one. */
export function isBelow(uri: string, above: string): boolean {
  return uri.startsWith(`${above}/`);
}
