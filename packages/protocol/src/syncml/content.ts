import { decodeBase64, decodeUtf8, decodeUtf8Leniently } from '../octets/index.ts';
import { EncodeError, MalformedError } from '../vocabulary/index.ts';
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

/** The bytes of markup as an XML document; undefined where it is of no known type, or XML cannot carry a character. */
function markupBytes(markup: Markup): Uint8Array | undefined {
  try {
    return serializeMarkup(markup, 'xml');
  } catch (error) {
    if (error instanceof EncodeError) return undefined;
    throw error;
  }
}

/**
 * The bytes that a content stands for: base64 decoded once under Format `b64`, raw bytes as they came, text in
 * UTF-8, markup as an XML document.
 *
 * @param format Meta Format; upper and lower case alike. Under `b64`, bytes that are not base64 are the value itself.
 * @returns undefined when the Format says base64 and the content is text that is not, or for markup of no known type.
 */
export function contentBytes(content: Content, format = 'chr'): Uint8Array | undefined {
  if (format.trim().toLowerCase() === 'b64') {
    if (typeof content === 'string') return decodeBase64(content);
    if (content instanceof Uint8Array) return decodeBase64(decodeUtf8Leniently(content)) ?? content;
  }
  if (typeof content === 'string') return encoder.encode(content);
  return content instanceof Uint8Array ? content : markupBytes(content);
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
