import type { Encoding } from './markup.ts';

/** Media types of DM messages (registered with IANA). */
export const DM_MEDIA_TYPES: Readonly<Record<Encoding, string>> = {
  xml: 'application/vnd.syncml.dm+xml',
  wbxml: 'application/vnd.syncml.dm+wbxml',
};

/** The generic SyncML types, which DM clients in the field send as well. */
const GENERIC_MEDIA_TYPES: Readonly<Record<Encoding, string>> = {
  xml: 'application/vnd.syncml+xml',
  wbxml: 'application/vnd.syncml+wbxml',
};

const ENCODINGS: ReadonlyMap<string, Encoding> = new Map([
  [DM_MEDIA_TYPES.xml, 'xml'],
  [DM_MEDIA_TYPES.wbxml, 'wbxml'],
  [GENERIC_MEDIA_TYPES.xml, 'xml'],
  [GENERIC_MEDIA_TYPES.wbxml, 'wbxml'],
]);

/**
 * The encoding of a SyncML message that is sent with this Content-Type.
 *
 * @param contentType with or without parameters, upper and lower case alike.
 * @returns undefined for a type that is not SyncML's.
 */
export function encodingOf(contentType: string): Encoding | undefined {
  const end = contentType.indexOf(';');
  const type = end < 0 ? contentType : contentType.slice(0, end);
  return ENCODINGS.get(type.trim().toLowerCase());
}
