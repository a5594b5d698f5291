import { type Acl, AclSyntaxError, ANY_SERVER, formatAcl, parseAcl } from './acl.ts';
import { TreeError } from './error.ts';
import { isMarked } from './instance-state.ts';
import { InteriorNode, type TreeNode } from './node.ts';
import type { PropertyName } from './uri.ts';
import { detached, isStored, type LeafData, sizeOf } from './value.ts';

/** Bytes of the longest Title (DM_TND 1.2). */
const MAX_TITLE = 255;
/** Characters of the longest ACL: the standard has no limit, a device must have one. */
const MAX_ACL = 4096;

/**
 * A property as text (DM_TND 1.2); undefined where the node has none: Size is a leaf's only, TStamp
 * has no value before the first change.
 */
export function readProperty(node: TreeNode, name: string, property: PropertyName): string | undefined {
  const interior = node instanceof InteriorNode;
  switch (property) {
    case 'ACL':
      return node.acl;
    case 'Format':
      return interior ? 'node' : node.format;
    case 'Name':
      return name === '' ? '.' : name;
    case 'Size':
      return interior ? undefined : String(sizeOf(node.data));
    case 'Title':
      return node.title;
    case 'TStamp':
      return timestamp(node.tstamp);
    case 'Type':
      return node.type;
    case 'VerNo':
      return String(node.verNo);
    case 'Active':
    case 'Default':
    case 'Locked':
      return interior ? String(isMarked(node.state, property)) : undefined;
  }
}

/** `20010711T163817Z`, ISO 8601 in its basic form, of seconds since 1970; empty for 0. */
export function timestamp(seconds: number): string {
  return seconds === 0 ? '' : new Date(seconds * 1000).toISOString().replace(/[-:]|\.\d+/g, '');
}

/**
 * An ACL as it is to be kept. A server may not take Add at the root from any other, so that each can extend the
 * tree (DM_TND 1.2, "The root ACL value").
 *
 * @throws {TreeError} 400 for one that is malformed, 405 for one that the root may not have, 420 for one too long
 */
export function checkAcl(uri: string, text: string, isRoot: boolean, byServer: boolean): string {
  if (text.length > MAX_ACL) throw new TreeError(420, uri, `an ACL has ${MAX_ACL} characters at most`);
  let acl: Acl;
  try {
    acl = parseAcl(text.trim());
  } catch (error) {
    throw error instanceof AclSyntaxError ? new TreeError(400, uri, error.message) : error;
  }
  if (isRoot && acl.size === 0) throw new TreeError(405, uri, 'the root has an ACL always');
  if (isRoot && byServer && acl.get('Add')?.[0] !== ANY_SERVER)
    throw new TreeError(405, uri, 'the root lets every server Add');
  return detached(formatAcl(acl));
}

/**
 * A property as it is given.
 *
 * @throws {TreeError} 413 for a value so large that it was stored elsewhere
 */
export function propertyText(uri: string, data: LeafData): string {
  if (isStored(data)) throw new TreeError(413, uri, `${data.size} bytes are too much for a property`);
  return detached(typeof data === 'string' ? data : new TextDecoder().decode(data));
}

/**
 * Whether a text sets Active, Default or Locked, or takes it away.
 *
 * @throws {TreeError} 400 for any other than `true` and `false`
 */
export function checkMark(uri: string, text: string): boolean {
  const said = text.trim().toLowerCase();
  if (said === 'true' || said === 'false') return said === 'true';
  throw new TreeError(400, uri, `is "true" or "false", not ${JSON.stringify(text.slice(0, 20))}`);
}

/** @throws {TreeError} 413 for a Title that is too long */
export function checkTitle(uri: string, text: string): string {
  if (sizeOf(text) > MAX_TITLE) throw new TreeError(413, uri, `a Title has ${MAX_TITLE} bytes at most`);
  return text;
}
