import type { DocumentType, Element } from './element.ts';

/**
 * Takes the tokens of a document, which are the same whatever its encoding.
 *
 * Readers push into a sink, writers are sinks: `readWbxml(bytes, xmlWriter)` converts. A reader calls
 * `begin` once, then exactly one balanced element. Adjacent pieces of text come as one `text`.
 */
export interface TokenSink {
  begin(type: DocumentType): void;
  start(element: Element): void;
  text(value: string): void;
  /** Bytes of a WBXML OPAQUE. They are a view of the document: copy them to keep them. */
  opaque(value: Uint8Array): void;
  end(): void;
}
