/** The commands that work on the tree, one Item at a time (DM_RepPro 1.2.1). */
import {
  type Add,
  type Copy,
  type Delete,
  type Get,
  type Item,
  type ManagementTree,
  type Replace,
  STATUS,
  sizeOf,
  TreeError,
} from '@grove/protocol';
import { leafValueOf, resultItem, targetOf, textOf } from './item.ts';

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
  /** What a Get found. */
  readonly result?: Item | undefined;
  /** The node that failed, where that is another than the one addressed. */
  readonly culprit?: string | undefined;
}

type Work = (errand: Errand, uri: string, item: Item, meta: TreeCommand['meta']) => ItemOutcome;

const OK: ItemOutcome = { code: STATUS.OK };

const WORK: Readonly<Record<TreeCommand['name'], Work>> = {
  Add({ tree, server }, uri, item, meta) {
    tree.add(uri, leafValueOf(item, meta, uri), server);
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
  Get({ tree, server, maxObjSize }, uri) {
    const result = resultItem(uri, tree.get(uri, server));
    const tooLarge = maxObjSize !== undefined && sizeOf(result.data as string) > maxObjSize;
    return tooLarge ? { code: STATUS.TOO_LARGE } : { code: STATUS.OK, result };
  },
  Replace({ tree, server }, uri, item, meta) {
    const isProperty = uri.includes('?');
    const value = isProperty
      ? { format: 'chr' as const, type: 'text/plain', data: textOf(item.data ?? '', uri) }
      : leafValueOf(item, meta, uri);
    tree.replace(uri, value, server);
    return OK;
  },
};

/** Does what one Item of a command asks. A refusal of the tree becomes its status. */
export function runItem(errand: Errand, command: TreeCommand, item: Item): ItemOutcome {
  const uri = targetOf(item);
  if (uri === undefined) return { code: STATUS.BAD_REQUEST };
  if (item.moreData) return { code: STATUS.NOT_SUPPORTED };
  try {
    return WORK[command.name](errand, uri, item, command.meta);
  } catch (error) {
    if (!(error instanceof TreeError)) throw error;
    return { code: error.status, culprit: error.uri };
  }
}
