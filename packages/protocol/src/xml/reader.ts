import { decodeUtf8Leniently, isLocalName, isXmlName } from '../octets/index.ts';
import {
  DEFAULT_LIMITS,
  Deviations,
  documentTypeByFormalPublicId,
  documentTypeByRoot,
  type Element,
  excerpt,
  foreignPage,
  LimitError,
  type Limits,
  type Namespace,
  PAGES,
  type Page,
  type TokenSink,
  unknownElement,
} from '../vocabulary/index.ts';
import {
  AMPERSAND,
  APOSTROPHE,
  BLANK,
  COLON,
  CR,
  DOUBLE_QUOTE,
  EQUALS,
  EXCLAMATION,
  FORBIDDEN,
  GREATER_THAN,
  LESS_THAN,
  LF,
  NAME_BYTE,
  NON_ASCII,
  QUESTION,
  RIGHT_BRACKET,
  SLASH,
  SOLID,
  SPECIAL,
  TEXT_CLASS,
} from './characters.ts';
import { XmlCursor } from './cursor.ts';
import {
  NamespaceScope,
  NO_NAMESPACE,
  usualNamespace,
  XML_NAMESPACE,
  XMLNS_NAMESPACE,
} from './namespaces.ts';
import { openXml, startsWith } from './source.ts';

export interface XmlReadOptions {
  readonly limits?: Limits | undefined;
  /** Where to note what is not as the standard says. */
  readonly deviations?: Deviations | undefined;
}

/**
 * Reads an XML document and pushes its tokens into a sink.
 *
 * Strict as XML 1.0 and Namespaces in XML 1.0 are, and stricter: no document type declaration, so no
 * entities but the five predefined. The one exception is a DOCTYPE that only names one of the document types
 * known here; it declares nothing and is skipped. Comments, processing instructions and attributes are
 * checked and dropped, and so is white space beside elements, for SyncML has no mixed content.
 *
 * An element belongs where its namespace says. Where a namespace is missing, or does not have the element,
 * the element is looked for by name and a deviation is noted.
 *
 * @throws {MalformedError} with the place in the document (in its UTF-8 form) and the reason.
 */
export function readXml(input: Uint8Array, sink: TokenSink, options: XmlReadOptions = {}): void {
  new XmlReader(input, sink, options).read();
}

/**
 * A DOCTYPE with a public identifier and a system identifier; an internal subset may only hold processing
 * instructions, as that of published device descriptions does.
 */
