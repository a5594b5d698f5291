/** Values, and the documents in them, however deep. */
import { decodeBase64, decodeUtf8, encodeBase64 } from '../octets/index.ts';
import {
  type Content,
  contentBytes,
  embeddedMarkup,
  isMarkup,
  type Markup,
  parseMarkup,
} from '../syncml/index.ts';
import { MalformedError } from '../vocabulary/index.ts';
import { type DocumentText, documentText } from './document.ts';
import type { Manner, ValueText } from './manner.ts';
import { isSecretNode } from './secrets.ts';
import { counted, type Span, shortened, span } from './text.ts';

/** Where a value stands. */
export interface Place {
  /** URI or name of its node. */
  readonly node: string;
  /** Meta Format. */
  readonly format?: string | undefined;
  /** How many documents are around it. */
  readonly depth: number;
}

/** Characters of a text, and bytes of binary data, that are shown. */
const TEXT = 200;
const BYTES = 24;
/** Documents within one another that are opened. */
const DEPTH = 4;

/** Describes a document of a known type, with the documents in its values opened; undefined for any other. */
export function describeDocument(markup: Markup, manner: Manner, depth = 0): DocumentText | undefined {
  return documentText(markup, manner, (content, node, format) =>
    describePayload(content, { node, format, depth }, manner),
  );
}

/** Describes a value, with the document in it opened, if there is one. */
export function describePayload(content: Content, place: Place, manner: Manner): ValueText {
  const { node, format, depth } = place;
  if (!manner.secrets && isSecretNode(node) && !isEmpty(content))
    return { spans: [span('a secret, not shown', 'faint')], below: [] };
  const opened = depth >= DEPTH ? undefined : openDocument(content, format);
  if (opened !== undefined) {
    const document = describeDocument(opened.markup, manner, depth + 1);
    const title = document?.title ?? `document of <${opened.markup.element.name}>`;
    return { spans: [span(title + opened.carried, 'faint')], below: document?.lines ?? [] };
  }
  if (isMarkup(content))
    return { spans: [span(`document of <${content.element.name}>`, 'faint')], below: [] };
  const bytes = contentBytes(content, format);
  if (bytes === undefined)
    return {
      spans: [span(`${shortened(String(content), TEXT)} `), span('(no base64)', 'doubtful')],
      below: [],
    };
  const text = typeof content === 'string' && !isBase64(format) ? content : plainText(bytes);
  if (text === undefined) return { spans: hexOf(bytes), below: [] };
  const carried = isBase64(format) ? ' (in base64)' : content instanceof Uint8Array ? ' (as bytes)' : '';
  return {
    spans: [span(shortened(text, TEXT)), ...(carried === '' ? [] : [span(carried, 'faint')])],
    below: [],
  };
}

function isEmpty(content: Content): boolean {
  return !isMarkup(content) && content.length === 0;
}

/** The document that a value holds, and how it is carried where that is not plain to see. */
function openDocument(
  content: Content,
  format: string | undefined,
): { markup: Markup; carried: string } | undefined {
  if (isMarkup(content)) return { markup: content, carried: '' };
  const bytes = contentBytes(content, format);
  const direct = bytes === undefined ? undefined : documentIn(bytes);
  if (direct !== undefined) {
    const { markup, form } = direct;
    const where = isBase64(format)
      ? `${form} in base64`
      : content instanceof Uint8Array
        ? form
        : `${form} as text`;
    return { markup, carried: `, ${where}` };
  }
  if (typeof content !== 'string' || isBase64(format) || content.length < LEAST) return undefined;
  const decoded = decodeBase64(content);
  const hidden = decoded === undefined ? undefined : documentIn(decoded);
  return hidden === undefined
    ? undefined
    : { markup: hidden.markup, carried: `, ${hidden.form} in base64, though no Format says so` };
}

/** Characters of base64 that may hold a document. */
const LEAST = 16;

function documentIn(bytes: Uint8Array): { markup: Markup; form: 'XML' | 'WBXML' } | undefined {
  const wbxml = embeddedMarkup(bytes);
  if (wbxml !== undefined) return { markup: wbxml, form: 'WBXML' };
  try {
    return { markup: parseMarkup(bytes, 'xml'), form: 'XML' };
  } catch (error) {
    if (error instanceof MalformedError) return undefined;
    throw error;
  }
}

function isBase64(format: string | undefined): boolean {
  return format?.trim().toLowerCase() === 'b64';
}

function hexOf(bytes: Uint8Array): Span[] {
  const shown = Array.from(bytes.subarray(0, BYTES), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return [
    span(`${shown}${bytes.length > BYTES ? ' …' : ''} `),
    span(`(${counted(bytes.length, 'byte')})`, 'faint'),
  ];
}

/** The text that bytes are in UTF-8; undefined when they are none, or hold control characters. */
function plainText(bytes: Uint8Array): string | undefined {
  const text = decodeUtf8(bytes);
  return text === undefined || /\p{Cc}/u.test(text.replace(/[\t\r\n]/g, '')) ? undefined : text;
}

/** A value as data: text, `{ base64 }`, or the document in it. */
export function contentAsData(content: Content, place: Place, manner: Manner): unknown {
  if (!manner.secrets && isSecretNode(place.node) && !isEmpty(content)) return { hidden: true };
  const opened = place.depth >= DEPTH ? undefined : openDocument(content, place.format);
  if (opened !== undefined) return { document: markupAsData(opened.markup, manner, place.depth + 1) };
  if (isMarkup(content)) return { document: { element: content.element.name } };
  return typeof content === 'string' ? content : { base64: encodeBase64(content) };
}

/** A document as data: elements with their children. */
export function markupAsData(markup: Markup, manner: Manner, depth = 0): unknown {
  const isSecret =
    !manner.secrets &&
    markup.element.name === 'Node' &&
    markup.children.some(
      (child) =>
        isMarkup(child) && child.element.name === 'NodeName' && isSecretNode(`/${child.children.join('')}`),
    );
  return {
    element: markup.element.name,
    children: markup.children.map((child) => {
      if (isMarkup(child))
        return isSecret && child.element.name === 'Value'
          ? { element: 'Value', hidden: true }
          : markupAsData(child, manner, depth);
      return typeof child === 'string' ? child : { base64: encodeBase64(child) };
    }),
  };
}
