import type { Markup } from '@grove/protocol';
import type { Found } from './identify.ts';

/** What was found as JSON: bytes as `{ "base64": … }`, embedded documents as elements with children. */
export function jsonOf(found: Found): unknown {
  const { encoding, wrapping, bytes } = found;
  const form = { encoding, wrapping, bytes: bytes.length };
  if ('document' in found)
    return { kind: found.document.element.name, ...form, document: plain(found.document) };
  const { message, version, deviations } = found.message;
  return {
    kind: 'SyncML',
    version,
    ...form,
    header: plain(message.header),
    body: plain(message.body),
    deviations,
  };
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if (isMarkup(value)) {
    return { element: value.element.name, children: value.children.map(plain) };
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}

function isMarkup(value: object): value is Markup {
  return 'element' in value && typeof value.element === 'object' && 'children' in value;
}
