import { DEVICE, type LeafValue, type ManagementTree, TreeError } from '@grove/protocol';
import type { Nonce } from './server-auth.ts';

/** Keeps a nonce in its account. An account that a server has deleted meanwhile has no use for it. */
export function storeNonce(tree: ManagementTree, { uri, value }: Nonce): void {
  const leaf: LeafValue = {
    format: 'bin',
    type: 'application/octet-stream',
    data: Uint8Array.fromBase64(value),
  };
  try {
    if (tree.has(uri)) tree.replace(uri, leaf, DEVICE);
    else if (tree.has(uri.slice(0, uri.lastIndexOf('/')))) tree.add(uri, leaf, DEVICE);
  } catch (error) {
    if (!(error instanceof TreeError)) throw error;
  }
}
