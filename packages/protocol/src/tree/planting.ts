/** What an Add would put into a tree: all checks, and the new nodes, before anything changes. */
import { grant, permits } from './acl.ts';
import type { Description } from './description.ts';
import { TreeError } from './error.ts';
import { InteriorNode, LeafNode, type TreeNode } from './node.ts';
import { aclInForce, type Place } from './place.ts';
import { checkName } from './uri.ts';
import { detached, type LeafValue, normaliseValue, ValueError } from './value.ts';

/** A node to be added. */
export interface Planted {
  /** URI, for errors. */
  readonly uri: string;
  readonly name: string;
  readonly node: TreeNode;
}

export interface Planting {
  /** The server that adds; undefined = the device, to which no right is refused. */
  readonly server: string | undefined;
  /** Owner of the new interior nodes. */
  readonly owner: number;
  /** Seconds since 1970. */
  readonly tstamp: number;
}

/**
 * The nodes that an Add makes, outermost first and not linked to each other: the interior nodes that are
 * missing on the way, and the one addressed.
 *
 * @throws {TreeError} 400, 405, 415, 420, 425; its `uri` is that of the node which cannot be made.
 */
export function plan(place: Place, value: LeafValue | 'node', planting: Planting): Planted[] {
  const { segments } = place;
  const top = place.nodes.length - 1;
  const existing = place.nodes[top];
  const at = `./${segments.slice(0, top).join('/')}`;
  if (!(existing instanceof InteriorNode)) throw new TreeError(405, at, 'is a leaf and has no children');
  const acl = creatorAcl(place, top, at, planting.server);
  const planted: Planted[] = [];
  let parent = place.descriptions[top];
  let siblings: InteriorNode | undefined = existing;
  for (let depth = top + 1; depth <= segments.length; depth++) {
    const name = segments[depth - 1] ?? '';
    const uri = `./${segments.slice(0, depth).join('/')}`;
    const wanted = depth === segments.length ? value : 'node';
    const interior = wanted === 'node' || wanted.format === 'node';
    const type = wanted === 'node' ? '' : wanted.type;
    const said = parent?.child(name, interior ? 'node' : 'leaf', type);
    check(uri, name, { parent, said, interior, siblings, asDevice: planting.server === undefined });
    const node = interior
      ? new InteriorNode(new Map(), objectId(type, said), acl, '', planting.tstamp, 0, planting.owner)
      : newLeaf(uri, wanted, said, planting.tstamp);
    planted.push({ uri, name: said?.name ?? detached(name), node });
    parent = said;
    siblings = undefined;
  }
  return planted;
}

/**
 * A value as the description lets it be kept.
 *
 * @throws {TreeError} 415
 */
export function checkValue(uri: string, value: LeafValue, said: Description | undefined): LeafValue {
  try {
    return normaliseValue(
      value,
      said?.format === undefined ? undefined : { format: said.format, types: said.types },
    );
  } catch (error) {
    throw error instanceof ValueError ? new TreeError(415, uri, error.message) : error;
  }
}

/**
 * The ACL of interior nodes that a server adds: none, but where it could not change their parent's. Then
 * it gets rights on them, besides those that would be inherited (DM_TND 1.2).
 *
 * @throws {TreeError} 425 when it may not add anything.
 */
function creatorAcl(place: Place, top: number, at: string, server: string | undefined): string {
  if (server === undefined) return '';
  const inForce = aclInForce(place, top);
  if (!permits(inForce, 'Add', server)) {
    throw new TreeError(425, at, `its ACL does not grant Add to ${server}`);
  }
  if (permits(inForce, 'Replace', server)) return '';
  return detached(grant(inForce, ['Add', 'Delete', 'Replace'], server));
}

function check(
  uri: string,
  name: string,
  about: {
    parent: Description | undefined;
    said: Description | undefined;
    interior: boolean;
    /** Nodes beside the new one; undefined = there are none. */
    siblings: InteriorNode | undefined;
    asDevice: boolean;
  },
): void {
  const { parent, said, interior, siblings, asDevice } = about;
  const fault = checkName(name);
  if (fault !== undefined) throw new TreeError(400, uri, fault);
  if (said === undefined) throw new TreeError(405, uri, 'the device has no such node');
  if (said.format !== undefined && said.interior !== interior) {
    throw new TreeError(415, uri, `is ${said.interior ? 'an interior node' : 'a leaf'} by its description`);
  }
  if (asDevice) return;
  if (!parent?.access.has('Add') && !said.access.has('Add')) {
    throw new TreeError(405, uri, 'nodes cannot be added here');
  }
  if (siblings === undefined || said.name !== undefined || said.most === Number.POSITIVE_INFINITY) return;
  let instances = 0;
  for (const [sibling, node] of siblings.children) {
    const kind = node instanceof InteriorNode ? 'node' : 'leaf';
    if (parent?.child(sibling, kind, node.type) === said) instances += 1;
  }
  if (instances >= said.most)
    throw new TreeError(420, uri, `there are ${said.most} already, as many as may be`);
}

function newLeaf(uri: string, value: LeafValue, said: Description | undefined, tstamp: number): LeafNode {
  const { format, type, data } = checkValue(uri, value, said);
  return new LeafNode(format, type, data, '', '', tstamp, 0);
}

/** A Meta without Type says text/plain, which is no management object identifier. */
function objectId(given: string, said: Description | undefined): string {
  return given === '' || given === 'text/plain' ? (said?.types[0] ?? '') : detached(given);
}
