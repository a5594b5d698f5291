/** Who may do what with a node: its access control list, and the AccessType of its description (DM_TND 1.2). */
import { type AclCommand, permits } from './acl.ts';
import type { AccessCommand } from './ddf.ts';
import { TreeError } from './error.ts';
import { InteriorNode } from './node.ts';
import { aclInForce, nodeAt, type Place, uriOf } from './place.ts';

/** The device itself, to which neither ACLs nor AccessTypes apply. */
export const DEVICE: unique symbol = Symbol('device');

/**
 * Who has the device in hand. ACLs and AccessTypes are for servers and do not apply; what a management authority has
 * locked and what is permanent is not the user's to change.
 */
export const USER: unique symbol = Symbol('user');

/** Who acts on a tree: a server by its authenticated identifier, the device itself, or its user. */
export type Actor = string | typeof DEVICE | typeof USER;

/** What an actor is called in a sentence. */
export function nameOfActor(as: Actor): string {
  if (as === DEVICE) return 'the device';
  return as === USER ? 'the user' : as;
}

/** Whether an actor may use a command on the node at a place. */
export function mayDo(place: Place, command: AclCommand, as: Actor): boolean {
  if (typeof as !== 'string') return true;
  const depth = place.segments.length;
  return (
    permits(aclInForce(place, depth), command, as) &&
    (place.descriptions[depth]?.access.has(command) ?? false)
  );
}

/**
 * Checks that an actor may use a command on the node at a place.
 *
 * @param access what the AccessType must list, where that is another than the command of the ACL
 * @throws {TreeError} 425 by its ACL, 405 by its AccessType
 */
export function authorise(
  place: Place,
  command: AclCommand,
  as: Actor,
  access: readonly AccessCommand[] = [command],
): void {
  if (typeof as !== 'string') return;
  const { segments } = place;
  const depth = segments.length;
  if (!permits(aclInForce(place, depth), command, as)) {
    throw new TreeError(425, uriOf(segments), `its ACL does not grant ${command} to ${as}`);
  }
  for (const needed of access) {
    if (!place.descriptions[depth]?.access.has(needed))
      throw new TreeError(405, uriOf(segments), `its AccessType does not have ${needed}`);
  }
}

/**
 * Checks that an actor may change the ACL at a place: an interior node's with Replace on it or on its parent,
 * a leaf's with Replace on its parent. AccessTypes say nothing of it.
 *
 * @throws {TreeError} 425
 */
export function authoriseAclChange(place: Place, as: Actor): void {
  if (as === DEVICE) return;
  if (as === USER)
    throw new TreeError(405, uriOf(place.segments), 'its ACL is for servers, not for the user');
  const depth = place.segments.length;
  const own = nodeAt(place) instanceof InteriorNode && permits(aclInForce(place, depth), 'Replace', as);
  const parent = depth > 0 && permits(aclInForce(place, depth - 1), 'Replace', as);
  if (!own && !parent) throw new TreeError(425, uriOf(place.segments), `${as} may not change its ACL`);
}
