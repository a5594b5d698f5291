import {
  ByteBuffer,
  base64Bytes,
  decodeBase64,
  decodeUtf8,
  decodeUtf8Leniently,
  forbiddenCharacter,
  isXmlCharacter,
  type Utf8Text,
} from '../octets/index.ts';
import {
  DATA,
  type DocumentType,
  documentType,
  type Element,
  EncodeError,
  elementOf,
  FORMAT,
  isBinFormat,
  isBinRun,
  META,
  METINF,
  MetaScope,
  mayBeDocument,
  type Page,
  startTag,
  type TokenSink,
  TYPE,
} from '../vocabulary/index.ts';

const encoder = new TextEncoder();
/** Holds base64, as its Format says wherever it stands. */
const NEXT_NONCE = elementOf(METINF, 'NextNonce');
const DECLARATION = encoder.encode('<?xml version="1.0" encoding="UTF-8"?>');
const AMP = encoder.encode('&amp;');
const LT = encoder.encode('&lt;');
const GT = encoder.encode('&gt;');
const CR = encoder.encode('&#13;');
const B64 = encoder.encode('b64');
const XML = encoder.encode('xml');
const FORMAT_B64 = encoder.encode('<Format xmlns="syncml:metinf">b64</Format>');
const META_FORMAT_B64 = encoder.encode('<Meta><Format xmlns="syncml:metinf">b64</Format></Meta>');

const LESS_THAN = 0x3c;
const SLASH = 0x2f;
const GREATER_THAN = 0x3e;
/** Characters escaped at a time, which bounds how much room is made in advance. */
const CHUNK = 4096;
/** Characters of a text that is escaped one by one. */
const SHORT = 8;
const scratch = new Uint8Array(3 * CHUNK);
/** No character becomes more bytes than this. */
const LONGEST = 5;

