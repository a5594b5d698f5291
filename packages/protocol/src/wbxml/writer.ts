import { ByteBuffer, decodeUtf8Leniently, type Utf8Text } from '../octets/index.ts';
import {
  DATA,
  type DocumentType,
  documentType,
  type Element,
  FORMAT,
  META,
  MetaScope,
  NO_TOKEN,
  type Page,
  type TokenSink,
  TYPE,
  UNKNOWN_PUBLIC_ID,
} from '../vocabulary/index.ts';
import { CONTENT, END, LITERAL, OPAQUE, STR_I, SWITCH_PAGE, UTF_8 } from './tokens.ts';

const encoder = new TextEncoder();
const WBXML_1_2 = 0x02;
const BIN = encoder.encode('bin');

/**
 * Writes tokens as WBXML 1.2 in UTF-8.
 *
 * Text is written as inline strings, bytes as OPAQUE, and an element that no code page has as a LITERAL. A
 * document of another type inside this one, such as a serialized tree in the Data of a command, becomes an
 * OPAQUE that holds a WBXML document of its own.
 */
export class WbxmlWriter implements TokenSink {
  readonly #out = new ByteBuffer();
  readonly #meta = new MetaScope();
  readonly #elements: Element[] = [];
  #depth = 0;
  #type: DocumentType | undefined;
  #page: Page | undefined;
  /** Pages whose elements are written in this document itself. */
  #inline: readonly Page[] = [];
  /** Where the last tag stands while its element is still empty, else -1. */
  #tag = -1;
  /** Length of the header up to the string table's length. */
  #header = 0;
  /** Names of LITERAL tags → index in the string table. */
  readonly #literals = new Map<string, number>();
  #table: ByteBuffer | undefined;
  /** Writes the embedded document while there is one, and how deep in it the tokens are. */
  #embedded: WbxmlWriter | undefined;
  #embeddedDepth = 0;

