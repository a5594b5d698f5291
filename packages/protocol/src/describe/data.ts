/** Messages and documents as data that JSON can carry. */
import { type Carrier, isFound } from '../capture/index.ts';
import { encodeBase64 } from '../octets/index.ts';
import type { Item, Markup, Meta } from '../syncml/index.ts';
import type { Manner } from './manner.ts';
import { type DigestCheck, notificationAsData } from './notification.ts';
import { contentAsData, markupAsData } from './payload.ts';
import type { PartReport } from './report.ts';

/**
 * What a part of a capture is, as data: bytes as `{ base64 }`, secrets as `{ hidden: true }`, documents opened.
 *
 * @param check whether the digest is right, where the part is a notification
 */
export function partAsData(
  { part, findings }: PartReport,
  manner: Manner = {},
  check: DigestCheck = { kind: 'unchecked' },
): unknown {
  const { wrappings, carriers, head } = part;
  const form = {
    wrappings,
    ...(carriers.length === 0 ? {} : { carriers: carriers.map((carrier) => carrierAsData(carrier, manner)) }),
    ...(head === undefined ? {} : { http: { start: head.start, headers: Object.fromEntries(head.headers) } }),
    bytes: part.bytes.length,
  };
  if (!isFound(part)) return { kind: 'unknown', ...form, tried: part.tried };
  if ('notification' in part)
    return { kind: 'notification', ...form, ...notificationAsData(part.notification, manner, check) };
  if ('document' in part) {
    const { document, encoding } = part;
    return {
      kind: document.element.name,
      encoding,
      ...form,
      document: markupAsData(document, manner),
      findings,
    };
  }
  const { message, version } = part.message;
  const { header, body } = message;
  return {
    kind: 'SyncML',
    version,
    encoding: part.encoding,
    ...form,
    header: plain(header, manner, undefined),
    body: plain(body, manner, undefined),
    findings,
  };
}

function carrierAsData({ kind, facts, layout, remarks }: Carrier, manner: Manner): unknown {
  return {
    kind,
    facts,
    layout: layout.map(({ bytes, name, value, secret }) => ({
      name,
      value,
      bytes: secret && !manner.secrets ? { hidden: true } : { base64: encodeBase64(bytes) },
    })),
    remarks,
  };
}

/** Keys of what nobody should read who has not asked for it. */
const SECRET_KEYS: ReadonlySet<string> = new Set(['nextNonce']);

function plain(value: unknown, manner: Manner, outer: Meta | undefined): unknown {
  if (Array.isArray(value)) return value.map((each) => plain(each, manner, outer));
  if (value instanceof Uint8Array) return { base64: encodeBase64(value) };
  if (typeof value !== 'object' || value === null) return value;
  if (isMarkupValue(value)) return { document: markupAsData(value, manner) };
  const meta = ('meta' in value ? (value.meta as Meta | undefined) : undefined) ?? outer;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      if (each === undefined) return [key, undefined];
      if (!manner.secrets && SECRET_KEYS.has(key)) return [key, { hidden: true }];
      if (key === 'cred')
        return [key, manner.secrets ? plain(each, manner, undefined) : { ...each, data: { hidden: true } }];
      if (key === 'data') return [key, itemData(value as Item, manner, meta)];
      return [key, plain(each, manner, meta)];
    }),
  );
}

function isMarkupValue(value: object): value is Markup {
  return 'element' in value && typeof value.element === 'object' && 'children' in value;
}

function itemData(item: Item, manner: Manner, meta: Meta | undefined): unknown {
  const node = item.target?.locURI ?? item.source?.locURI ?? '';
  return item.data === undefined
    ? undefined
    : contentAsData(item.data, { node, format: meta?.format, depth: 0 }, manner);
}
