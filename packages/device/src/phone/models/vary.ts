import type { DdfNode, ManagementObject } from '@grove/protocol';

/** How a model's description of a node departs from the object's own. */
export type Variation = Partial<
  Pick<DdfNode, 'access' | 'allowed' | 'scope' | 'occurrence' | 'format' | 'defaultValue'>
>;

/**
 * An object as a model has it.
 *
 * @param changes by the path of the node below the root of an instance: `AuthInfo/AuthName`, empty for the root.
 * @param left paths of nodes that the model does not have.
 * @throws {Error} for a path at which the object describes nothing.
 */
export function vary(
  object: ManagementObject,
  changes: Readonly<Record<string, Variation>>,
  left: readonly string[] = [],
): ManagementObject {
  const unmet = new Set([...Object.keys(changes), ...left]);
  const visit = (node: DdfNode, path: string): DdfNode => {
    unmet.delete(path);
    const children = node.children
      ?.map((child): DdfNode | undefined => {
        const at = path === '' ? (child.name ?? '*') : `${path}/${child.name ?? '*'}`;
        if (!left.includes(at)) return visit(child, at);
        unmet.delete(at);
        return undefined;
      })
      .filter((child) => child !== undefined);
    return { ...node, ...changes[path], ...(children === undefined ? {} : { children }) };
  };
  const ddf = visit(object.ddf, '');
  const [first] = unmet;
  if (first !== undefined) throw new Error(`${object.title} has no node ${first}`);
  return { ...object, ddf };
}