/** ASCII character → 1 where it stands for itself in text; 0 for bytes beyond ASCII. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, unit) =>
  unit > 0x7f ||
  (unit < 0x20 && unit !== 0x09 && unit !== 0x0a) ||
  unit === 0x26 ||
  unit === 0x3c ||
  unit === 0x3e
    ? 0
    : 1,
);

/** A text that stands for itself, each character one byte, as base64 does. */
const PLAIN_ASCII = /^[\t\n\x20-%'-;=\x3f-\x7f]*$/;

/** Reads the document in an OPAQUE, if there is one, and gives a function that pushes its tokens. */
export type OpenEmbedded = (bytes: Uint8Array) => ((sink: TokenSink) => void) | undefined;

/**
 * Writes tokens as XML in UTF-8, without white space, declaring the default namespace where it changes.
 *
 * XML cannot carry bytes, so an OPAQUE becomes what means the same: markup when it is a document of a known
 * type, base64 under a Meta Format `b64` when it is binary (OMA-TS-DM-TND 1.2.1 §8), else text.
 */
export class XmlWriter implements TokenSink {
  readonly #out = new ByteBuffer();
  readonly #openEmbedded: OpenEmbedded;
  readonly #meta = new MetaScope();

  /** Open elements, and the page in force outside each. */
  readonly #elements: Element[] = [];
  readonly #outer: (Page | undefined)[] = [];
  #depth = 0;
  #page: Page | undefined;
  #type: DocumentType | undefined;
  /** Where the last start tag stands in the output. */
  #tag = 0;
  /** Where the last tag ends, and whether it was a start tag. */
  #content = 0;
  #empty = false;
  /** Bytes of the innermost element that wait for its end. */
  readonly #raw = new ByteBuffer();
  #waiting = false;

  constructor(openEmbedded: OpenEmbedded) {
    this.#openEmbedded = openEmbedded;
  }

  begin(type: DocumentType): void {
    this.#out.clear();
    this.#raw.clear();
    this.#waiting = false;
    this.#meta.clear();
    this.#depth = 0;
    this.#page = undefined;
    this.#type = type;
    this.#out.append(DECLARATION);
  }

  start(element: Element): void {
    if (this.#waiting) this.#settle();
    const out = this.#out;
    const depth = this.#depth;
    if (this.#elements[depth - 1] === DATA) this.#markDocument();
    else if (element === META) this.#meta.open(depth);
    this.#elements[depth] = element;
    this.#outer[depth] = this.#page;
    this.#depth = depth + 1;
    this.#tag = out.length;
    out.append(element.page === this.#page ? element.startTag : this.#declaring(element));
    this.#content = out.length;
    this.#empty = true;
  }

  end(): void {
    if (this.#waiting) this.#settle();
    const out = this.#out;
    const depth = --this.#depth;
    const element = this.#elements[depth] as Element;
    if (this.#empty && this.#content === out.length && element !== META) {
      // The start tag becomes that of an empty element.
      out.bytes[out.end - 1] = SLASH;
      out.push(GREATER_THAN);
    } else {
      if (element === META) this.#meta.endMeta(out.length);
      out.append(element.endTag);
    }
    this.#page = this.#outer[depth];
    this.#meta.close(depth);
    this.#content = out.length;
    this.#empty = false;
  }

  text(value: string): void {
    const element = this.#elements[this.#depth - 1] as Element;
    if (this.#waiting || (element === DATA && this.#meta.bin)) {
      this.#wait(encoder.encode(value));
      return;
    }
    const from = this.#out.length;
    const bin = element === FORMAT && isBinFormat(value);
    if (bin) this.#out.append(B64);
    else this.#escape(value);
    if (element === FORMAT) this.#meta.current?.setFormat(bin, from, this.#out.length);
    else if (element === TYPE) this.#meta.current?.setType(from, this.#out.length);
  }

  run(source: Utf8Text, start: number, end: number, ascii: boolean): void {
    const element = this.#elements[this.#depth - 1] as Element;
    if (this.#waiting || (element === DATA && this.#meta.bin)) {
      this.#wait(source.bytes.subarray(start, end));
      return;
    }
    const from = this.#out.length;
    const bin = element === FORMAT && isBinRun(source.bytes, start, end);
    if (bin) this.#out.append(B64);
    else if (end - start > CHUNK) this.#escape(source.slice(start, end, ascii));
    else if (!this.#escapeRun(source.bytes, start, end)) this.#escape(source.slice(start, end, ascii));
    if (element === FORMAT) this.#meta.current?.setFormat(bin, from, this.#out.length);
    else if (element === TYPE) this.#meta.current?.setType(from, this.#out.length);
  }

  opaque(value: Uint8Array): void {
    const before = this.#waiting ? '' : this.#written(this.#content, this.#out.length);
    // White space beside an embedded document is not a part of the value.
    const alone = !this.#waiting && before.trim() === '';
    if (alone && this.#elements[this.#depth - 1] === DATA && mayBeDocument(this.#metaType())) {
      const push = this.#openEmbedded(value);
      if (push !== undefined) {
        push(this);
        return;
      }
    }
    if (before !== '') {
      // Text and bytes side by side are one value, so the text is taken back.
      this.#wait(encoder.encode(before));
      this.#out.end = this.#out.start + this.#content;
    }
    this.#wait(value);
  }

  /** The document, which is a view of memory that other results share. */
  finish(): Uint8Array {
    return this.#out.take();
  }

  #wait(bytes: Uint8Array): void {
    this.#raw.append(bytes);
    this.#waiting = true;
  }

  /** Writes the bytes that the innermost element holds: as the text that they are, or in base64. */
  #settle(): void {
    const bytes = this.#raw.bytes.slice(this.#raw.start, this.#raw.end);
    this.#raw.clear();
    this.#waiting = false;
    const element = this.#elements[this.#depth - 1];
    const data = element === DATA;
    const bin = data && this.#meta.bin;
    const base64 = element === NEXT_NONCE || (data && this.#metaFormat() === 'b64');
    const text = bin ? undefined : decodeUtf8(bytes);
    if (
      text !== undefined &&
      (base64 ? decodeBase64(text) !== undefined : forbiddenCharacter(text) === undefined)
    ) {
      this.text(text);
      return;
    }
    if (data && !base64) this.#setFormat();
    this.#out.append(base64Bytes(bytes));
  }

  /** The Format in force, as it was written. */
  #metaFormat(): string {
    const meta = this.#meta.current;
    return meta === undefined ? '' : this.#written(meta.formatFrom, meta.formatTo).trim().toLowerCase();
  }

  /** The Type in force, as it was written. */
  #metaType(): string {
    const meta = this.#meta.current;
    return meta === undefined ? '' : this.#written(meta.typeFrom, meta.typeTo);
  }

  /** The text that was written at a place. */
  #written(from: number, to: number): string {
    if (from >= to) return '';
    const { bytes, start } = this.#out;
    return unescaped(bytes.subarray(start + from, start + to));
  }

  /** The start tag of an element on another page than the one around it. */
  #declaring(element: Element): Uint8Array {
    const before = this.#page;
    const page = element.page;
    this.#page = page;
    const type = this.#type as DocumentType;
    if (page === type.root.page && type.namespace !== page.namespace)
      return startTag(element.name, type.namespace);
    return page.namespace === before?.namespace ? element.startTag : element.startTagWithNamespace;
  }

  /** Makes the Meta in force say that the Data holds markup. */
  #markDocument(): void {
    const meta = this.#meta.current;
    if (meta === undefined) return;
    if (meta.bin) {
      this.#splice(meta.formatFrom, meta.formatTo, XML);
      meta.bin = false;
    }
    const type = this.#metaType();
    const asXml = documentType(type, 'xml');
    if (asXml !== type) this.#splice(meta.typeFrom, meta.typeTo, encoder.encode(escaped(asXml)));
  }

  /** Makes the Meta of the Data that has just been started say `b64`. */
  #setFormat(): void {
    const meta = this.#meta.current;
    const around = this.#depth - 1;
    if (meta !== undefined && meta.depth === around) {
      if (meta.ownFormat) this.#splice(meta.formatFrom, meta.formatTo, B64);
      else this.#splice(meta.end, meta.end, FORMAT_B64);
    } else {
      this.#splice(this.#tag, this.#tag, META_FORMAT_B64);
    }
  }

  #splice(from: number, to: number, replacement: Uint8Array): void {
    const growth = replacement.length - (to - from);
    this.#out.splice(from, to, replacement);
    this.#meta.shift(to, growth);
    this.#tag += growth;
    this.#content += growth;
  }

  /** Writes a text that stands in another document; false, and nothing written, when XML may not carry it. */
  #escapeRun(bytes: Uint8Array, start: number, end: number): boolean {
    const out = this.#out;
    out.reserve((end - start) * LONGEST);
    const to = out.bytes;
    let at = out.end;
    for (let i = start; i < end; i++) {
      const byte = bytes[i] as number;
      if (PLAIN[byte] === 1) {
        to[at++] = byte;
      } else {
        const reference = referenceTo(byte);
        if (reference !== undefined) {
          for (const each of reference) to[at++] = each;
        } else {
          // Of what is beyond ASCII only U+FFFE and U+FFFF are forbidden.
          const forbidden =
            byte < 0x80 || (byte === 0xef && bytes[i + 1] === 0xbf && (bytes[i + 2] as number) >= 0xbe);
          if (forbidden) return false;
          to[at++] = byte;
        }
      }
    }
    out.end = at;
    return true;
  }

  #escape(value: string): void {
    const length = value.length;
    if (length > SHORT && length <= CHUNK) {
      // Encoding at once and looking at bytes is quicker than looking at the characters of a long string.
      const { written } = encoder.encodeInto(value, scratch);
      if (written === length && this.#escapeRun(scratch, 0, written)) return;
    }
    if (length > CHUNK && PLAIN_ASCII.test(value)) {
      const out = this.#out;
      out.reserve(length);
      out.end += encoder.encodeInto(value, out.bytes.subarray(out.end)).written;
      return;
    }
    for (let start = 0; start < length; start += CHUNK) {
      this.#escapeChunk(value, start, Math.min(start + CHUNK, length));
    }
  }

  #escapeChunk(value: string, start: number, end: number): void {
    const out = this.#out;
    out.reserve((end - start) * LONGEST + 4);
    const bytes = out.bytes;
    let at = out.end;
    for (let i = start; i < end; i++) {
      const unit = value.charCodeAt(i);
      if (unit < 0x80) {
        if (PLAIN[unit] === 1) {
          bytes[at++] = unit;
        } else {
          const reference = referenceTo(unit);
          if (reference === undefined) throw this.#forbidden(unit);
          for (const byte of reference) bytes[at++] = byte;
        }
      } else if (unit < 0x800) {
        bytes[at++] = 0xc0 | (unit >> 6);
        bytes[at++] = 0x80 | (unit & 0x3f);
      } else if (unit >= 0xd800 && unit < 0xe000) {
        // The low half may be the first of the next chunk; nothing is written for it there.
        if (unit >= 0xdc00 && i === start && i > 0 && isHigh(value.charCodeAt(i - 1))) continue;
        const codePoint = value.codePointAt(i) as number;
        if (codePoint < 0x10000) throw this.#forbidden(codePoint);
        bytes[at++] = 0xf0 | (codePoint >> 18);
        bytes[at++] = 0x80 | ((codePoint >> 12) & 0x3f);
        bytes[at++] = 0x80 | ((codePoint >> 6) & 0x3f);
        bytes[at++] = 0x80 | (codePoint & 0x3f);
        i++;
      } else {
        if (!isXmlCharacter(unit)) throw this.#forbidden(unit);
        bytes[at++] = 0xe0 | (unit >> 12);
        bytes[at++] = 0x80 | ((unit >> 6) & 0x3f);
        bytes[at++] = 0x80 | (unit & 0x3f);
      }
    }
    out.end = at;
  }

  #forbidden(codePoint: number): EncodeError {
    const path = this.#elements.slice(0, this.#depth).map((element) => element.name);
    const shown = `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
    return new EncodeError(`${path.join('/')} holds the character ${shown}, which XML cannot carry`);
  }
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function referenceTo(unit: number): Uint8Array | undefined {
  if (unit === 0x26) return AMP;
  if (unit === LESS_THAN) return LT;
  if (unit === GREATER_THAN) return GT;
  return unit === 0x0d ? CR : undefined;
}

/** The text that was written as these bytes. */
function unescaped(bytes: Uint8Array): string {
  return decodeUtf8Leniently(bytes)
    .replaceAll('&#13;', '\r')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
