import { isLocalName, isXmlName } from '../octets/index.ts';
import { excerpt, LimitError, type Namespace } from '../vocabulary/index.ts';
import {
  AMPERSAND,
  APOSTROPHE,
  DOUBLE_QUOTE,
  EQUALS,
  FORBIDDEN,
  GREATER_THAN,
  LESS_THAN,
  NAME_BYTE,
  NON_ASCII,
  SLASH,
  SOLID,
  TEXT_CLASS,
} from './characters.ts';
import { XmlCursor } from './cursor.ts';
import { NamespaceScope, NO_NAMESPACE, XML_NAMESPACE, XMLNS_NAMESPACE } from './namespaces.ts';
import { startsWith } from './source.ts';

const XMLNS = new TextEncoder().encode(' xmlns="');

/** A place in an XML document, and what can be read in a start tag there: attributes, of which namespaces matter. */
export class XmlTagCursor extends XmlCursor {
  protected readonly scope = new NamespaceScope();
  /** Whether any prefix was declared. */
  protected prefixed = false;
  /** The default namespace. */
  protected namespace: Namespace = NO_NAMESPACE;
  /** Names of the attributes of the start tag that is being read. */
  readonly #names: string[] = [];

  /**
   * Reads one declaration of a default namespace that is known, written as writers write it: what most tags with
   * attributes have. Anything else is left to be read from the start.
   *
   * @returns the place behind it, or where it started.
   */
  protected usualAttribute(start: number): number {
    const bytes = this.bytes;
    if (!startsWith(bytes, start, XMLNS)) return start;
    const from = start + XMLNS.length;
    let at = from;
    while (TEXT_CLASS[bytes[at] as number] === SOLID && bytes[at] !== DOUBLE_QUOTE) at++;
    const next = bytes[at + 1];
    if (bytes[at] !== DOUBLE_QUOTE || (next !== GREATER_THAN && next !== SLASH)) return start;
    const namespace = this.scope.known(bytes, from, at);
    if (namespace === undefined) return start;
    this.namespace = namespace;
    return at + 1;
  }

  /** Reads attributes up to the end of the tag, and takes the namespace declarations among them. */
  protected readAttributes(): void {
    const bytes = this.bytes;
    const names = this.#names;
    names.length = 0;
    for (;;) {
      const before = this.at;
      this.skipSpace();
      const byte = bytes[this.at];
      if (byte === GREATER_THAN || byte === SLASH) break;
      if (this.at === before) throw this.malformed(`${this.found()}; expected white space or > in a tag`);
      if (names.length >= this.limits.attributes) {
        throw new LimitError(`more than ${this.limits.attributes} attributes of one element`, this.at);
      }
      this.#readAttribute(names);
    }
    this.#checkPrefixes(names);
  }

  #readAttribute(names: string[]): void {
    const bytes = this.bytes;
    const start = this.at;
    let at = start;
    while (NAME_BYTE[bytes[at] as number] === 1) at++;
    this.at = at;
    const name = this.document.text(start, at);
    if (!isXmlName(name)) throw this.malformed(`${this.found(start)}; expected an attribute`, start);
    if (names.includes(name)) throw this.malformed(`attribute ${excerpt(name)} given twice`, start);
    names.push(name);
    const quote = this.#openValue();
    if (name === 'xmlns') {
      this.namespace = this.#readNamespace(quote);
      this.#checkReserved('', this.namespace.uri, start);
      return;
    }
    if (!name.startsWith('xmlns:')) {
      this.#readValue(quote);
      return;
    }
    const prefix = name.slice(6);
    if (!isLocalName(prefix)) throw this.malformed(`prefix ${excerpt(prefix)} is not a name`, start);
    const namespace = this.#readNamespace(quote);
    if (namespace.uri.trim() === '')
      throw this.malformed(`prefix ${prefix} declared without a namespace`, start);
    this.#checkReserved(prefix, namespace.uri, start);
    this.scope.declare(prefix, namespace, this.depth);
    this.prefixed = true;
  }

  /** Reads = and the quote behind an attribute's name, and gives the quote. */
  #openValue(): number {
    const bytes = this.bytes;
    this.skipSpace();
    if (bytes[this.at] !== EQUALS)
      throw this.malformed(`${this.found()}; expected = behind an attribute name`);
    this.at++;
    this.skipSpace();
    const quote = bytes[this.at] as number;
    if (quote !== DOUBLE_QUOTE && quote !== APOSTROPHE) {
      throw this.malformed(`${this.found()}; expected a quoted value`);
    }
    this.at++;
    return quote;
  }

  /** Prefixes of attributes must be declared, and no two attributes may be one in another's prefix. */
  #checkPrefixes(names: readonly string[]): void {
    const prefixed = names.filter((name) => name.includes(':') && !name.startsWith('xmlns:'));
    const expanded = new Set<string>();
    for (const name of prefixed) {
      const colon = name.indexOf(':');
      const local = name.slice(colon + 1);
      if (!isLocalName(local)) throw this.malformed(`attribute name ${excerpt(name)} is not prefix:name`);
      const key = `${this.meaning(name.slice(0, colon)).uri} ${local}`;
      if (expanded.has(key)) throw this.malformed(`attribute ${excerpt(name)} given twice by two prefixes`);
      expanded.add(key);
    }
  }

  /** Namespaces in XML 1.0 §3: the prefixes xml and xmlns and their namespaces belong together. */
  #checkReserved(prefix: string, uri: string, at: number): void {
    const reserved = uri === XMLNS_NAMESPACE || prefix === 'xmlns';
    if (reserved || (prefix === 'xml') !== (uri === XML_NAMESPACE)) {
      throw this.malformed(`prefix ${excerpt(prefix)} may not be declared as ${excerpt(uri)}`, at);
    }
  }

  protected meaning(prefix: string): Namespace {
    const namespace = this.scope.meaning(prefix);
    if (namespace !== undefined) return namespace;
    if (prefix === 'xml') return this.scope.named(XML_NAMESPACE);
    throw this.malformed(`prefix ${excerpt(prefix)} is not declared`);
  }

  /** Reads a namespace name behind its quote. */
  #readNamespace(quote: number): Namespace {
    const uri = this.#readValue(quote);
    const namespace = this.scope.named(uri);
    if (namespace.uri !== uri) this.note('xml-namespace', `namespace ${excerpt(uri)}`, namespace.uri);
    return namespace;
  }

  /** Reads the rest of a quoted attribute value, with its references expanded. */
  #readValue(quote: number): string {
    const bytes = this.bytes;
    let value = '';
    let start = this.at;
    for (;;) {
      const byte = bytes[this.at];
      if (byte === undefined) throw this.malformed('end of document within an attribute value');
      if (byte === quote) break;
      const kind = TEXT_CLASS[byte];
      if (byte === LESS_THAN) throw this.malformed('< in an attribute value, which XML does not allow');
      if (kind === FORBIDDEN) throw this.malformed(`${this.found()}, which XML does not allow`);
      if (kind === (SOLID | NON_ASCII)) this.checkCharacter(this.at);
      if (byte === AMPERSAND) {
        value += this.document.text(start, this.at) + this.readReference();
        start = this.at;
      } else {
        this.at++;
      }
    }
    value += this.document.text(start, this.at);
    this.at++;
    return value;
  }
}
