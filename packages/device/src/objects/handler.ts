import type { Content, ManagementObject, ManagementTree, NodeValue } from '@grove/protocol';
import type { Factory } from './factory.ts';

/** A change that a server made below a handler's mount, once it holds. */
export interface Change {
  readonly command: 'Add' | 'Copy' | 'Delete' | 'Replace';
  /** The node or property that was addressed. */
  readonly uri: string;
}

/** A server's Exec of a node that it may execute. */
export interface ExecCall {
  readonly uri: string;
  readonly data: Content | undefined;
  /** What a later alert about the outcome must carry. */
  readonly correlator: string | undefined;
  /** ServerID of the one who asks. */
  readonly server: string;
  readonly tree: ManagementTree;
}

/**
 * What stands behind a management object. URIs, ACLs, AccessTypes, formats and roll-back are the tree's
 * business, so a handler has only what makes its object special.
 */
export interface ObjectHandler {
  /** Where the object, or all its instances, stand: canonical, `./DevDetail`. */
  readonly mount: string;
  readonly object: ManagementObject;
  /** The nodes of a device as it leaves the factory, parents before children. */
  initial(factory: Factory): readonly NodeValue[];
  /** Told of each change, after the commands of a message and before they are reported as done. May set nodes. */
  changed?(change: Change, tree: ManagementTree): void;
  /** Does what an Exec asks; gives the status to answer: 200, or 202 when an alert follows. Throwing is 500. */
  exec?(call: ExecCall): number | Promise<number>;
}

/** The handler of the object that a node belongs to; of nested mounts the inner one. */
export function handlerOf(handlers: readonly ObjectHandler[], uri: string): ObjectHandler | undefined {
  const path = canonical(uri);
  return handlers
    .filter(({ mount }) => path === mount || path.startsWith(`${mount}/`))
    .sort((a, b) => b.mount.length - a.mount.length)[0];
}

/** `./A/B` for `A/B?prop=ACL`. */
function canonical(uri: string): string {
  const path = uri.split('?', 1)[0] ?? '';
  return path.startsWith('./') ? path : `./${path}`;
}
