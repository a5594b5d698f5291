/** `?list=`: a sub-tree in one Get (OMA-TS-DM-RepPro 1.2.1, OMA-TS-DM-TNDS 1.2). */
import {
  type Item,
  isStored,
  type ListedNode,
  type ListQuery,
  STATUS,
  serializeTnds,
  sizeOf,
  TreeError,
  type Uri,
} from '@grove/protocol';
import type { Errand } from './commands.ts';
import { resultItem } from './item.ts';
import { unshelve } from './large-value.ts';

const utf8 = new TextDecoder();

/**
 * The Items of a listing: one for each node that the server may read, or with TNDS one for all of them.
 *
 * @param uri address with a list query.
 * @throws {TreeError} as a Get of the node itself; 413 when its values have more bytes than a device should hold
 *   at once.
 */
export async function listingOf(errand: Errand, uri: Uri, list: ListQuery): Promise<Item[]> {
  const nodes = await nodesOf(errand, uri, showsValues(list));
  if (list.kind === 'TNDS') return [tndsItem(nodes, uri, list)];
  return nodes.map((node) => nodeItem(node, list.kind === 'StructData'));
}

function showsValues({ kind, filter }: ListQuery): boolean {
  if (kind !== 'TNDS') return kind === 'StructData';
  return filter === undefined || filter.names.includes('Value') === (filter.mode === 'only');
}

async function nodesOf(
  { tree, server, shelf, maxDocument }: Errand,
  uri: Uri,
  withValues: boolean,
): Promise<ListedNode[]> {
  const nodes = [...tree.list(uri.node.toString(), server)];
  if (!withValues) return nodes;
  const bytes = nodes.reduce((sum, { data = '' }) => sum + sizeOf(data), 0);
  if (bytes > maxDocument) {
    const reason = `its values have ${bytes} bytes; at most ${maxDocument} are listed at once`;
    throw new TreeError(STATUS.TOO_LARGE, uri.toString(), reason);
  }
  return Promise.all(
    nodes.map(async (node): Promise<ListedNode> => {
      const { data, format } = node;
      if (data === undefined || !isStored(data)) return node;
      return { ...node, data: await unshelve(shelf, data, format === 'bin' ? 'bytes' : 'text') };
    }),
  );
}

/** Written as XML text, which means the same in both encodings of a message. */
function tndsItem(nodes: readonly ListedNode[], uri: Uri, { filter }: ListQuery): Item {
  return {
    source: { locURI: uri.node.toString() },
    meta: { format: 'xml', type: 'application/vnd.syncml.dmtnds+xml', emi: [] },
    data: utf8.decode(serializeTnds(nodes, uri.node, 'xml', filter)),
  };
}

/** An interior node has its identifier as Type; structure alone goes without Data. */
function nodeItem({ uri, format, type, data }: ListedNode, withData: boolean): Item {
  if (data === undefined) {
    return { source: { locURI: uri }, meta: { format: 'node', ...(type === '' ? {} : { type }), emi: [] } };
  }
  if (withData) return resultItem(uri, { format, type, data });
  const { data: _, ...structure } = resultItem(uri, { format, type, data: '' });
  return structure;
}
