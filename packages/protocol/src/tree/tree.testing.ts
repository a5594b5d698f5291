/** What the tests of the tree have in common. */
import { DEVICE, type LeafValue, ManagementTree, TreeError, type TreeOptions } from './index.ts';

/** A text. */
export const chr = (data: string): LeafValue => ({ format: 'chr', type: '', data });

/** The status that a command fails with; 200 when it does not. */
export function statusOf(work: () => unknown): number {
  try {
    work();
    return 200;
  } catch (error) {
    if (error instanceof TreeError) return error.status;
    throw error;
  }
}

/** A property, as the device itself reads it. */
export function property(tree: ManagementTree, uri: string, name: string): string {
  return String((tree.get(`${uri}?prop=${name}`, DEVICE) as LeafValue).data);
}

/** A tree at which every server may do everything, unless an ACL below the root says otherwise. */
export function openTree(options: Partial<TreeOptions> = {}): ManagementTree {
  const tree = new ManagementTree({ ddf: [], now: () => new Date('2001-07-11T16:38:17Z'), ...options });
  tree.replace('.?prop=ACL', chr('Add=*&Delete=*&Exec=*&Get=*&Replace=*'), DEVICE);
  return tree;
}
