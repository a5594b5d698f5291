import { decodeBase64, decodeUtf8, decodeUtf8Leniently } from '../octets/index.ts';
import { MalformedError } from '../vocabulary/index.ts';
import { isMarkup } from './item.ts';
import { embeddedMarkup, parseMarkup, serializeMarkup } from './markup.ts';
import type { Content, Item, Markup, Meta } from './schema.ts';

const encoder = new TextEncoder();

/**
 * The Meta Format in force for an Item's Data: its own, else its command's, else `chr`.
 *
 * In lower case and without blanks, for devices spell `Chr` and `B64`.
 */
export function itemFormat(item: Item, commandMeta?: Meta): string {
  return (item.meta?.format ?? commandMeta?.format ?? 'chr').trim().toLowerCase();
}

/** The Meta Type in force for an Item's Data: its own, else its command's, else `text/plain`; in lower case. */
export function itemType(item: Item, commandMeta?: Meta): string {
  return (item.meta?.type ?? commandMeta?.type ?? 'text/plain').trim().toLowerCase();
}

/**
 * The bytes that a content stands for: base64 decoded once under Format `b64`, raw bytes as they came, text in
 * UTF-8, markup as an XML document.
 *
 * @param format Meta Format; upper and lower case alike. Under `b64`, bytes that are not base64 are the value itself.
 * @returns undefined when the Format says base64 and the content is text that is not.
 */
export function contentBytes(content: Content, format = 'chr'): Uint8Array | undefined {
  if (format.trim().toLowerCase() === 'b64') {
    if (typeof content === 'string') return decodeBase64(content);
    if (content instanceof Uint8Array) return decodeBase64(decodeUtf8Leniently(content)) ?? content;
  }
  if (typeof content === 'string') return encoder.encode(content);
  return content instanceof Uint8Array ? content : serializeMarkup(content, 'xml');
}

/**
 * The text that a content stands for: that of {@link contentBytes} in UTF-8.
 *
 * @returns undefined when the Format says base64 and the content is not, or when the bytes are not UTF-8.
 */
export function contentText(content: Content, format = 'chr'): string | undefined {
  if (typeof content === 'string' && format.trim().toLowerCase() !== 'b64') return content;
  const bytes = contentBytes(content, format);
  return bytes === undefined ? undefined : decodeUtf8(bytes);
}

/**
 * The document that a content holds, in any of the three forms that are in use: markup, a WBXML document in an
 * OPAQUE or in base64, an XML document as escaped text.
 *
 * @returns undefined when the content holds no document of a known type.
 */
export function contentMarkup(content: Content, format = 'chr'): Markup | undefined {
  if (isMarkup(content)) return content;
  const bytes = contentBytes(content, format);
  if (bytes === undefined) return undefined;
  const markup = embeddedMarkup(bytes);
  if (markup !== undefined) return markup;
  try {
    return parseMarkup(bytes, 'xml');
  } catch (error) {
    if (error instanceof MalformedError) return undefined;
    throw error;
  }
}
