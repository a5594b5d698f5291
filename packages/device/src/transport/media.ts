import { DM_MEDIA_TYPES, type Encoding, encodingOf } from '@grove/protocol';

/** The Content-Type of a message that the device sends. */
export function contentTypeOf(encoding: Encoding): string {
  return encoding === 'xml' ? `${DM_MEDIA_TYPES.xml}; charset=utf-8` : DM_MEDIA_TYPES.wbxml;
}

/** Types that say nothing about an answer, given by servers and gateways that do not know better. */
const VAGUE: ReadonlySet<string> = new Set(['application/octet-stream', 'application/xml', 'text/xml']);

/**
 * The encoding of an answer, by its Content-Type, or by its first byte where that is missing or vague.
 *
 * @returns undefined when the type is not one of a SyncML message.
 */
export function encodingOfAnswer(contentType: string | undefined, body: Uint8Array): Encoding | undefined {
  const named = contentType === undefined ? undefined : encodingOf(contentType);
  if (named !== undefined) return named;
  const bare = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (bare !== '' && !VAGUE.has(bare)) return undefined;
  return looksLikeWbxml(body) ? 'wbxml' : 'xml';
}

/** WBXML begins with its version, 1.0 to 1.3 (0x00…0x03); no text does. */
function looksLikeWbxml(body: Uint8Array): boolean {
  const [first, second] = body;
  return first !== undefined && first <= 0x03 && second !== 0x3c;
}
