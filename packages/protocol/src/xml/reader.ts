import { isLocalName } from '../octets/index.ts';
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
import { XmlTagCursor } from './attributes.ts';
import {
  AMPERSAND,
  BLANK,
  COLON,
  CR,
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
import { NO_NAMESPACE, usualNamespace } from './namespaces.ts';
import { openXml } from './source.ts';

export interface XmlReadOptions {
  readonly limits?: Limits | undefined;
  /** Where to note what is not as the standard says. */
  readonly deviations?: Deviations | undefined;
  /** Whether a DOCTYPE may name anything, as long as it declares nothing: for files that a person has chosen. */
  readonly anyDoctype?: boolean | undefined;
  /** Whether something may follow a document in UTF-8, such as another one: then that is not read. */
  readonly more?: boolean | undefined;
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
 * @returns where the document ends, in bytes from its start
 * @throws {MalformedError} with the place in the document (in its UTF-8 form) and the reason.
 */
export function readXml(input: Uint8Array, sink: TokenSink, options: XmlReadOptions = {}): number {
  return new XmlReader(input, sink, options).read();
}

/**
 * A DOCTYPE with a public identifier and a system identifier; an internal subset may only hold processing
 * instructions, as that of published device descriptions does.
 */
const DOCTYPE =
  /^<!DOCTYPE\s+[\w.:-]+\s+PUBLIC\s+(?:"([^"<&[]*)"|'([^'<&[]*)')\s+(?:"[^"<[]*"|'[^'<[]*')\s*(?:\[\s*(?:<\?[\w-]+\s[^?<>]*\?>\s*)*\]\s*)?>/;

/** A DOCTYPE that declares nothing: with or without identifiers, instructions and comments in its subset. */
const ANY_DOCTYPE =
  /^<!DOCTYPE\s+[\w.:-]+(?:\s+(?:PUBLIC\s+(?:"([^"<]*)"|'([^'<]*)')|SYSTEM))?(?:\s+(?:"[^"<]*"|'[^'<]*'))?\s*(?:\[\s*(?:(?:<\?[\w-]+\s[^?<>]*\?>|<!--(?:[^-]|-[^-])*-->)\s*)*\]\s*)?>/;

/** Characters that a DOCTYPE may have. */
const DOCTYPE_LENGTH = 2048;

class XmlReader extends XmlTagCursor {
  readonly #sink: TokenSink;
  readonly #anyDoctype: boolean;
  readonly #length: number;
  /** Whether what is behind the document is left alone. */
  readonly #more: boolean;

  /** Of the open elements: their pages, and the default namespace outside each. */
  readonly #pages: Page[] = [];
  readonly #outer: Namespace[] = [];
  #count = 0;

  /** Whether no child element has come since the last start tag. */
  #leaf = false;
  /** Text read but not pushed yet, because more may follow behind a comment or a reference. */
  #pending = '';
  /** Whether the pending text has more than literal white space in it. */
  #solid = false;

  constructor(input: Uint8Array, sink: TokenSink, options: XmlReadOptions) {
    const deviations = options.deviations ?? new Deviations(0);
    super(openXml(input, deviations), options.limits ?? DEFAULT_LIMITS, deviations);
    this.#sink = sink;
    this.#anyDoctype = options.anyDoctype ?? false;
    this.#length = input.length;
    // Places in what had to be converted are not those of the input.
    this.#more = options.more === true && this.bytes === input;
  }

  read(): number {
    this.#readOutside(true);
    if (this.at >= this.bytes.length) throw this.malformed('end of document; expected an element');
    this.#readElement();
    if (this.#more) return this.at;
    this.#readOutside(false);
    if (this.at < this.bytes.length) throw this.malformed('markup or text behind the document element');
    return this.#length;
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
        if (next === SLASH) throw this.malformed('end tag without a start tag');
        return;
      }
    }
  }

  /**
   * Reads the document element and all that is in it.
   *
   * This is where the time goes, so the place is kept in a variable and only what is rare is done by others.
   */
  #readElement(): void {
    const bytes = this.bytes;
    const end = bytes.length;
    let at = this.at;
    for (;;) {
      const start = at;
      let kind = BLANK;
      let seen = BLANK;
      while (at < end) {
        kind = TEXT_CLASS[bytes[at] as number] as number;
        if (kind >= SPECIAL) break;
        seen |= kind;
        at++;
      }
      this.at = at;
      if (at === end) throw this.malformed(`end of document within ${this.innermost()}`);
      if ((seen & NON_ASCII) !== 0) this.checkRun(start, at);
      const next = bytes[at + 1] as number;
      if (bytes[at] !== LESS_THAN || next === EXCLAMATION || next === QUESTION) {
        this.#hold(start, at, seen);
        this.#readSpecial(kind);
        at = this.at;
      } else if (next === SLASH) {
        this.#push(start, at, seen, this.#leaf);
        const name = this.names[this.depth - 1] as Uint8Array;
        const length = name.length;
        at += 2;
        let same = 0;
        while (same < length && bytes[at + same] === name[same]) same++;
        at += same;
        if (same < length || bytes[at] !== GREATER_THAN) at = this.#endOfEndTag(at - same, at);
        at++;
        this.#sink.end();
        const depth = --this.depth;
        this.namespace = this.#outer[depth] as Namespace;
        if (this.prefixed) this.scope.leave(depth);
        this.#leaf = false;
        if (depth === 0) break;
      } else {
        this.#push(start, at, seen, false);
        const from = at + 1;
        let local = from;
        at = from;
        let byte = next;
        while (NAME_BYTE[byte] === 1) {
          if (byte === COLON) local = this.#localName(from, at, local);
          byte = bytes[++at] as number;
        }
        at = this.#startTag(from, local, at);
        if (this.depth === 0) break;
      }
    }
    this.at = at;
  }

  /** Where the local part of a name begins, behind a colon. */
  #localName(start: number, colon: number, local: number): number {
    this.at = start;
    if (local !== start || colon === start)
      throw this.malformed('name with two colons or none before the colon');
    return colon + 1;
  }

  /** Reads a start tag behind its name, `bytes[start, at)`, and gives the place behind the tag. */
  #startTag(start: number, local: number, nameEnd: number): number {
    const bytes = this.bytes;
    const outer = this.namespace;
    this.at = nameEnd;
    if (nameEnd === local) throw this.malformed(`${this.found()}; expected an element name`);
    let at = nameEnd;
    let byte = bytes[at];
    if (byte !== GREATER_THAN && byte !== SLASH) {
      at = this.usualAttribute(at);
      byte = bytes[at];
      if (byte !== GREATER_THAN && byte !== SLASH) {
        this.readAttributes();
        at = this.at;
        byte = bytes[at];
      }
    }
    const empty = byte === SLASH;
    if (empty) byte = bytes[++at];
    this.at = at;
    if (byte !== GREATER_THAN) throw this.malformed(`${this.found()}; expected > at the end of a tag`);

    const prefixed = local !== start;
    const namespace = prefixed ? this.meaning(this.document.text(start, local - 1)) : this.namespace;
    const element =
      namespace.page.names.find(bytes, local, nameEnd) ?? this.#lookAround(namespace, local, nameEnd);
    const depth = this.depth;
    if (depth === 0) this.#begin(element, namespace, start);
    if (depth >= this.limits.depth) {
      throw new LimitError(`elements nested deeper than ${this.limits.depth}`, start);
    }
    if (++this.#count > this.limits.elements) {
      throw new LimitError(`more than ${this.limits.elements} elements`, start);
    }
    this.#sink.start(element);
    if (empty) {
      this.#sink.end();
      this.#leaf = false;
      this.namespace = outer;
      if (this.prefixed) this.scope.leave(depth);
      return at + 1;
    }
    this.names[depth] = prefixed ? bytes.subarray(start, nameEnd) : element.utf8;
    this.#pages[depth] = element.page;
    this.#outer[depth] = outer;
    this.depth = depth + 1;
    this.#leaf = true;
    return at + 1;
  }

  #begin(element: Element, namespace: Namespace, start: number): void {
    const type = documentTypeByRoot(element, namespace.uri);
    if (type === undefined) throw this.malformed(`unknown document element ${excerpt(element.name)}`, start);
    this.#sink.begin(type);
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
  #readSpecial(kind: number): void {
    const bytes = this.bytes;
    const byte = bytes[this.at] as number;
    if (kind === FORBIDDEN) throw this.malformed(`${this.found()}, which XML does not allow`);
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

  /** Finds the > of an end tag whose name ends here, or says what is wrong with the tag. */
  #endOfEndTag(start: number, nameEnd: number): number {
    const bytes = this.bytes;
    let at = start;
    while (NAME_BYTE[bytes[at] as number] === 1) at++;
    const name = this.names[this.depth - 1] as Uint8Array;
    if (at !== nameEnd || at - start !== name.length) {
      throw this.malformed(
        `</${this.document.text(start, at)}>; expected the end of ${this.innermost()}`,
        start,
      );
    }
    this.at = at;
    this.skipSpace();
    if (bytes[this.at] !== GREATER_THAN)
      throw this.malformed(`${this.found()}; expected > at the end of a tag`);
    return this.at;
  }

  /** Skips a DOCTYPE that only says which known type the document has; any other is refused. */
  #skipDoctype(): void {
    const form = this.#anyDoctype ? ANY_DOCTYPE : DOCTYPE;
    const match = form.exec(this.document.view.slice(this.at, this.at + DOCTYPE_LENGTH));
    const publicId = match?.[1] ?? match?.[2] ?? '';
    const isKnown = documentTypeByFormalPublicId(publicId) !== undefined;
    if (match === null || !(this.#anyDoctype || isKnown)) {
      throw this.malformed('DOCTYPE is not allowed');
    }
    this.note('xml-doctype', 'DOCTYPE', 'none');
    this.at += match[0].length;
  }

  /** Looks for an element that its namespace does not have, and notes where it was found. */
  #lookAround(namespace: Namespace, start: number, end: number): Element {
    const name = this.document.text(start, end);
    if (!isLocalName(name)) throw this.malformed(`${excerpt(name)}; expected an element name`, start);
    const parent = this.#pages[this.depth - 1];
    const ours = namespace === NO_NAMESPACE || PAGES.includes(namespace.page);
    if (!ours) return unknownElement(name, namespace.page);
    const candidates = this.depth > 0 && parent !== undefined ? [parent, ...PAGES] : PAGES;
    for (const page of candidates) {
      const element = page.names.find(this.bytes, start, end);
      if (element === undefined) continue;
      this.note(
        'xml-namespace',
        namespace === NO_NAMESPACE
          ? `<${name}> without a namespace`
          : `<${name}> in namespace ${namespace.uri}`,
        `namespace ${page.namespace}`,
      );
      // Its children are looked for beside it first, as if it had declared its namespace.
      this.namespace = usualNamespace(page);
      return element;
    }
    return unknownElement(name, namespace === NO_NAMESPACE ? (parent ?? foreignPage('')) : namespace.page);
  }
}