  begin(type: DocumentType): void {
    const out = this.#out;
    out.clear();
    this.#meta.clear();
    this.#depth = 0;
    this.#tag = -1;
    this.#literals.clear();
    this.#table?.clear();
    this.#embeddedDepth = 0;
    this.#type = type;
    this.#inline = type.inline;
    out.push(WBXML_1_2);
    if (type.publicId === UNKNOWN_PUBLIC_ID) {
      out.push(0);
      out.push(this.#literal(type.formalPublicId));
    } else {
      this.#number(type.publicId);
    }
    out.push(UTF_8);
    this.#header = out.length;
    this.#page = type.pages.find((page) => page.number === 0);
  }

  start(element: Element): void {
    if (this.#embeddedDepth > 0) {
      this.#embeddedDepth++;
      this.#embedded?.start(element);
      return;
    }
    const page = element.page;
    if (page !== this.#page && this.#startEmbedded(element)) return;
    const out = this.#out;
    const depth = this.#depth;
    if (element === META) this.#meta.open(depth);
    this.#content();
    if (page !== this.#page && this.#inline.includes(page)) {
      out.push(SWITCH_PAGE);
      out.push(page.number);
      this.#page = page;
    }
    this.#tag = out.length;
    if (page !== this.#page || element.token === NO_TOKEN) {
      out.push(LITERAL);
      this.#number(this.#literal(element.name));
    } else {
      out.push(element.token);
    }
    this.#elements[depth] = element;
    this.#depth = depth + 1;
  }

  end(): void {
    if (this.#embeddedDepth > 0) {
      this.#embedded?.end();
      if (--this.#embeddedDepth === 0 && this.#embedded !== undefined) this.opaque(this.#embedded.finish());
      return;
    }
    const out = this.#out;
    if (this.#tag < 0) out.push(END);
    this.#tag = -1;
    const depth = --this.#depth;
    this.#meta.close(depth);
  }

  text(value: string): void {
    if (this.#embeddedDepth > 0) {
      this.#embedded?.text(value);
      return;
    }
    const out = this.#out;
    this.#content();
    out.push(STR_I);
    const from = out.length;
    if (out.terminated(value)) {
      this.#mark(from, out.length - 1);
    } else {
      // An inline string cannot hold a NUL.
      out.end--;
      this.opaque(encoder.encode(value));
    }
  }

  run(source: Utf8Text, start: number, end: number, ascii: boolean): void {
    if (this.#embeddedDepth > 0) {
      this.#embedded?.run(source, start, end, ascii);
      return;
    }
    const out = this.#out;
    this.#content();
    out.push(STR_I);
    const from = out.length;
    out.copy(source.bytes, start, end);
    this.#mark(from, out.length);
    out.push(0);
  }

  opaque(value: Uint8Array): void {
    if (this.#embeddedDepth > 0) {
      this.#embedded?.opaque(value);
      return;
    }
    this.#content();
    this.#out.push(OPAQUE);
    this.#number(value.length);
    this.#out.append(value);
  }

  /** The document, which is a view of memory that other results share. */
  finish(): Uint8Array {
    const table = this.#table;
    const out = this.#out;
    if (table === undefined || table.length === 0) {
      out.splice(this.#header, this.#header, NO_TABLE);
    } else {
      const body = out.bytes.slice(out.start + this.#header, out.end);
      out.end = out.start + this.#header;
      this.#number(table.length);
      out.append(table.take());
      out.append(body);
    }
    return out.take();
  }

  /** Says in the tag of the innermost element that it has content. */
  #content(): void {
    if (this.#tag < 0) return;
    const { bytes, start } = this.#out;
    bytes[start + this.#tag] = (bytes[start + this.#tag] as number) | CONTENT;
    this.#tag = -1;
  }

  #startEmbedded(element: Element): boolean {
    if (this.#inline.includes(element.page)) return false;
    const type = this.#type?.embedded.find((type) => type.root === element);
    if (type === undefined) return false;
    if (this.#elements[this.#depth - 1] === DATA) this.#markDocument();
    this.#embedded ??= new WbxmlWriter();
    this.#embeddedDepth = 1;
    this.#embedded.begin(type);
    this.#embedded.start(element);
    return true;
  }

  /** Remembers where a Format or Type stands. */
  #mark(from: number, to: number): void {
    const element = this.#elements[this.#depth - 1];
    if (element === FORMAT) this.#meta.current?.setFormat(false, from, to);
    else if (element === TYPE) this.#meta.current?.setType(from, to);
  }

  /** Makes the Meta in force say that the Data holds a WBXML document. */
  #markDocument(): void {
    const meta = this.#meta.current;
    if (meta === undefined) return;
    const format = this.#written(meta.formatFrom, meta.formatTo);
    if (format.trim().toLowerCase() === 'xml') this.#splice(meta.formatFrom, meta.formatTo, BIN);
    const type = this.#written(meta.typeFrom, meta.typeTo);
    const asWbxml = documentType(type, 'wbxml');
    if (asWbxml !== type) this.#splice(meta.typeFrom, meta.typeTo, encoder.encode(asWbxml));
  }

  /** The text that was written at a place. */
  #written(from: number, to: number): string {
    const { bytes, start } = this.#out;
    return from < to ? decodeUtf8Leniently(bytes.subarray(start + from, start + to)) : '';
  }

  #splice(from: number, to: number, replacement: Uint8Array): void {
    const growth = replacement.length - (to - from);
    this.#out.splice(from, to, replacement);
    this.#meta.shift(to, growth);
    if (this.#tag >= to) this.#tag += growth;
  }

  #number(value: number): void {
    if (value < 0x80) {
      this.#out.push(value);
      return;
    }
    for (let shift = 28; shift > 0; shift -= 7) {
      if (value >= 2 ** shift) this.#out.push(0x80 | ((value / 2 ** shift) & 0x7f));
    }
    this.#out.push(value & 0x7f);
  }

  /** The index of a name in the string table. */
  #literal(name: string): number {
    let index = this.#literals.get(name);
    if (index === undefined) {
      this.#table ??= new ByteBuffer();
      index = this.#table.length;
      this.#literals.set(name, index);
      this.#table.utf8(name);
      this.#table.push(0);
    }
    return index;
  }
}

const NO_TABLE = new Uint8Array(1);
