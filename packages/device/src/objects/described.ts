import { type DdfDocument, type DdfNode, initialValue, minOccurrence, type NodeValue } from '@grove/protocol';
import type { ObjectHandler } from './handler.ts';
import { settingsHandler } from './settings.ts';

/**
 * Handlers for the objects that a device description has, one for each of its roots: they keep the nodes by the rules
 * of the description and do nothing else. An Exec is answered with 406.
 *
 * A new device has the nodes that must be there, permanent ones and those that occur once, with their default values.
 */
export function describedHandlers({ nodes }: Pick<DdfDocument, 'nodes'>): ObjectHandler[] {
  return nodes.map((ddf): ObjectHandler => {
    const handler = settingsHandler({ urn: ddf.types[0] ?? '', title: ddf.title ?? ddf.name ?? '', ddf });
    const { mount, object } = handler;
    return {
      ...handler,
      object: { ...object, title: object.title === '' ? mount : object.title },
      initial: () => required(ddf, ddf.path ?? '.'),
    };
  });
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
