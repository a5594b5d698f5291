import { InteriorNode, type TreeNode } from './node.ts';
import type { PropertyName } from './uri.ts';
import { sizeOf } from './value.ts';

/**
 * A property as text (DM_TND 1.2 §7.7); undefined where the node has none: Size is a leaf's only, TStamp
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
      return name;
    case 'Size':
      return interior ? undefined : String(sizeOf(node.data));
    case 'Title':
      return node.title;
    case 'TStamp':
      return node.tstamp === 0 ? '' : timestamp(node.tstamp);
    case 'Type':
      return node.type;
    case 'VerNo':
      return String(node.verNo);
  }
}

/** `20010711T163817Z`, ISO 8601 in its basic form. */
function timestamp(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/[-:]|\.\d+/g, '');
}
