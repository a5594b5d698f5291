/** The commands that work on the tree, one Item at a time (DM_RepPro 1.2.1). */
import {
  type Add,
  addTnds,
  type Copy,
  type Delete,
  type Get,
  type Item,
  MalformedError,
  type ManagementTree,
  type Replace,
  replaceTnds,
  STATUS,
  sizeOf,
  TreeError,
  Uri,
} from '@grove/protocol';
import { leafValueOf, resultItem, targetOf, textOf, tndsOf } from './item.ts';
import { listingOf } from './listing.ts';

/** A command that works on the tree alone. */
export type TreeCommand = Add | Copy | Delete | Get | Replace;

/** For whom, and within which bounds. */
export interface Errand {
  readonly tree: ManagementTree;
  /** ServerID, to which ACLs apply. */
  readonly server: string;
  /** Bytes of the largest object that the server takes. */
  readonly maxObjSize: number | undefined;
}

/** What became of one Item. */
export interface ItemOutcome {
  readonly code: number;
  /** What a Get found: one Item, or one for each node of a listing. */
  readonly results?: readonly Item[] | undefined;
  /** The node that failed, where that is another than the one addressed. */
  readonly culprit?: string | undefined;
}

type Work = (errand: Errand, uri: string, item: Item, meta: TreeCommand['meta']) => ItemOutcome;

const OK: ItemOutcome = { code: STATUS.OK };

const WORK: Readonly<Record<TreeCommand['name'], Work>> = {
  Add({ tree, server }, uri, item, meta) {
    const home = (urn: string): string | undefined => (tree.has(uri) ? tree.home(urn) : undefined);
    const nodes = tndsOf(item, meta, uri, home);
    if (nodes === undefined) tree.add(uri, leafValueOf(item, meta, uri), server);
    else addTnds(tree, nodes, server);
    return OK;
  },
  Copy({ tree, server }, uri, item) {
    const from = item.source?.locURI.trim();
    if (from === undefined || from === '') return { code: STATUS.BAD_REQUEST };
    tree.copy(from, uri, server);
    return OK;
  },
  Delete({ tree, server }, uri) {
    tree.delete(uri, server);
    return OK;
  },
  Get({ tree, server, maxObjSize = Number.POSITIVE_INFINITY }, uri) {
    const address = Uri.parse(uri, { deviation: () => {} });
    const results =
      address.list === undefined
        ? [resultItem(uri, tree.get(uri, server))]
        : listingOf(tree, address, address.list, server);
    const isTooLarge = results.some(({ data = '' }) => typeof data === 'string' && sizeOf(data) > maxObjSize);
    return isTooLarge ? { code: STATUS.TOO_LARGE } : { code: STATUS.OK, results };
  },
  Replace({ tree, server }, uri, item, meta) {
    if (uri.includes('?')) {
      tree.replace(uri, { format: 'chr', type: 'text/plain', data: textOf(item.data ?? '', uri) }, server);
      return OK;
    }
    const nodes = tndsOf(item, meta, uri);
    if (nodes === undefined) tree.replace(uri, leafValueOf(item, meta, uri), server);
    else replaceTnds(tree, uri, nodes, server);
    return OK;
  },
};

/**
 * Does what one Item of a command asks. A refusal of the tree becomes its status; so does a part of a larger
 * value, which is for others to collect.
 */
export function runItem(errand: Errand, command: TreeCommand, item: Item): ItemOutcome {
  const uri = targetOf(item);
  if (uri === undefined) return { code: STATUS.BAD_REQUEST };
  if (item.moreData) return { code: STATUS.NOT_SUPPORTED };
  try {
    return WORK[command.name](errand, uri, item, command.meta);
  } catch (error) {
    if (error instanceof MalformedError) return { code: STATUS.BAD_REQUEST };
    if (!(error instanceof TreeError)) throw error;
    return { code: error.status, culprit: error.uri };
  }
}
