/** Settings and fragments of a profile as they are on one model. */
import type { Description, Uri } from '@grove/protocol';
import type { InstanceState, NodePolicy } from '../document/index.ts';

/** A node of a device as a profile wants it. */
export interface RenderedNode {
  /** Canonical, relative to the root of the instance. */
  readonly path: string;
  readonly policy: NodePolicy;
  /** Absent for interior nodes, and where the policy is `keep` or `absent`. */
  readonly value?: string | undefined;
  readonly format?: string | undefined;
  readonly type?: string | undefined;
  readonly secret: boolean;
  /** Whether something of the value is not known, and only assumed to fit. */
  readonly assumed?: boolean | undefined;
  /** Whether a device goes without it that does not have it, or does not let it be set. */
  readonly optional?: boolean | undefined;
  /** Where it is written in the profile. */
  readonly field: string;
}

/** One instance of a management object as a profile wants it on a device. */
export interface RenderedFragment {
  readonly profile: string;
  readonly name: string;
  /** Canonical URI of the instance. */
  readonly root: string;
  readonly object?: string | undefined;
  readonly state?: InstanceState | undefined;
  readonly nodes: readonly RenderedNode[];
  readonly field: string;
}

/** A fragment while it is being checked: what its model's description says of its root. */
export interface PlacedFragment {
  readonly fragment: RenderedFragment;
  readonly uri: Uri;
  readonly described: Description | undefined;
}

/** Where a part of a node is written; a setting is written as a whole. */
export function partOf(field: string, part: 'path' | 'value'): string {
  return /(?:^|\/)settings\/[^/]+$|^settings$/.test(field) ? field : `${field}/${part}`;
}
