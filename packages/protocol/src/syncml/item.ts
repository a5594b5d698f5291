import { decodeBase64, decodeUtf8, forbiddenCharacter } from '../octets/index.ts';
import { documentType, isBinFormat, mayBeDocument } from '../vocabulary/index.ts';
import { type Encoding, embeddedMarkup } from './markup.ts';
import type { Content, Item, Markup, Meta } from './schema.ts';

const encoder = new TextEncoder();

/** Whether a content is markup. */
export function isMarkup(content: Content | undefined): content is Markup {
  return typeof content === 'object' && 'element' in content;
}

/**
 * Gives the Data of an Item that has been read the form that both encodings share.
 *
 * A document in an OPAQUE becomes markup. Under Meta Format `bin` a value is bytes, and under any other it is
 * text, whether it came as an OPAQUE or as a string. Base64 is called `b64` also where the sender of XML called
 * it `bin`.
 *
 * @param outer the Meta of the command, which holds where the Item's own is silent.
 * @returns whether the Format was `bin` in XML, which the standard does not allow.
 */
export function settleItem(item: Item, outer: Meta | undefined, encoding: Encoding): boolean {
  if (item.data === undefined) return false;
  const meta = item.meta;
  const formatted = meta?.format === undefined ? outer : meta;
  const bin = formatted?.format !== undefined && isBinFormat(formatted.format);
  if (typeof item.data === 'string' && !bin) return false;

  const typed = meta?.type === undefined ? outer : meta;
  if (item.data instanceof Uint8Array && mayBeDocument(typed?.type ?? '')) {
    item.data = embeddedMarkup(item.data) ?? item.data;
  }
  if (isMarkup(item.data)) {
    if (typed?.type !== undefined) typed.type = documentType(typed.type, 'xml');
    if (bin) formatted.format = 'xml';
    return false;
  }
  if (!bin) {
    item.data = textOf(item.data);
    return false;
  }
  if (typeof item.data !== 'string') return false;
  if (encoding === 'wbxml') {
    item.data = encoder.encode(item.data);
    return false;
  }
  if (decodeBase64(item.data) !== undefined) formatted.format = 'b64';
  return true;
}

/** The content as text if it is the bytes of a text that both encodings can carry. */
export function textOf(content: Content): Content {
  if (!(content instanceof Uint8Array)) return content;
  const text = decodeUtf8(content);
  return text !== undefined && forbiddenCharacter(text) === undefined ? text : content;
}
