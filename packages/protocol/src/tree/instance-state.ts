/**
 * Active, Default and Locked of the instances of a service: which of several access points or MMS accounts a device
 * uses, which one it falls back to, and which ones its user may not change.
 */
import type { Description } from './description.ts';
import { TreeError } from './error.ts';
import { InteriorNode } from './node.ts';
import type { NodeStore } from './node-store.ts';
import { follow, nodeAt, type Place, uriOf } from './place.ts';
import { type Actor, DEVICE, nameOfActor } from './rights.ts';
import type { Mark } from './uri.ts';

/** What is said of one instance. Absent = it is not. */
export interface InstanceState {
  /** It is the one in use. */
  readonly active?: true | undefined;
  /** It is the one in use where none is Active. */
  readonly default?: true | undefined;
  /** ServerID of the authority that has locked it. */
  readonly lockedBy?: string | undefined;
}

/** An instance of a management object of which a device may have several. */
export interface Instance {
  /** Canonical URI of its root. */
  readonly uri: string;
  /** Its management object identifier, as the root has it. */
  readonly urn: string;
  readonly active: boolean;
  readonly default: boolean;
  /** ServerID of the authority that has locked it; undefined = it is not. */
  readonly lockedBy: string | undefined;
}

/** A change that a lock forbids: status 425, and whose lock it is. */
export class LockedError extends TreeError {
  /** ServerID of the authority that has locked the instance. */
  readonly lockedBy: string;

  constructor(uri: string, lockedBy: string, as: Actor) {
    super(425, uri, `is locked by ${lockedBy}, and not to be changed by ${nameOfActor(as)}`);
    this.name = 'LockedError';
    this.lockedBy = lockedBy;
  }
}

/** `urn:oma:mo:oma-dm-dmacc:1` of `urn:oma:mo:oma-dm-dmacc:1.0`: minor versions stay compatible. */
export function serviceOf(urn: string): string {
  return urn
    .trim()
    .toLowerCase()
    .replace(/\.\d+$/, '');
}

/** Whether an instance is Active, Default or Locked. */
export function isMarked(state: InstanceState | undefined, mark: Mark): boolean {
  if (mark === 'Active') return state?.active === true;
  return mark === 'Default' ? state?.default === true : state?.lockedBy !== undefined;
}

/**
 * A state from a snapshot.
 *
 * @param fail throws, for what is none
 */
export function readState(
  state: InstanceState | undefined,
  fail: (reason: string) => never,
): InstanceState | undefined {
  if (state === undefined) return undefined;
  if (typeof state !== 'object' || state === null) return fail('a state that is no object');
  const { active, default: byDefault, lockedBy } = state;
  const isFlag = (flag: unknown): boolean => flag === undefined || flag === true;
  const isLock = lockedBy === undefined || (typeof lockedBy === 'string' && lockedBy !== '');
  if (!isFlag(active) || !isFlag(byDefault) || !isLock)
    fail('a state of other than active, default and lockedBy');
  return stateOf(active === true, byDefault === true, lockedBy);
}

function stateOf(
  active: boolean,
  byDefault: boolean,
  lockedBy: string | undefined,
): InstanceState | undefined {
  if (!active && !byDefault && lockedBy === undefined) return undefined;
  return {
    ...(active ? { active } : {}),
    ...(byDefault ? { default: byDefault } : {}),
    ...(lockedBy === undefined ? {} : { lockedBy }),
  };
}

/**
 * Whether the node at a place is the root of an instance: it has a management object identifier, and no name that its
 * description gives it, so that there may be several.
 */
export function isInstance({ nodes, segments, descriptions }: Place): boolean {
  const node = nodes[segments.length];
  const said = descriptions[segments.length];
  return node instanceof InteriorNode && node.type !== '' && segments.length > 0 && said?.name === undefined;
}

/**
 * The instances in a tree of all services or, with an identifier, of that one, whatever its minor version.
 *
 * @param description of the root
 */
export function* instancesIn(root: InteriorNode, description: Description, urn?: string): Iterable<Instance> {
  const wanted = urn === undefined ? undefined : serviceOf(urn);
  function* walk(segments: readonly string[], node: InteriorNode): Iterable<Instance> {
    const { type, state } = node;
    const isWanted = type !== '' && (wanted === undefined || serviceOf(type) === wanted);
    if (isWanted && isInstance(follow(root, description, segments))) {
      const { active = false, default: byDefault = false, lockedBy } = state ?? {};
      yield { uri: uriOf(segments), urn: type, active, default: byDefault, lockedBy };
    }
    for (const [name, child] of node.children)
      if (child instanceof InteriorNode) yield* walk([...segments, name], child);
  }
  yield* walk([], root);
}

