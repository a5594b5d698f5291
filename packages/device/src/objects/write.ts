import { DEVICE, type ManagementTree, type NodeValue } from '@grove/protocol';

/** Sets leaves that are there, as the device itself. */
export function write(tree: ManagementTree, nodes: readonly NodeValue[]): void {
  for (const { path, value } of nodes) {
    if (value !== 'node') tree.replace(path, value, DEVICE);
  }
}
