import type { DdfNode, ManagementObject } from '@grove/protocol';
import type { ObjectHandler } from './handler.ts';

/**
 * The handler of an object that servers set and the phone shows: its nodes are kept by the rules of its description, and
 * that is all. The account's server may do everything, others may read and add.
 */
export function settingsHandler(object: ManagementObject): ObjectHandler {
  const mount = mountOf(object.ddf);
  return {
    mount,
    object,
    initial: () => [],
    // An object without a place of its own may stand anywhere: no reason to hand out the root.
    ...(mount === '.' ? {} : { acl: managedBy }),
  };
}

/** Where the node of a description stands or, if it is named at run time, below which node. */
function mountOf({ name, path = '.' }: DdfNode): string {
  return name === undefined ? path : `${path}/${name}`;
}

function managedBy(server: string): string {
  return `Add=*&Delete=${server}&Exec=${server}&Get=*&Replace=${server}`;
}