/** A node that has a state, with its path. */
interface Found {
  readonly path: readonly string[];
  readonly node: InteriorNode;
}

/** Interior nodes at and below a node that are Active, Default or Locked. */
export function* marked(node: InteriorNode, path: readonly string[]): Iterable<Found> {
  if (node.state !== undefined) yield { path, node };
  for (const [name, child] of node.children)
    if (child instanceof InteriorNode) yield* marked(child, [...path, name]);
}

/**
 * Checks that no lock forbids an actor to change the node at a place: its own instance's, or one that it lies in.
 *
 * @param below whether instances below it change too, as when it is deleted
 * @throws {LockedError} 425
 */
export function checkLocks({ segments, nodes }: Place, as: Actor, below = false): void {
  if (as === DEVICE) return;
  const check = (node: InteriorNode, path: readonly string[]): void => {
    const lockedBy = node.state?.lockedBy;
    if (lockedBy !== undefined && lockedBy !== as) throw new LockedError(uriOf(path), lockedBy, as);
  };
  nodes.forEach((node, depth) => {
    if (node instanceof InteriorNode) check(node, segments.slice(0, depth));
  });
  const node = nodes[segments.length];
  if (!below || !(node instanceof InteriorNode)) return;
  for (const found of marked(node, segments)) check(found.node, found.path);
}

/**
 * Sets or takes away one property of an instance. Active and Default go from the instance of the same service that had
 * them, in the same step; it takes no right on that one, but where it is locked by another nobody takes them from it.
 *
 * @throws {TreeError} 405 for a node that is no instance, and for a lock by the user or the device; 425
 */
export function setMark(store: NodeStore, place: Place, mark: Mark, on: boolean, as: Actor): void {
  const node = nodeAt(place);
  const { segments } = place;
  const uri = uriOf(segments);
  if (!(node instanceof InteriorNode) || !isInstance(place))
    throw new TreeError(405, uri, `is no instance of a service, which alone can be ${mark}`);
  if (mark === 'Locked' && on && typeof as !== 'string')
    throw new TreeError(405, uri, 'is locked by a management authority alone');
  if (isMarked(node.state, mark) === on) return;
  const others = on && mark !== 'Locked' ? holdersOf(store.root, node, mark) : [];
  for (const other of others) {
    const lockedBy = other.node.state?.lockedBy;
    if (as !== DEVICE && lockedBy !== undefined && lockedBy !== as)
      throw new LockedError(uriOf(other.path), lockedBy, as);
  }
  for (const other of others) store.mark(other.path, changed(other.node.state, mark, false, as));
  store.mark(segments, changed(node.state, mark, on, as));
}

/** The instances of a node's service that have a property which only one of them may have. */
function holdersOf(root: InteriorNode, { type }: InteriorNode, mark: Mark): Found[] {
  const service = serviceOf(type);
  return [...marked(root, [])].filter(
    ({ node }) => isMarked(node.state, mark) && serviceOf(node.type) === service,
  );
}

function changed(state: InstanceState = {}, mark: Mark, on: boolean, as: Actor): InstanceState | undefined {
  const { active = false, default: byDefault = false, lockedBy } = state;
  if (mark === 'Active') return stateOf(on, byDefault, lockedBy);
  if (mark === 'Default') return stateOf(active, on, lockedBy);
  return stateOf(active, byDefault, on && typeof as === 'string' ? as : undefined);
}

/** Takes away the locks of an authority that manages the device no more, which nobody else could. */
export function unlockAll(store: NodeStore, server: string): void {
  for (const { path, node } of [...marked(store.root, [])])
    if (node.state?.lockedBy === server) store.mark(path, changed(node.state, 'Locked', false, DEVICE));
}

/** The instance that a device uses of those of one service: the Active one, else the Default one. */
export function inUse<I extends Pick<Instance, 'active' | 'default'>>(
  instances: readonly I[],
): I | undefined {
  return instances.find(({ active }) => active) ?? instances.find((each) => each.default);
}