const DOCTYPE =
  /^<!DOCTYPE\s+[\w.:-]+\s+PUBLIC\s+(?:"([^"<&[]*)"|'([^'<&[]*)')\s+(?:"[^"<[]*"|'[^'<[]*')\s*(?:\[\s*(?:<\?[\w-]+\s[^?<>]*\?>\s*)*\]\s*)?>/;

const XMLNS = new TextEncoder().encode('xmlns');

class XmlReader extends XmlCursor {
  readonly #sink: TokenSink;
  readonly #limits: Limits;
  readonly #deviations: Deviations;

  /** Open elements: their names as written, their pages, and the default namespace outside each. */
  readonly #names: Uint8Array[] = [];
  readonly #pages: Page[] = [];
  readonly #outer: Namespace[] = [];
  #depth = 0;
  #count = 0;
  readonly #scope = new NamespaceScope();
  #default: Namespace = NO_NAMESPACE;

  /** Whether no child element has come since the last start tag. */
  #leaf = false;
  /** Text read but not pushed yet, because more may follow behind a comment or a reference. */
  #pending = '';
  /** Whether the pending text has more than literal white space in it. */
  #solid = false;

  /** Names of the attributes of the start tag that is being read. */
  readonly #attributes: string[] = [];

  constructor(input: Uint8Array, sink: TokenSink, options: XmlReadOptions) {
    const deviations = options.deviations ?? new Deviations(0);
    super(openXml(input, deviations));
    this.#deviations = deviations;
    this.#sink = sink;
    this.#limits = options.limits ?? DEFAULT_LIMITS;
  }

  read(): void {
    this.#readOutside(true);
    if (this.at >= this.bytes.length) throw this.malformed('end of document; expected an element');
    this.#readStartTag();
    while (this.#depth > 0) this.#readContent();
    this.#readOutside(false);
    if (this.at < this.bytes.length) throw this.malformed('markup or text behind the document element');
  }

  /** Reads comments, processing instructions and white space before or behind the document element. */
  #readOutside(doctype: boolean): void {
    const bytes = this.bytes;
    let allowed = doctype;
    for (;;) {
      this.skipSpace();
      if (this.at >= bytes.length) return;
      if (bytes[this.at] !== LESS_THAN) throw this.malformed(`${this.found()}; expected markup`);
      const next = bytes[this.at + 1];
      if (next === QUESTION) {
        this.skipInstruction();
      } else if (next === EXCLAMATION) {
        if (this.startsWith('<!DOCTYPE')) {
          if (!allowed) throw this.malformed('DOCTYPE is not allowed here');
          this.#skipDoctype();
          allowed = false;
        } else {
          this.skipComment();
        }
      } else {
        if (!doctype) return;
        this.at++;
        return;
      }
    }
  }

  /** Reads text up to the next markup inside an element, and that markup. */
  #readContent(): void {
    const bytes = this.bytes;
    const end = bytes.length;
    const start = this.at;
    let at = start;
    let kind = BLANK;
    let seen = BLANK;
    while (at < end) {
      kind = TEXT_CLASS[bytes[at] as number] as number;
      if (kind >= SPECIAL) break;
      seen |= kind;
      at++;
    }
    if (at === end) throw this.malformed(`end of document within ${this.#innermost()}`, at);
    if ((seen & NON_ASCII) !== 0) this.checkRun(start, at);
    this.at = at;
    if (kind === FORBIDDEN) throw this.malformed(`${this.found()}, which XML does not allow`);
    if (bytes[at] === LESS_THAN) {
      const next = bytes[at + 1];
      if (next === SLASH) {
        this.#push(start, at, seen, this.#leaf);
        this.at = at + 2;
        this.#readEndTag();
        return;
      }
      if (next !== EXCLAMATION && next !== QUESTION) {
        this.#push(start, at, seen, false);
        this.at = at + 1;
        this.#readStartTag();
        return;
      }
    }
    this.#hold(start, at, seen);
    this.#readSpecial();
  }

  /** Keeps a run of text, because more of the same text may follow. */
  #hold(start: number, end: number, seen: number): void {
    if (end === start) return;
    this.#pending += this.document.slice(start, end, (seen & NON_ASCII) === 0);
    if ((seen & SOLID) !== 0) this.#solid = true;
  }

  /** Pushes the text that ends here; white space alone counts only as all that is in a leaf. */
  #push(start: number, end: number, seen: number, leaf: boolean): void {
    if (this.#pending === '') {
      if (end > start && (leaf || (seen & SOLID) !== 0)) {
        this.#sink.run(this.document, start, end, (seen & NON_ASCII) === 0);
      }
      return;
    }
    this.#hold(start, end, seen);
    if (this.#solid || leaf) this.#sink.text(this.#pending);
    this.#pending = '';
    this.#solid = false;
  }

  /** Reads what may stand within a text but is not plain: a reference, a line end, a bracket, a comment … */
  #readSpecial(): void {
    const bytes = this.bytes;
    const byte = bytes[this.at] as number;
    if (byte === AMPERSAND) {
      this.#pending += this.readReference();
      this.#solid = true;
    } else if (byte === CR) {
      // XML 1.0 §2.11: CR LF and CR are line ends, which is LF.
      this.at += bytes[this.at + 1] === LF ? 2 : 1;
      this.#pending += '\n';
    } else if (byte === RIGHT_BRACKET) {
      if (bytes[this.at + 1] === RIGHT_BRACKET && bytes[this.at + 2] === GREATER_THAN) {
        throw this.malformed(']]> in text, which XML does not allow');
      }
      this.at++;
      this.#pending += ']';
      this.#solid = true;
    } else if (bytes[this.at + 1] === QUESTION) {
      this.skipInstruction();
    } else if (this.startsWith('<![CDATA[')) {
      this.#pending += this.readCharacterData();
      this.#solid = true;
    } else {
      this.skipComment();
    }
  }

  #readStartTag(): void {
    const bytes = this.bytes;
    const start = this.at;
    const outer = this.#default;
    let at = start;
    let local = start;
    let byte = bytes[at] as number;
    while (NAME_BYTE[byte] === 1) {
      if (byte === COLON) {
        if (local !== start) throw this.malformed('name with two colons');
        local = at + 1;
      }
      byte = bytes[++at] as number;
    }
    if (at === local) throw this.malformed(`${this.found(at)}; expected an element name`);
    this.at = at;
    if (byte !== GREATER_THAN && byte !== SLASH) this.#readAttributes();
    let empty = false;
    if (bytes[this.at] === SLASH) {
      empty = true;
      this.at++;
    }
    if (bytes[this.at] !== GREATER_THAN) {
      throw this.malformed(`${this.found()}; expected > at the end of a tag`);
    }

    const prefixed = local !== start;
    const namespace = prefixed ? this.#meaning(this.document.text(start, local - 1)) : this.#default;
    const element = namespace.page.names.find(bytes, local, at) ?? this.#lookAround(namespace, local, at);
    this.at++;
    if (this.#depth === 0) {
      const type = documentTypeByRoot(element, namespace.uri);
      if (type === undefined)
        throw this.malformed(`unknown document element ${excerpt(element.name)}`, start);
      this.#sink.begin(type);
    } else if (this.#depth >= this.#limits.depth) {
      throw new LimitError(`elements nested deeper than ${this.#limits.depth}`, start);
    }
    if (++this.#count > this.#limits.elements) {
      throw new LimitError(`more than ${this.#limits.elements} elements`, start);
    }
    this.#sink.start(element);
    if (empty) {
      this.#sink.end();
      this.#leaf = false;
      this.#default = outer;
      if (!this.#scope.empty) this.#scope.leave(this.#depth);
      return;
    }
    const depth = this.#depth++;
    this.#names[depth] = prefixed ? bytes.subarray(start, at) : element.utf8;
    this.#pages[depth] = element.page;
    this.#outer[depth] = outer;
    this.#leaf = true;
  }

  #readEndTag(): void {
    const bytes = this.bytes;
    const depth = this.#depth - 1;
    const name = this.#names[depth] as Uint8Array;
    const length = name.length;
    const start = this.at;
    let same = 0;
    while (same < length && bytes[start + same] === name[same]) same++;
    this.at = start + same;
    if (bytes[this.at] !== GREATER_THAN || same < length) this.#endOfEndTag(start, same < length);
    this.at++;
    this.#sink.end();
    this.#depth = depth;
    this.#default = this.#outer[depth] as Namespace;
    if (!this.#scope.empty) this.#scope.leave(depth);
    this.#leaf = false;
  }

  /** Finds the > of an end tag behind white space, or says what is wrong with the tag. */
  #endOfEndTag(start: number, differs: boolean): void {
    const bytes = this.bytes;
    if (differs || NAME_BYTE[bytes[this.at] as number] === 1) {
      let at = start;
      while (NAME_BYTE[bytes[at] as number] === 1) at++;
      throw this.malformed(
        `</${this.document.text(start, at)}>; expected the end of ${this.#innermost()}`,
        start,
      );
    }
    this.skipSpace();
    if (bytes[this.at] !== GREATER_THAN)
      throw this.malformed(`${this.found()}; expected > at the end of a tag`);
  }

  /** Reads attributes up to the end of the tag, and takes the namespace declarations among them. */
  #readAttributes(): void {
    const bytes = this.bytes;
    const names = this.#attributes;
    names.length = 0;
    for (;;) {
      const before = this.at;
      this.skipSpace();
      const byte = bytes[this.at];
      if (byte === GREATER_THAN || byte === SLASH) break;
      if (this.at === before) throw this.malformed(`${this.found()}; expected white space or > in a tag`);
      if (names.length >= this.#limits.attributes) {
        throw new LimitError(`more than ${this.#limits.attributes} attributes of one element`, this.at);
      }
      this.#readAttribute(names);
    }
    if (names.length > 1 || names[0] !== 'xmlns') this.#checkPrefixes(names);
  }

  #readAttribute(names: string[]): void {
    const bytes = this.bytes;
    const start = this.at;
    let at = start;
    while (NAME_BYTE[bytes[at] as number] === 1) at++;
    this.at = at;
    if (at - start === XMLNS.length && startsWith(bytes, start, XMLNS)) {
      if (names.includes('xmlns')) throw this.malformed('attribute "xmlns" given twice', start);
      names.push('xmlns');
      this.#default = this.#readNamespace(this.#openValue());
      this.#checkReserved('', this.#default.uri, start);
      return;
    }
    const name = this.document.text(start, at);
    if (!isXmlName(name)) throw this.malformed(`${this.found(start)}; expected an attribute`, start);
    if (names.includes(name)) throw this.malformed(`attribute ${excerpt(name)} given twice`, start);
    names.push(name);
    const quote = this.#openValue();
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
    this.#scope.declare(prefix, namespace, this.#depth);
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
      const key = `${this.#meaning(name.slice(0, colon)).uri} ${local}`;
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

  #meaning(prefix: string): Namespace {
    const namespace = this.#scope.meaning(prefix);
    if (namespace !== undefined) return namespace;
    if (prefix === 'xml') return this.#scope.named(XML_NAMESPACE);
    throw this.malformed(`prefix ${excerpt(prefix)} is not declared`);
  }

  /** Reads a namespace name behind its quote; the usual names cost no string. */
  #readNamespace(quote: number): Namespace {
    const bytes = this.bytes;
    const start = this.at;
    let at = start;
    while (bytes[at] !== quote && TEXT_CLASS[bytes[at] as number] === SOLID) at++;
    if (bytes[at] === quote) {
      const known = this.#scope.known(bytes, start, at);
      if (known !== undefined) {
        this.at = at + 1;
        return known;
      }
    }
    const uri = this.#readValue(quote);
    const namespace = this.#scope.named(uri);
    if (namespace.uri !== uri) this.#note(`namespace ${excerpt(uri)}`, namespace.uri);
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

  /** Skips a DOCTYPE that only says which known type the document has; any other is refused. */
  #skipDoctype(): void {
    const match = DOCTYPE.exec(this.document.view.slice(this.at, this.at + 1024));
    const publicId = match?.[1] ?? match?.[2] ?? '';
    if (match === null || documentTypeByFormalPublicId(publicId) === undefined) {
      throw this.malformed('DOCTYPE is not allowed');
    }
    this.#note('DOCTYPE', 'none');
    this.at += match[0].length;
  }

  /** Looks for an element that its namespace does not have, and notes where it was found. */
  #lookAround(namespace: Namespace, start: number, end: number): Element {
    const name = this.document.text(start, end);
    if (!isLocalName(name)) throw this.malformed(`${excerpt(name)}; expected an element name`, start);
    const parent = this.#pages[this.#depth - 1];
    const ours = namespace === NO_NAMESPACE || PAGES.includes(namespace.page);
    if (!ours) return unknownElement(name, namespace.page);
    const candidates = this.#depth > 0 && parent !== undefined ? [parent, ...PAGES] : PAGES;
    for (const page of candidates) {
      const element = page.names.find(this.bytes, start, end);
      if (element === undefined) continue;
      this.#note(
        namespace === NO_NAMESPACE
          ? `<${name}> without a namespace`
          : `<${name}> in namespace ${namespace.uri}`,
        `namespace ${page.namespace}`,
      );
      // Its children are looked for beside it first, as if it had declared its namespace.
      this.#default = usualNamespace(page);
      return element;
    }
    return unknownElement(name, namespace === NO_NAMESPACE ? (parent ?? foreignPage('')) : namespace.page);
  }

  #note(found: string, expected: string): void {
    this.#deviations.note(this.path(), found, expected);
  }

  protected override path(): string {
    return this.#names
      .slice(0, this.#depth)
      .map((name) => decodeUtf8Leniently(name))
      .join('/');
  }

  #innermost(): string {
    return `<${decodeUtf8Leniently(this.#names[this.#depth - 1] as Uint8Array)}>`;
  }
}
