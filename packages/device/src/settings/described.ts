import { type DdfNode, describedAt } from '@grove/protocol';
import { handlerOf, type ObjectHandler } from '../objects/index.ts';

/** What the descriptions of a phone's objects say of a node; undefined = nothing. */
export function descriptionOf(uri: string, handlers: readonly ObjectHandler[]): DdfNode | undefined {
  const plain = uri.split('?', 1)[0] ?? '';
  const path = plain.startsWith('./') ? plain : `./${plain}`;
  const ddf = handlerOf(handlers, path)?.object.ddf;
  if (ddf === undefined) return undefined;
  const above = (ddf.path ?? '.').split('/').length + 1;
  const segments = path.split('/');
  if (segments.length < above) return undefined;
  const described = describedAt(ddf, segments.slice(above));
  return described === 'open' ? undefined : described;
}

/** Whether no server may read a node, which is so with passwords. */
export function isSecret(uri: string, handlers: readonly ObjectHandler[]): boolean {
  const described = descriptionOf(uri, handlers);
  return described !== undefined && described.format !== 'node' && !described.access.includes('Get');
}
