/** What an Add would put into a tree: all checks, and the new nodes, before anything changes. */
import { grant, permits } from './acl.ts';
import { checkAllowed } from './allowed.ts';
import type { Description } from './description.ts';
import { TreeError } from './error.ts';
import { InteriorNode, kindOf, LeafNode, type TreeNode, typeOf } from './node.ts';
import { aclInForce, type Place, uriOf } from './place.ts';
import { type Actor, DEVICE } from './rights.ts';
import { addPermanent } from './snapshot.ts';
import { checkName } from './uri.ts';
import { detached, type LeafValue, normaliseValue, ValueError } from './value.ts';

/** The outermost of the nodes to be added, with the others in it. */
export interface Planted {
  /** Names from the root down to it. */
  readonly path: readonly string[];
  readonly node: TreeNode;
}

export interface Planting {
  readonly as: Actor;
  /** Owner of the new interior nodes. */
  readonly owner: number;
  /** Seconds since 1970. */
  readonly tstamp: number;
}

/**
 * The nodes that an Add makes: the interior nodes that are missing on the way, the one addressed, and the
 * permanent nodes that are described below them.
 *
 * @throws {TreeError} 400, 405, 413, 415, 420, 425; its `uri` is that of the node which cannot be made.
 */
export function plan(place: Place, value: LeafValue | 'node', planting: Planting): Planted {
  const { segments, nodes, descriptions } = place;
  const { as, tstamp, owner } = planting;
  const top = nodes.length - 1;
  const existing = nodes[top];
  const at = uriOf(segments.slice(0, top));
  if (!(existing instanceof InteriorNode)) throw new TreeError(405, at, 'is a leaf and has no children');
  // Below the outermost new node its creator has Replace on the parent, so that all others inherit.
  let acl = creatorAcl(place, top, at, as);
  let planted: Planted | undefined;
  let said = descriptions[top];
  let parent: InteriorNode = existing;
  for (let depth = top + 1; depth <= segments.length; depth++) {
    const given = segments[depth - 1] as string;
    const uri = uriOf(segments.slice(0, depth));
    const wanted = depth === segments.length ? value : 'node';
    const isInterior = wanted === 'node' || wanted.format === 'node';
    const type = wanted === 'node' ? '' : wanted.type;
    const below = said?.child(given, isInterior ? 'node' : 'leaf', type);
    const born = planted === undefined ? undefined : parent.children.get(below?.name ?? given);
    if (born !== undefined) {
      // A permanent node, which came with the node above it.
      if (wanted !== 'node' || depth === segments.length) throw new TreeError(418, uri, 'exists already');
      if (born instanceof LeafNode) throw new TreeError(405, uri, 'is a leaf and has no children');
      parent = born;
      said = below;
      continue;
    }
    const checked = check(uri, given, { parent: said, said: below, isInterior, siblings: parent, as });
    const name = checked.name ?? detached(given);
    const made = isInterior
      ? new InteriorNode(new Map(), objectId(type, checked), acl, '', tstamp, 0, owner)
      : newLeaf(uri, wanted, checked, planting);
    if (planted === undefined) planted = { path: [...segments.slice(0, top), name], node: made };
    else parent.children.set(name, made);
    if (made instanceof LeafNode) break;
    addPermanent(made, checked, { owner, tstamp });
    acl = '';
    parent = made;
    said = checked;
  }
  if (planted === undefined) throw new Error(`${at}: nothing to add`);
  return planted;
}

/**
 * A value as the description lets it be kept. Of the device itself it asks for the format alone.
 *
 * @throws {TreeError} 413, 415
 */
export function checkValue(
  uri: string,
  value: LeafValue,
  said: Description | undefined,
  as: Actor,
): LeafValue {
  try {
    const kept = normaliseValue(
      value,
      said?.format === undefined ? undefined : { format: said.format, types: said.types },
    );
    if (said?.allowed !== undefined && as !== DEVICE) checkAllowed(kept.data, said.allowed);
    return kept;
  } catch (error) {
    throw error instanceof ValueError ? new TreeError(error.status, uri, error.message) : error;
  }
}

/** How many children of a node a description stands for. */
export function instancesOf(said: Description, parent: InteriorNode, about: Description | undefined): number {
  let instances = 0;
  for (const [name, node] of parent.children)
    if (about?.child(name, kindOf(node), typeOf(node)) === said) instances += 1;
  return instances;
}

/**
 * The ACL of an interior node that a server adds: none, but where it could not change its parent's. Then
 * it gets rights on the node, besides those that would be inherited (DM_TND 1.2, "Changing the ACL").
 *
 * @throws {TreeError} 425 when it may not add anything.
 */
function creatorAcl(place: Place, top: number, at: string, as: Actor): string {
  if (typeof as !== 'string') return '';
  const inForce = aclInForce(place, top);
  if (!permits(inForce, 'Add', as)) throw new TreeError(425, at, `its ACL does not grant Add to ${as}`);
  if (permits(inForce, 'Replace', as)) return '';
  return detached(grant(inForce, ['Add', 'Delete', 'Replace'], as));
}

function check(
  uri: string,
  name: string,
  about: {
    parent: Description | undefined;
    said: Description | undefined;
    isInterior: boolean;
    siblings: InteriorNode;
    as: Actor;
  },
): Description {
  const { parent, said, isInterior, siblings, as } = about;
  const fault = checkName(name);
  if (fault !== undefined) throw new TreeError(400, uri, fault);
  if (said === undefined) throw new TreeError(405, uri, 'the device has no such node');
  if (said.format !== undefined && said.interior !== isInterior) {
    throw new TreeError(415, uri, `is ${said.interior ? 'an interior node' : 'a leaf'} by its description`);
  }
  if (as === DEVICE) return said;
  if (said.permanent) throw new TreeError(405, uri, 'is permanent, and made by the device alone');
  if (typeof as === 'string' && !parent?.access.has('Add') && !said.access.has('Add')) {
    throw new TreeError(405, uri, 'nodes cannot be added here');
  }
  if (said.name === undefined && said.most !== Number.POSITIVE_INFINITY) {
    if (instancesOf(said, siblings, parent) >= said.most)
      throw new TreeError(420, uri, `there are ${said.most} already, as many as may be`);
  }
  return said;
}

function newLeaf(uri: string, value: LeafValue, said: Description, { as, tstamp }: Planting): LeafNode {
  const { format, type, data } = checkValue(uri, value, said, as);
  return new LeafNode(format, type, data, '', '', tstamp, 0);
}

/** A Meta without Type says text/plain, which is no management object identifier. */
function objectId(given: string, said: Description): string {
  return given === '' || given === 'text/plain' ? (said.types[0] ?? '') : detached(given);
}
