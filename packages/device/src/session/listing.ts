/** `?list=`: a sub-tree in one Get (OMA-TS-DM-RepPro 1.2.1, OMA-TS-DM-TNDS 1.2). */
import {
  type Item,
  type ListedNode,
  type ListQuery,
  type ManagementTree,
  serializeTnds,
  type Uri,
} from '@grove/protocol';
import { resultItem } from './item.ts';

const utf8 = new TextDecoder();

/**
 * The Items of a listing: one for each node that the server may read, or with TNDS one for all of them.
 *
 * @param uri address with a list query.
 * @throws {TreeError} as a Get of the node itself.
 */
export function listingOf(tree: ManagementTree, uri: Uri, list: ListQuery, server: string): Item[] {
  const nodes = tree.list(uri.node.toString(), server);
  if (list.kind === 'TNDS') return [tndsItem(nodes, uri, list)];
  const items: Item[] = [];
  for (const node of nodes) items.push(nodeItem(node, list.kind === 'StructData'));
  return items;
}

/** Written as XML text, which means the same in both encodings of a message. */
function tndsItem(nodes: Iterable<ListedNode>, uri: Uri, { filter }: ListQuery): Item {
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
