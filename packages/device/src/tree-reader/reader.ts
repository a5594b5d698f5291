import { DEVICE, isStored, type ManagementTree, type TypedTreeReader } from '@grove/protocol';

/** The device's own view of its tree, without values too large to be at hand; URIs that are none are errors. */
export function readerOf(tree: ManagementTree): TypedTreeReader {
  // Most of what is asked for and missing is so by design: an error for each would cost more than a look.
  const found = (uri: string): ReturnType<ManagementTree['get']> | undefined =>
    tree.has(uri) ? tree.get(uri, DEVICE) : undefined;
  return {
    read(uri) {
      const value = found(uri);
      return value === undefined || 'children' in value || isStored(value.data) ? undefined : value.data;
    },
    children(uri) {
      const value = found(uri);
      return value !== undefined && 'children' in value ? value.children : [];
    },
    type(uri) {
      const value = tree.has(uri) ? tree.get(`${uri}?prop=Type`, DEVICE) : undefined;
      return value === undefined || 'children' in value || typeof value.data !== 'string'
        ? undefined
        : value.data;
    },
  };
}
