/** The commands that work on the tree, one Item at a time (DM_RepPro 1.2.1). */
import {
  type Add,
  addTnds,
  type Copy,
  type Delete,
  type Encoding,
  type Get,
  type Item,
  MalformedError,
  type ManagementTree,
  type Replace,
  replaceTnds,
  STATUS,
  type StoredValue,
  TreeError,
  Uri,
} from '@grove/protocol';
import { ContentMissingError, ContentStoreFullError } from '../content-store/index.ts';
import type { OptionalFeature } from './features.ts';
import { isDocument, leafValueOf, resultItem, targetOf, textOf, tndsOf } from './item.ts';
import type { Incoming } from './large-object.ts';
import { type Form, type Shelf, STORED_FROM, travelSize } from './large-value.ts';
import { listingOf } from './listing.ts';
import { sentFormOf } from './outgoing.ts';

/** A command that changes the tree. */
export type ChangeCommand = Add | Copy | Delete | Replace;
/** A command that works on the tree alone. */
export type TreeCommand = ChangeCommand | Get;

/** For whom, and within which bounds. */
export interface Errand {
  readonly tree: ManagementTree;
  /** ServerID, to which ACLs apply. */
  readonly server: string;
  /** Bytes of the largest object that the server takes. */
  readonly maxObjSize: number | undefined;
  /** Encoding of the session's messages. */
  readonly encoding: Encoding;
  readonly shelf: Shelf;
  /** Bytes of the values of the largest listing, and of the largest serialized tree. */
  readonly maxDocument: number;
  /** What the device does not have. */
  readonly lacks: readonly OptionalFeature[];
}

/** What a Get found: an Item as it is sent, or one whose value is in the content store. */
export interface Found {
  readonly item: Item;
  readonly stored?: { readonly value: StoredValue; readonly form: Form } | undefined;
}

/** What became of one Item. */
export interface ItemOutcome {
  readonly code: number;
  /** What a Get found: one Item, or one for each node of a listing. */
  readonly results?: readonly Found[] | undefined;
  /** The node that failed, where that is another than the one addressed. */
  readonly culprit?: string | undefined;
  /** Why it failed, for a person. */
  readonly reason?: string | undefined;
}

type Change = (
  errand: Errand,
  uri: string,
  item: Item,
  meta: TreeCommand['meta'],
  stored?: StoredValue,
) => void;

const CHANGES: Readonly<Record<ChangeCommand['name'], Change>> = {
  Add({ tree, server, lacks }, uri, item, meta, stored) {
    const home = (urn: string): string | undefined => (tree.has(uri) ? tree.home(urn) : undefined);
    checkDocument(lacks, item, meta, uri);
    const nodes = tndsOf(item, meta, uri, home);
    if (nodes === undefined) tree.add(uri, leafValueOf(item, meta, uri, stored), server);
    else addTnds(tree, nodes, server);
  },
  Copy({ tree, server }, uri, item) {
    const from = item.source?.locURI.trim();
    if (from === undefined || from === '') throw new TreeError(STATUS.BAD_REQUEST, uri, 'no Source to copy');
    tree.copy(from, uri, server);
  },
  Delete({ tree, server }, uri) {
    tree.delete(uri, server);
  },
  Replace({ tree, server, lacks }, uri, item, meta, stored) {
    if (uri.includes('?')) {
      const data = stored ?? textOf(item.data ?? '', uri);
      tree.replace(uri, { format: 'chr', type: 'text/plain', data }, server);
      return;
    }
    checkDocument(lacks, item, meta, uri);
    const nodes = tndsOf(item, meta, uri);
    if (nodes === undefined) tree.replace(uri, leafValueOf(item, meta, uri, stored), server);
    else replaceTnds(tree, uri, nodes, server);
  },
};

/** @throws {TreeError} 415 for a serialized tree, where the device takes none */
function checkDocument(lacks: Errand['lacks'], item: Item, meta: TreeCommand['meta'], uri: string): void {
  if (lacks.includes('tnds') && isDocument(item, meta))
    throw new TreeError(STATUS.UNSUPPORTED_FORMAT, uri, 'the device takes no serialized trees');
}

const OK: ItemOutcome = { code: STATUS.OK };

