import { decodeLatin1, isAscii, isLocalName, isUtf8, isXmlCharacter, Utf8Text } from '../octets/index.ts';
import {
  DEFAULT_LIMITS,
  Deviations,
  type DocumentType,
  documentTypeByFormalPublicId,
  documentTypeByPublicId,
  documentTypeByRoot,
  type Element,
  excerpt,
  foreignPage,
  LimitError,
  type Limits,
  MalformedError,
  type Page,
  SYNCML_1_2,
  type TokenSink,
  UNKNOWN_PUBLIC_ID,
  unknownElement,
} from '../vocabulary/index.ts';
import {
  ATTRIBUTES,
  CONTENT,
  END,
  ENTITY,
  EXT_I_0,
  EXT_I_2,
  EXT_T_0,
  EXT_T_2,
  ISO_8859_1,
  LITERAL,
  OPAQUE,
  PI,
  STR_I,
  STR_T,
  SWITCH_PAGE,
  TAG,
  US_ASCII,
  UTF_8,
} from './tokens.ts';

export interface WbxmlReadOptions {
  readonly limits?: Limits | undefined;
  /** Where to note what is not as the standard says. */
  readonly deviations?: Deviations | undefined;
  /** Whether something may follow the document, such as another one: then that is not noted. */
  readonly more?: boolean | undefined;
}

/**
 * Reads a WBXML document (versions 1.1 to 1.3) and pushes its tokens into a sink.
 *
 * The public identifier may be a number or text in the string table. Attributes and processing instructions,
 * which SyncML does not use, are read past. A tag that no code page knows becomes an element of its own, named
 * after its LITERAL or its token. Bytes behind the document element are noted and not read.
 *
 * @returns where the document ends, in bytes from its start
 * @throws {MalformedError} with the byte offset and the reason.
 */
export function readWbxml(input: Uint8Array, sink: TokenSink, options: WbxmlReadOptions = {}): number {
  return new WbxmlReader(input, sink, options).read();
}

class WbxmlReader {
  readonly #bytes: Uint8Array;
  readonly #document: Utf8Text;
  readonly #sink: TokenSink;
  readonly #limits: Limits;
  readonly #deviations: Deviations;
  readonly #more: boolean;
  #at = 0;

  #latin1 = false;
  /** The string table stands in `bytes[tableStart, tableEnd)`. */
  #tableStart = 0;
  #tableEnd = 0;
  #tableText = 0;
  readonly #tableStrings = new Map<number, string>();

  #type: DocumentType = SYNCML_1_2;
  #pages: readonly Page[] = [];
  #page: Page = NO_PAGES;
  #depth = 0;
  #count = 0;
  #pending = '';

  constructor(input: Uint8Array, sink: TokenSink, options: WbxmlReadOptions) {
    this.#bytes = input;
    this.#document = new Utf8Text(input);
    this.#sink = sink;
    this.#limits = options.limits ?? DEFAULT_LIMITS;
    this.#deviations = options.deviations ?? new Deviations(0);
    this.#more = options.more ?? false;
  }

