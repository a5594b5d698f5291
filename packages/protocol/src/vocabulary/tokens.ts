import type { Utf8Text } from '../octets/index.ts';
import type { DocumentType, Element } from './element.ts';

/**
 * Takes the tokens of a document, which are the same whatever its encoding.
 *
 * Readers push into a sink, writers are sinks: `readWbxml(bytes, xmlWriter)` converts. A reader calls
 * `begin` once, then exactly one balanced element. Adjacent pieces of text come as one.
 */
export interface TokenSink {
  begin(type: DocumentType): void;
  start(element: Element): void;
  text(value: string): void;
  /**
   * Text that stands in the document as it is, at `source.bytes[start, end)`: the same as
   * `text(source.slice(start, end, ascii))`, and for a writer cheaper.
   *
   * @param ascii whether all of it is ASCII; if not, it is UTF-8.
   */
  run(source: Utf8Text, start: number, end: number, ascii: boolean): void;
  /** Bytes of a WBXML OPAQUE. They are a view of the document: copy them to keep them. */
  opaque(value: Uint8Array): void;
  end(): void;
}
