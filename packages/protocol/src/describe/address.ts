import { TreeError, Uri } from '../tree/index.ts';

const LISTS = {
  Struct: 'the names and properties of all nodes below',
  StructData: 'all nodes below, with their values',
  TNDS: 'all below as a serialized tree',
} as const;

/** What `?prop=` or `?list=` asks for, in words; undefined for the address of a node, or of nothing. */
export function queryInWords(text: string): string | undefined {
  if (!text.includes('?')) return undefined;
  try {
    const { property, list } = Uri.parse(text, { deviation: () => {} });
    if (property !== undefined) return `its property ${property}`;
    if (list === undefined) return undefined;
    const { kind, filter } = list;
    if (filter === undefined) return LISTS[kind];
    return `${LISTS[kind]}, ${filter.mode === 'only' ? 'only with' : 'without'} ${filter.names.join(', ')}`;
  } catch (error) {
    if (error instanceof TreeError) return 'a query that the standard does not have';
    throw error;
  }
}