/**
 * Does what one Item of a command asks. A refusal of the tree becomes its status; so does a part of a larger
 * value, which is for others to collect.
 *
 * @param stored where the Item's value is, if it was put into the content store.
 */
export function runChange(
  errand: Errand,
  command: ChangeCommand,
  item: Item,
  stored?: StoredValue,
): ItemOutcome {
  const uri = targetOf(item);
  if (uri === undefined) return { code: STATUS.BAD_REQUEST, reason: 'no Target' };
  if (item.moreData) return { code: STATUS.NOT_SUPPORTED, reason: 'parts of a value may not stand here' };
  try {
    CHANGES[command.name](errand, uri, item, command.meta, stored);
    return OK;
  } catch (error) {
    return failureOf(error);
  }
}

/** Finds what one Item of a Get asks for. */
export async function runGet(errand: Errand, item: Item): Promise<ItemOutcome> {
  const uri = targetOf(item);
  if (uri === undefined) return { code: STATUS.BAD_REQUEST, reason: 'no Target' };
  if (item.moreData) return { code: STATUS.NOT_SUPPORTED, reason: 'a Get has no value that could go on' };
  try {
    const results = await find(errand, uri);
    const most = errand.maxObjSize ?? Number.POSITIVE_INFINITY;
    const largest = results.reduce((size, found) => Math.max(size, sizeOfFound(found)), 0);
    if (largest <= most) return { code: STATUS.OK, results };
    return {
      code: STATUS.TOO_LARGE,
      reason: `has ${largest} bytes; the server takes ${most} in one object`,
    };
  } catch (error) {
    return failureOf(error);
  }
}

async function find(errand: Errand, uri: string): Promise<Found[]> {
  const { tree, server, encoding } = errand;
  const address = Uri.parse(uri, { deviation: () => {} });
  if (address.list !== undefined) {
    const { kind } = address.list;
    const lack = errand.lacks.includes('list') || (kind === 'TNDS' && errand.lacks.includes('tnds'));
    if (lack) throw new TreeError(STATUS.NOT_SUPPORTED, uri, `?list=${kind} is not supported`);
    const items = await listingOf(errand, address, address.list);
    return items.map((item) => ({ item }));
  }
  const found = tree.get(uri, server);
  if ('children' in found || typeof found.data === 'string' || found.data instanceof Uint8Array) {
    return [{ item: resultItem(uri, found) }];
  }
  const { format, type, data } = found;
  const { data: _, ...item } = resultItem(uri, { format, type, data: '' });
  const form = sentFormOf(format, encoding);
  const meta = form === 'bytes' ? { ...item.meta, format: 'bin', emi: [] } : item.meta;
  return [{ item: { ...item, ...(meta === undefined ? {} : { meta }) }, stored: { value: data, form } }];
}

/** Bytes that MaxObjSize counts: those of a stored value itself, whichever way it travels. */
function sizeOfFound({ item, stored }: Found): number {
  return stored === undefined ? travelSize(item.data ?? '') : stored.value.size;
}

/** Undoes a trial. */
class Undone extends Error {}

/**
 * What a command would be refused with once its large value were there; undefined = as far as the tree can tell,
 * it would be done. The tree is as before.
 */
export function refusalOf(
  errand: Errand,
  { command, uri, format, type, size }: Incoming,
): ItemOutcome | undefined {
  const item: Item = { target: { locURI: uri }, meta: { format, type, emi: [] } };
  if (size < STORED_FROM || uri.includes('?') || isDocument(item, undefined)) return undefined;
  try {
    errand.tree.transaction(() => {
      CHANGES[command](errand, uri, item, undefined, { stored: '', size });
      throw new Undone();
    });
    return undefined;
  } catch (error) {
    return error instanceof Undone ? undefined : failureOf(error);
  }
}

/** The status for what went wrong; what is no fault of the command is thrown again. */
export function failureOf(error: unknown): ItemOutcome {
  if (error instanceof TreeError) return { code: error.status, culprit: error.uri, reason: error.message };
  if (error instanceof MalformedError) return { code: STATUS.BAD_REQUEST, reason: error.message };
  if (error instanceof ContentStoreFullError) return { code: STATUS.DEVICE_FULL, reason: error.message };
  if (error instanceof ContentMissingError) return { code: STATUS.FAILED, reason: error.message };
  throw error;
}
