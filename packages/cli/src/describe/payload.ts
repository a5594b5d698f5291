import { type Content, contentBytes, contentMarkup, isMarkup } from '@grove/protocol';
import { counted, cut, printable, style } from '../output/index.ts';
import { describeDocument } from './document.ts';

/** A value for a person: what fits on the line of its command, and what stands below it. */
export interface PayloadText {
  readonly line: string;
  readonly below: readonly string[];
}

/** Characters of a text, and bytes of binary data, that are shown. */
const TEXT = 200;
const BYTES = 24;

/**
 * Describes a value, with the document in it opened, if there is one.
 *
 * @param format Meta Format
 */
export function describePayload(content: Content, format: string | undefined): PayloadText {
  const markup = contentMarkup(content, format);
  if (markup !== undefined) {
    const document = describeDocument(markup);
    const title = document?.title ?? `document of <${printable(markup.element.name)}>`;
    return {
      line: style('dim', title + howCarried(content, format)),
      below: document?.lines ?? [],
    };
  }
  if (isMarkup(content)) return { line: '', below: [] };
  const bytes = contentBytes(content, format);
  if (bytes === undefined)
    return { line: `${shortened(String(content))} ${style('yellow', '(no base64)')}`, below: [] };
  const text = typeof content === 'string' && !isBase64(format) ? content : textIn(bytes);
  if (text === undefined) return { line: hexOf(bytes), below: [] };
  return { line: shortened(text) + style('dim', howCarried(content, format)), below: [] };
}

function isBase64(format: string | undefined): boolean {
  return format?.trim().toLowerCase() === 'b64';
}

function howCarried(content: Content, format: string | undefined): string {
  if (isMarkup(content)) return '';
  if (isBase64(format)) return ' (in base64)';
  return content instanceof Uint8Array ? ' (as bytes)' : '';
}

function shortened(text: string): string {
  return cut(printable(text), TEXT);
}

function hexOf(bytes: Uint8Array): string {
  const shown = Buffer.from(bytes.subarray(0, BYTES))
    .toString('hex')
    .replace(/(..)(?=.)/g, '$1 ');
  return `${shown}${bytes.length > BYTES ? ' …' : ''} ${style('dim', `(${counted(bytes.length, 'byte')})`)}`;
}

/** The text that bytes are in UTF-8; undefined when they are none, or hold control characters. */
function textIn(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return /\p{Cc}/u.test(text.replace(/[\t\r\n]/g, '')) ? undefined : text;
  } catch {
    return undefined;
  }
}
