import type { DdfDocument } from '@grove/protocol';
import type { Model } from './model.ts';

/** The description of a model's whole tree, as its maker would publish it. */
export function modelDdf({
  devInfo: { man, mod },
  handlers,
}: Pick<Model, 'devInfo' | 'handlers'>): DdfDocument {
  return { verDTD: '1.2', man, mod, nodes: handlers.map(({ object }) => object.ddf) };
}
