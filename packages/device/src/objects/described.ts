import { type DdfDocument, type DdfNode, initialValue, minOccurrence, type NodeValue } from '@grove/protocol';
import type { ObjectHandler } from './handler.ts';

/**
 * Handlers for the objects that a device description has, one for each of its roots: they keep the nodes by the rules
 * of the description and do nothing else. An Exec is answered with 406.
 *
 * A new device has the nodes that must be there, permanent ones and those that occur once, with their default values.
 */
export function describedHandlers({ nodes }: Pick<DdfDocument, 'nodes'>): ObjectHandler[] {
  return nodes.map((ddf): ObjectHandler => {
    const above = ddf.path === undefined || ddf.path === '.' ? '.' : ddf.path;
    const mount = ddf.name === undefined ? above : `${above}/${ddf.name}`;
    const title = ddf.title ?? ddf.name ?? mount;
    return {
      mount,
      object: { urn: ddf.types[0] ?? '', title, ddf },
      initial: () => required(ddf, above),
      // An object without a place of its own may stand anywhere: no reason to hand out the root.
      ...(mount === '.' ? {} : { acl: managedBy }),
    };
  });
}

/** The account's server may do everything, others may read and add. */
function managedBy(server: string): string {
  return `Add=*&Delete=${server}&Exec=${server}&Get=*&Replace=${server}`;
}

/** The nodes below a node that are there whether or not anybody adds them, parents first. */
function required(ddf: DdfNode, above: string): NodeValue[] {
  const isRequired = ddf.scope === 'Permanent' || minOccurrence(ddf.occurrence) > 0;
  if (ddf.name === undefined || !isRequired) return [];
  const path = `${above}/${ddf.name}`;
  if (ddf.format !== 'node') return [{ path, value: initialValue(ddf) }];
  const below = (ddf.children ?? []).flatMap((child) => required(child, childPath(path, child)));
  return [{ path, value: 'node' }, ...below];
}

/** Where a child stands: below its parent, unless its Path leads elsewhere. */
function childPath(parent: string, { path }: DdfNode): string {
  if (path === undefined) return parent;
  return path.startsWith('./') ? path : `${parent}/${path}`;
}
