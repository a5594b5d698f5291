import type { Problem } from '@grove/api';
import { type DdfNode, objectOf } from '@grove/protocol';

/**
 * What Grove knows of a leaf of a management object.
 *
 * @param object identifier of the object, such as `urn:oma:mo:oma-dm-dmacc:1.0`
 * @param path of the leaf below the object's root
 * @param field where to say what is wrong
 * @returns undefined when the object is not known, describes nothing at this place, or when there is no
 *   such leaf, of which `problems` then tells
 */
export function describedLeaf(
  object: string | undefined,
  path: string,
  field: string,
  problems: Problem[],
): DdfNode | undefined {
  const described = object === undefined ? undefined : objectOf(object);
  if (described === undefined) return undefined;
  const refuse = (expected: string) => {
    problems.push({ field, value: path, expected: `a leaf of ${described.urn}: ${expected}` });
    return undefined;
  };
  const segments = path.split('/');
  let node = described.ddf;
  for (const [depth, segment] of segments.entries()) {
    const { children = [] } = node;
    // Of a node without described children anything may be a child: extensions.
    if (children.length === 0) return undefined;
    const child = childOf(children, segment, depth < segments.length - 1);
    const above = segments.slice(0, depth).join('/');
    if (child === undefined) {
      const names = children.map(({ name }) => name).filter((name) => name !== undefined);
      return refuse(`below ${above === '' ? 'its root' : above} there are ${names.join(', ')}`);
    }
    if (child.format !== 'node' && depth < segments.length - 1) {
      return refuse(`${segments.slice(0, depth + 1).join('/')} has nothing below it`);
    }
    node = child;
  }
  if (node.format === 'node') return refuse('this is an interior node, which has no value');
  if (!node.access.includes('Replace') && !node.access.includes('Add')) {
    return refuse('this is one that only the device sets');
  }
  return node;
}

function childOf(children: readonly DdfNode[], name: string, isInterior: boolean): DdfNode | undefined {
  const unnamed = children.filter((child) => child.name === undefined);
  return (
    children.find((child) => child.name === name) ??
    unnamed.find((child) => (child.format === 'node') === isInterior) ??
    unnamed[0]
  );
}
