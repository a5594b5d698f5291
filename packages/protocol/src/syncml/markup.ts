import type { Utf8Text } from '../octets/index.ts';
import {
  Deviations,
  type DocumentType,
  documentTypeByRoot,
  type Element,
  EncodeError,
  type Limits,
  MalformedError,
  type TokenSink,
} from '../vocabulary/index.ts';
import { readWbxml, WbxmlWriter } from '../wbxml/index.ts';
import { readXml, XmlWriter } from '../xml/index.ts';
import type { Markup } from './schema.ts';

/** How a document is encoded. */
export type Encoding = 'xml' | 'wbxml';

interface MutableMarkup {
  readonly element: Element;
  readonly children: (MutableMarkup | string | Uint8Array)[];
}

/** Gathers tokens into markup. */
export class MarkupBuilder implements TokenSink {
  readonly #open: MutableMarkup[] = [];
  #type: DocumentType | undefined;
  /** The last element that ended with nothing around it. */
  root: Markup | undefined;

  /** The type of the document that was read. */
  get type(): DocumentType | undefined {
    return this.#type;
  }

  /** Elements open. */
  get depth(): number {
    return this.#open.length;
  }

  begin(type: DocumentType): void {
    this.#type = type;
  }

  start(element: Element): void {
    const markup: MutableMarkup = { element, children: [] };
    this.#open.at(-1)?.children.push(markup);
    this.#open.push(markup);
  }

  text(value: string): void {
    this.#open.at(-1)?.children.push(value);
  }

  run(source: Utf8Text, start: number, end: number, ascii: boolean): void {
    this.text(source.slice(start, end, ascii));
  }

  opaque(value: Uint8Array): void {
    this.#open.at(-1)?.children.push(value.slice());
  }

  end(): void {
    const markup = this.#open.pop();
    if (this.#open.length === 0) this.root = markup;
  }
}

/** Pushes the tokens of some markup into a sink, without the beginning of a document. */
export function pushMarkup(markup: Markup, sink: TokenSink): void {
  sink.start(markup.element);
  for (const child of markup.children) {
    if (typeof child === 'string') sink.text(child);
    else if (child instanceof Uint8Array) sink.opaque(child);
    else pushMarkup(child, sink);
  }
  sink.end();
}

/**
 * Reads a document of any known type, such as a serialized tree or a device description, as markup.
 *
 * @param options.anyDoctype whether an XML document may have a DOCTYPE of whatever name, if it declares nothing.
 * @throws {MalformedError}
 */
export function parseMarkup(
  bytes: Uint8Array,
  encoding: Encoding,
  options: { limits?: Limits; deviations?: Deviations; anyDoctype?: boolean } = {},
): Markup {
  const builder = new MarkupBuilder();
  if (encoding === 'xml') readXml(bytes, builder, options);
  else readWbxml(bytes, builder, options);
  if (builder.root === undefined) throw new MalformedError('document without an element');
  return builder.root;
}

/**
 * Where the document at the beginning of some bytes ends, behind which there may be others.
 *
 * @returns bytes from the start; all of them where the document is in UTF-16 or ISO-8859-1.
 * @throws {MalformedError}
 */
export function documentEnd(bytes: Uint8Array, encoding: Encoding): number {
  return encoding === 'xml'
    ? readXml(bytes, NOWHERE, { more: true, anyDoctype: true })
    : readWbxml(bytes, NOWHERE, { more: true });
}

const NOWHERE: TokenSink = {
  begin() {},
  start() {},
  text() {},
  run() {},
  opaque() {},
  end() {},
};

/**
 * Writes markup as a document of the type that its root element says.
 *
 * @param type which version of the type, where there are several; the newest unless given.
 * @throws {EncodeError} when no known document type has this root, or XML cannot carry a character.
 */
export function serializeMarkup(markup: Markup, encoding: Encoding, type?: DocumentType): Uint8Array {
  const documentType = type ?? documentTypeByRoot(markup.element, markup.element.page.namespace);
  if (documentType === undefined)
    throw new EncodeError(`no document type has the root ${markup.element.name}`);
  const writer = encoding === 'xml' ? new XmlWriter(openEmbedded) : new WbxmlWriter();
  writer.begin(documentType);
  pushMarkup(markup, writer);
  return writer.finish();
}

/** The markup in bytes that are a whole WBXML document of a known type; undefined for any other bytes. */
export function embeddedMarkup(bytes: Uint8Array): Markup | undefined {
  const version = bytes[0] as number;
  if (bytes.length < 5 || version < 1 || version > 3) return undefined;
  const deviations = new Deviations();
  try {
    const markup = parseMarkup(bytes, 'wbxml', { deviations });
    return deviations.list.length === 0 ? markup : undefined;
  } catch (error) {
    if (error instanceof MalformedError) return undefined;
    throw error;
  }
}

/** What the XML writer makes of an OPAQUE that is a document. */
export function openEmbedded(bytes: Uint8Array): ((sink: TokenSink) => void) | undefined {
  const markup = embeddedMarkup(bytes);
  return markup === undefined ? undefined : (sink) => pushMarkup(markup, sink);
}
