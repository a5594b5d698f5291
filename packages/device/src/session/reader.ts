import { DEVICE, type ManagementTree, TreeError, type TypedTreeReader } from '@grove/protocol';

/** The device's own view of its tree. */
export function readerOf(tree: ManagementTree): TypedTreeReader {
  const found = (uri: string): ReturnType<ManagementTree['get']> | undefined => {
    try {
      return tree.get(uri, DEVICE);
    } catch (error) {
      if (error instanceof TreeError) return undefined;
      throw error;
    }
  };
  return {
    read(uri) {
      const value = found(uri);
      return value === undefined || 'children' in value ? undefined : value.data;
    },
    children(uri) {
      const value = found(uri);
      return value !== undefined && 'children' in value ? value.children : [];
    },
    type(uri) {
      const value = found(`${uri}?prop=Type`);
      return value === undefined || 'children' in value || typeof value.data !== 'string'
        ? undefined
        : value.data;
    },
  };
}
