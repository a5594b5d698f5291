/** Profiles that cannot both be on one device: each would undo what the other one does. */
import type { RenderedFragment, RenderedNode } from './fragment.ts';

/** Two profiles that want a node, or the state of an object's instances, to be different things. */
export interface Conflict {
  /** URI of the node or of the instance. */
  readonly node: string;
  readonly between: readonly [ConflictSide, ConflictSide];
}

export interface ConflictSide {
  readonly profile: string;
  /** Where it is written in that profile. */
  readonly field: string;
  /** What it wants: `"a"`, `no such node`, `Active`. Of a secret value only that there is one. */
  readonly wants: string;
}

/** What was rendered of a profile, with whatever it requires. */
export interface HasFragments {
  readonly fragments: readonly RenderedFragment[];
}

interface Want {
  readonly fragment: RenderedFragment;
  readonly node: RenderedNode;
}

/** Conflicts that are found at the most. */
const MOST = 100;

/**
 * What renderings for one device disagree on. What is the same in several of them is no conflict, and neither is a node
 * that one of them only adds where it is missing.
 */
export function conflictsOf(renderings: readonly HasFragments[]): Conflict[] {
  const fragments = renderings.flatMap((rendering) => rendering.fragments);
  return [...nodeConflicts(fragments), ...stateConflicts(fragments)].slice(0, MOST);
}

function nodeConflicts(fragments: readonly RenderedFragment[]): Conflict[] {
  const wants = new Map<string, Want>();
  const conflicts: Conflict[] = [];
  const report = (uri: string, one: Want, other: Want): void => {
    conflicts.push({ node: uri, between: [sideOf(one), sideOf(other)] });
  };
  for (const fragment of fragments) {
    for (const node of fragment.nodes) {
      const uri = `${fragment.root}/${node.path}`;
      const want = { fragment, node };
      const earlier = wants.get(uri);
      if (earlier === undefined) wants.set(uri, want);
      else if (disagree(earlier.node, node)) report(uri, earlier, want);
      else if (strengthOf(node) > strengthOf(earlier.node)) wants.set(uri, want);
    }
  }
  for (const [uri, want] of wants) {
    if (want.node.policy === 'absent' || want.node.policy === 'keep') continue;
    for (const above of ancestorsOf(uri)) {
      const taken = wants.get(above);
      if (taken === undefined) continue;
      const isLeaf = taken.node.policy === 'enforce' && taken.node.format !== 'node';
      if (taken.node.policy === 'absent' || isLeaf) report(uri, taken, want);
    }
  }
  return conflicts;
}

const strengthOf = ({ policy }: RenderedNode): number => (policy === 'default' ? 0 : 1);

function disagree(one: RenderedNode, other: RenderedNode): boolean {
  if (one.policy !== other.policy) {
    const policies = [one.policy, other.policy];
    // What is only added where it is missing gives way to a value, and to a user who keeps it.
    return !policies.includes('default') || policies.includes('absent');
  }
  if (one.policy !== 'enforce') return false;
  return one.value !== other.value || (one.format ?? 'chr') !== (other.format ?? 'chr');
}

function* ancestorsOf(uri: string): Generator<string> {
  for (let end = uri.lastIndexOf('/'); end > 1; end = uri.lastIndexOf('/', end - 1)) yield uri.slice(0, end);
}

function sideOf({ fragment, node }: Want): ConflictSide {
  return { profile: fragment.profile, field: node.field, wants: wish(node) };
}

function wish({ policy, value, format, secret }: RenderedNode): string {
  if (policy === 'absent') return 'no such node';
  if (policy === 'keep') return 'what the user has there';
  if (secret) return 'a secret value of its own';
  if (format === 'node') return 'an interior node';
  const text = JSON.stringify(value ?? '');
  return format === undefined || format === 'chr' ? text : `${text} (${format})`;
}

/** Of the instances of an object one at the most is Active, and one the Default. */
function stateConflicts(fragments: readonly RenderedFragment[]): Conflict[] {
  const conflicts: Conflict[] = [];
  const holders = new Map<string, RenderedFragment>();
  const roots = new Map<string, RenderedFragment>();
  for (const fragment of fragments) {
    const { root, object, state = {} } = fragment;
    const same = roots.get(root);
    for (const property of ['active', 'default', 'locked'] as const) {
      const said = state[property];
      const before = same?.state?.[property];
      if (said !== undefined && before !== undefined && said !== before)
        conflicts.push({ node: root, between: [stateSide(same, property), stateSide(fragment, property)] });
      if (said !== true || property === 'locked' || object === undefined) continue;
      const key = JSON.stringify([property, object.toLowerCase()]);
      const holder = holders.get(key);
      if (holder === undefined) holders.set(key, fragment);
      else if (holder.root !== root)
        conflicts.push({ node: root, between: [stateSide(holder, property), stateSide(fragment, property)] });
    }
    roots.set(root, same === undefined ? fragment : { ...fragment, state: { ...same.state, ...state } });
  }
  return conflicts;
}

const NAMES = { active: 'Active', default: 'Default', locked: 'Locked' } as const;

function stateSide(fragment: RenderedFragment | undefined, property: keyof typeof NAMES): ConflictSide {
  const wants = `${fragment?.root} ${fragment?.state?.[property] === true ? 'is' : 'is not'} ${NAMES[property]}`;
  return { profile: fragment?.profile ?? '', field: `${fragment?.field}/state/${property}`, wants };
}