  read(): number {
    const type = this.#readHeader();
    this.#pages = type.pages;
    // A type whose only page is not page 0 is found written with and without the switch to it.
    this.#page = type.pages.find((page) => page.number === 0) ?? type.root.page;
    this.#type = type;
    this.#readBody();
    if (this.#at < this.#bytes.length && !this.#more) {
      this.#deviations.note(
        'wbxml-end',
        '',
        `${this.#bytes.length - this.#at} bytes behind the document`,
        'none',
      );
    }
    return this.#at;
  }

  /** WBXML 1.3 §5.4 to 5.8: version, public identifier, charset, string table. */
  #readHeader(): DocumentType {
    const version = this.#byte('the WBXML version');
    if (version < 0x01 || version > 0x03) {
      const shown = version.toString(16).padStart(2, '0');
      throw this.#malformed(`version byte 0x${shown}; expected WBXML 1.1, 1.2 or 1.3 (0x01 to 0x03)`, 0);
    }
    const idAt = this.#at;
    const publicId = this.#number('the public identifier');
    const idIndex = publicId === 0 ? this.#number('the index of the public identifier') : 0;
    this.#readCharset();
    const length = this.#number('the length of the string table');
    if (length > this.#bytes.length - this.#at) {
      throw this.#malformed(`string table of ${length} bytes; ${this.#bytes.length - this.#at} are left`);
    }
    this.#tableStart = this.#at;
    this.#tableEnd = this.#at + length;
    this.#at = this.#tableEnd;
    if (publicId === 0) {
      const text = this.#tableString(idIndex);
      const type = documentTypeByFormalPublicId(text);
      if (type === undefined) throw this.#malformed(`unknown public identifier ${excerpt(text)}`, idAt);
      return type;
    }
    const type = documentTypeByPublicId(publicId);
    if (type !== undefined) return type;
    if (publicId !== UNKNOWN_PUBLIC_ID) {
      throw this.#malformed(`unknown public identifier 0x${publicId.toString(16).padStart(4, '0')}`, idAt);
    }
    this.#deviations.note(
      'wbxml-public-id',
      '',
      'public identifier 1 (unknown)',
      `the one of ${SYNCML_1_2.name}`,
    );
    return SYNCML_1_2;
  }

  #readCharset(): void {
    const at = this.#at;
    const charset = this.#number('the charset');
    if (charset === ISO_8859_1) this.#latin1 = true;
    else if (charset !== UTF_8 && charset !== US_ASCII && charset !== 0) {
      const name = CHARSETS.get(charset) ?? 'unknown';
      throw this.#malformed(`charset ${charset} (${name}); expected UTF-8, US-ASCII or ISO-8859-1`, at);
    }
  }

  #readBody(): void {
    const bytes = this.#bytes;
    const end = bytes.length;
    let rooted = false;
    do {
      if (this.#at >= end) {
        throw this.#malformed(
          rooted ? `end of document with ${this.#depth} open elements` : 'document without an element',
        );
      }
      const token = bytes[this.#at++] as number;
      if (token === END) {
        if (this.#depth === 0) throw this.#malformed('END without an element', this.#at - 1);
        this.#flush();
        this.#depth--;
        this.#sink.end();
      } else if (token === STR_I) {
        this.#inlineText();
      } else if (token === SWITCH_PAGE) {
        this.#page = this.#pageOf(this.#byte('a code page'));
      } else if (token === OPAQUE) {
        this.#opaque();
      } else if ((token & TAG) > LITERAL) {
        this.#startTag(token, this.#page.tokens[token & TAG] ?? this.#unknownTag(token));
        rooted = true;
      } else if ((token & TAG) === LITERAL) {
        this.#startTag(token, this.#literal());
        rooted = true;
      } else {
        this.#readRare(token);
      }
    } while (this.#depth > 0 || !rooted);
  }

  #startTag(token: number, element: Element): void {
    if (++this.#count > this.#limits.elements)
      throw this.#limit(`more than ${this.#limits.elements} elements`);
    if (this.#depth >= this.#limits.depth)
      throw this.#limit(`elements nested deeper than ${this.#limits.depth}`);
    if (this.#count === 1) this.#begin(element);
    this.#flush();
    this.#sink.start(element);
    if ((token & ATTRIBUTES) !== 0) this.#skipAttributes();
    if ((token & CONTENT) !== 0) this.#depth++;
    else this.#sink.end();
  }

  /** Begins the document that its element says it is; the public identifier of some is that of another type. */
  #begin(root: Element): void {
    let type = this.#type;
    if (root !== type.root) {
      const announced = type.name;
      const found = documentTypeByRoot(root, root.page.namespace);
      if (found === undefined) throw this.#malformed(`unknown document element ${excerpt(root.name)}`);
      type = found;
      this.#deviations.note(
        'wbxml-public-id',
        '',
        `public identifier of ${announced}`,
        `that of ${type.name}`,
      );
    }
    this.#sink.begin(type);
  }

  #readRare(token: number): void {
    if (token === STR_T) {
      this.#text(this.#tableReference());
    } else if (token === ENTITY) {
      const at = this.#at;
      const codePoint = this.#number('a character');
      if (!isXmlCharacter(codePoint))
        throw this.#malformed(`ENTITY ${codePoint}; expected a character of XML`, at);
      this.#text(String.fromCodePoint(codePoint));
    } else if (token === PI) {
      this.#skipAttributes();
    } else {
      throw this.#malformed(
        `extension token 0x${token.toString(16)}, which SyncML does not use`,
        this.#at - 1,
      );
    }
  }

  #text(value: string): void {
    if (this.#depth === 0) throw this.#malformed('text outside the document element');
    this.#pending += value;
  }

  #flush(): void {
    if (this.#pending === '') return;
    this.#sink.text(this.#pending);
    this.#pending = '';
  }

  #opaque(): void {
    if (this.#depth === 0) throw this.#malformed('OPAQUE outside the document element', this.#at - 1);
    const start = this.#opaqueStart();
    this.#flush();
    this.#sink.opaque(this.#bytes.subarray(start, this.#at));
  }

  /** Reads past an OPAQUE and gives the start of its bytes. */
  #opaqueStart(): number {
    const at = this.#at;
    const length = this.#number('the length of an OPAQUE');
    const start = this.#at;
    if (length > this.#bytes.length - start) {
      throw this.#malformed(`OPAQUE of ${length} bytes; ${this.#bytes.length - start} are left`, at);
    }
    this.#at = start + length;
    return start;
  }

  /** Reads past a list of attributes, or the content of a processing instruction, which is like one. */
  #skipAttributes(): void {
    for (;;) {
      const token = this.#byte('an attribute or END');
      if (token === END) return;
      if (token === SWITCH_PAGE) this.#byte('a code page');
      else if (token === STR_I || (token >= EXT_I_0 && token <= EXT_I_2)) this.#inlineString();
      else if (token === OPAQUE) this.#opaqueStart();
      else if (
        token === ENTITY ||
        token === LITERAL ||
        token === STR_T ||
        (token >= EXT_T_0 && token <= EXT_T_2)
      ) {
        this.#number('a number within attributes');
      } else if (token === PI) throw this.#malformed('PI token among attributes', this.#at - 1);
      // What is left, EXT_0 to EXT_2 (0xC0 to 0xC2) among it, is one byte long.
    }
  }

  /** Reads an inline string in content, which is mostly all the text there is in its element. */
  #inlineText(): void {
    const bytes = this.#bytes;
    const end = bytes.length;
    const start = this.#at;
    let at = start;
    let all = 0;
    let byte = 1;
    while (at < end) {
      byte = bytes[at] as number;
      if (byte === 0) break;
      all |= byte;
      at++;
    }
    if (byte !== 0) throw this.#malformed('string without an end', start);
    this.#at = at + 1;
    const ascii = all < 0x80;
    const next = bytes[at + 1];
    const alone = this.#pending === '' && (next === END || next === SWITCH_PAGE) && this.#depth > 0;
    if (!alone || (this.#latin1 && !ascii)) {
      this.#text(this.#string(start, at));
    } else if (at > start) {
      if (!ascii) this.#checkUtf8(start, at);
      this.#sink.run(this.#document, start, at, ascii);
    }
  }

  #inlineString(): void {
    const end = this.#bytes.indexOf(0, this.#at);
    if (end < 0) throw this.#malformed('string without an end');
    this.#at = end + 1;
  }

  #tableReference(): string {
    const text = this.#tableString(this.#number('an index of the string table'));
    this.#tableText += text.length;
    if (this.#tableText > this.#limits.tableText) {
      throw this.#limit(
        `references to the string table amount to more than ${this.#limits.tableText} characters`,
      );
    }
    return text;
  }

  #tableString(index: number): string {
    const known = this.#tableStrings.get(index);
    if (known !== undefined) return known;
    const start = this.#tableStart + index;
    if (start >= this.#tableEnd) {
      throw this.#malformed(`index ${index} of a string table of ${this.#tableEnd - this.#tableStart} bytes`);
    }
    // The table's last string may lack its NUL.
    const length = this.#bytes.subarray(start, this.#tableEnd).indexOf(0);
    const text = this.#string(start, length < 0 ? this.#tableEnd : start + length);
    this.#tableStrings.set(index, text);
    return text;
  }

  #string(start: number, end: number): string {
    const ascii = isAscii(this.#bytes, start, end);
    if (!ascii && this.#latin1) return decodeLatin1(this.#bytes.subarray(start, end));
    if (!ascii) this.#checkUtf8(start, end);
    return this.#document.slice(start, end, ascii);
  }

  #checkUtf8(start: number, end: number): void {
    if (!isUtf8(this.#bytes, start, end)) {
      throw this.#malformed('string that is not UTF-8', start);
    }
  }

  /** The element of a LITERAL tag; one whose name a page has is that page's own. */
  #literal(): Element {
    const at = this.#at;
    const name = this.#tableString(this.#number('an index of the string table'));
    const element = this.#page.elements.get(name);
    if (element !== undefined) return element;
    if (!isLocalName(name)) throw this.#malformed(`${excerpt(name)}; expected an element name`, at);
    this.#tableText += name.length;
    if (this.#tableText > this.#limits.tableText) throw this.#limit('too many LITERAL tags with long names');
    return unknownElement(name, this.#page);
  }

  #unknownTag(token: number): Element {
    const shown = (token & TAG).toString(16).padStart(2, '0').toUpperCase();
    return unknownElement(`token-${shown}-of-page-${this.#page.number}`, this.#page);
  }

  #pageOf(number: number): Page {
    const page = this.#pages.find((page) => page.number === number);
    if (page !== undefined) return page;
    if (number === 0) return this.#pages[0] as Page;
    throw this.#malformed(`code page ${number}, which this document type does not have`, this.#at - 1);
  }

  #byte(what: string): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw this.#malformed(`end of document; expected ${what}`);
    this.#at++;
    return byte;
  }

  /** An mb_u_int32: at most five bytes and 32 bits (WBXML 1.3 §5.1). */
  #number(what: string): number {
    const at = this.#at;
    let value = 0;
    for (let length = 1; length <= 5; length++) {
      const byte = this.#byte(what);
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) {
        if (value > 0xffffffff) break;
        return value;
      }
    }
    throw this.#malformed(`number of more than 32 bits; expected ${what}`, at);
  }

  #limit(reason: string): LimitError {
    return new LimitError(reason, this.#at);
  }

  #malformed(reason: string, at = this.#at): MalformedError {
    return new MalformedError(reason, at);
  }
}

const NO_PAGES = foreignPage('');

/** Names of charsets that documents may declare and that are not read, by MIBenum. */
const CHARSETS: ReadonlyMap<number, string> = new Map([
  [5, 'ISO-8859-2'],
  [17, 'Shift_JIS'],
  [38, 'EUC-KR'],
  [1000, 'ISO-10646-UCS-2'],
  [1013, 'UTF-16BE'],
  [1014, 'UTF-16LE'],
  [1015, 'UTF-16'],
  [2025, 'GB2312'],
  [2026, 'Big5'],
]);
