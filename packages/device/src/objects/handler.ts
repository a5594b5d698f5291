import type { Content, ManagementObject, ManagementTree, NodeValue } from '@grove/protocol';
import type { DeviceAlert, RaisedAlert } from '../alerts/index.ts';
import type { Factory } from './factory.ts';

/** A change that a server or the user made below a handler's mount, once it holds. */
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
  /** Says when nobody waits for the outcome any more. */
  readonly signal: AbortSignal;
}

/** The device that a handler works on. */
export interface Device {
  readonly tree: ManagementTree;
  readonly now: () => Date;
  /**
   * Tells a server something: in the session under way or, when there is none, in the next one. It is kept
   * until a server has answered it; `alerted` hears of that.
   *
   * @throws {RangeError} for an alert that is too long, or one too many.
   */
  raise(alert: DeviceAlert): void;
}

/**
 * What stands behind a management object. URIs, ACLs, AccessTypes, formats and roll-back are the tree's
 * business, so a handler has only what makes its object special. It keeps nothing outside the tree, so that a
 * device that dies loses nothing.
 */
export interface ObjectHandler {
  /** Where the object, or all its instances, stand: canonical, `./DevDetail`. */
  readonly mount: string;
  readonly object: ManagementObject;
  /** False where the user sees what is there and changes nothing of it, as with accounts; absent = it is for the user. */
  readonly forUser?: boolean;
  /** The nodes of a device as it leaves the factory, parents before children. */
  initial(factory: Factory): readonly NodeValue[];
  /** ACL of the mount on a device whose account is with this server; absent = that of the nodes above it. */
  acl?(server: string): string;
  /**
   * Told of each change: of a server's after the commands of a message and before they are reported as done, of the
   * user's at once. May set nodes.
   */
  changed?(change: Change, tree: ManagementTree): void;
  /**
   * Does what an Exec asks; gives the status to answer: 200, or 202 when what was asked for goes on in
   * `background` and an alert tells how it ended. Throwing, and taking too long, is 500.
   */
  exec?(call: ExecCall, device: Device): number | Promise<number>;
  /**
   * Asked in place of `exec` for an Exec that had begun when the device died: gives the status to answer, as far as
   * that can be told. The tree is as before the message. Absent = 500 with the text that the outcome is not known;
   * the same as `exec` for what does nothing but set nodes, which has then left no trace.
   */
  interrupted?(call: ExecCall, device: Device): number | Promise<number>;
  /**
   * Does what the tree says is still to be done; undefined = nothing. Asked after each message and whenever the
   * device starts, but not while it is at it. What it was at when the device died, it does again.
   */
  background?(device: Device): Promise<void> | undefined;
  /** Told of a server's answer to an alert whose source is below the mount. */
  alerted?(alert: RaisedAlert, status: number, device: Device): void;
}

/** The handler of the object that a node belongs to; of nested mounts the inner one. */
export function handlerOf(handlers: readonly ObjectHandler[], uri: string): ObjectHandler | undefined {
  const path = canonical(uri);
  let found: ObjectHandler | undefined;
  for (const handler of handlers) {
    const { mount } = handler;
    const isBelow = path.startsWith(mount) && (path.length === mount.length || path[mount.length] === '/');
    if (isBelow && mount.length > (found?.mount.length ?? 0)) found = handler;
  }
  return found;
}

/** Whether an address, as a server writes it, is that of a node. */
export function isAddressOf(address: string, uri: string): boolean {
  return canonical(address) === uri;
}

/** `./A/B` for `A/B?prop=ACL`. */
function canonical(uri: string): string {
  const path = uri.split('?', 1)[0] ?? '';
  return path.startsWith('./') ? path : `./${path}`;
}
