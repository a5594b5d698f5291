import {
  ByteBuffer,
  base64Bytes,
  decodeBase64,
  decodeUtf8,
  forbiddenCharacter,
  isXmlCharacter,
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
  META,
  METINF,
  MetaScope,
  mayBeDocument,
  type Page,
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
/** No character becomes more bytes than this. */
const LONGEST = 5;

/** ASCII character → 1 where it stands for itself in text. */
const PLAIN = Uint8Array.from({ length: 128 }, (_, unit) =>
  (unit < 0x20 && unit !== 0x09 && unit !== 0x0a) || unit === 0x26 || unit === 0x3c || unit === 0x3e ? 0 : 1,
);

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
  /** Whether the last start tag still lacks its `>`. */
  #open = false;
  /** Where the last start tag stands in the output. */
  #tag = 0;
  /** The text just written, and where. */
  #plain = '';
  #plainFrom = 0;
  /** Bytes of the innermost element that wait for its end. */
  readonly #raw = new ByteBuffer();

  constructor(openEmbedded: OpenEmbedded) {
    this.#openEmbedded = openEmbedded;
  }

  begin(type: DocumentType): void {
    this.#out.clear();
    this.#raw.clear();
    this.#plain = '';
    this.#meta.clear();
    this.#depth = 0;
    this.#page = undefined;
    this.#open = false;
    this.#type = type;
    this.#out.append(DECLARATION);
  }

  start(element: Element): void {
    if (this.#raw.length > 0) this.#settle();
    this.#plain = '';
    const out = this.#out;
    const depth = this.#depth;
    const above = this.#elements[depth - 1];
    if (this.#open) out.push(GREATER_THAN);
    if (above === DATA) this.#markDocument();
    else if (element === META) this.#meta.open(depth);
    this.#elements[depth] = element;
    this.#outer[depth] = this.#page;
    this.#depth = depth + 1;
    this.#tag = out.length;
    out.push(LESS_THAN);
    out.append(element.utf8);
    if (element.page !== this.#page) this.#declare(element.page);
    this.#open = true;
  }

  end(): void {
    if (this.#raw.length > 0) this.#settle();
    this.#plain = '';
    const out = this.#out;
    const depth = --this.#depth;
    const element = this.#elements[depth] as Element;
    if (element === META && this.#meta.current !== undefined) {
      if (this.#open) out.push(GREATER_THAN);
      this.#open = false;
      this.#meta.current.end = out.length;
    }
    if (this.#open) {
      out.push(SLASH);
      this.#open = false;
    } else {
      out.push(LESS_THAN);
      out.push(SLASH);
      out.append(element.utf8);
    }
    out.push(GREATER_THAN);
    this.#page = this.#outer[depth];
    this.#meta.close(depth);
  }

  text(value: string): void {
    const element = this.#elements[this.#depth - 1] as Element;
    if (this.#raw.length > 0 || (element === DATA && this.#isBin())) {
      this.#raw.append(encoder.encode(value));
      return;
    }
    if (this.#open) {
      this.#out.push(GREATER_THAN);
      this.#open = false;
    }
    this.#plain = value;
    this.#plainFrom = this.#out.length;
    if (element.page === METINF) this.#metaText(element, value);
    else this.#escape(value);
  }

  opaque(value: Uint8Array): void {
    const element = this.#elements[this.#depth - 1] as Element;
    // White space beside an embedded document is not a part of the value.
    const alone = this.#raw.length === 0 && this.#plain.trim() === '';
    if (alone && element === DATA && mayBeDocument(this.#meta.current?.type ?? '')) {
      const push = this.#openEmbedded(value);
      if (push !== undefined) {
        push(this);
        return;
      }
    }
    if (this.#plain !== '') {
      // Text and bytes side by side are one value, so the text is taken back.
      this.#raw.append(encoder.encode(this.#plain));
      this.#out.end = this.#out.start + this.#plainFrom;
      this.#plain = '';
    }
    this.#raw.append(value);
  }

  /** The document, which is a view of memory that other results share. */
  finish(): Uint8Array {
    return this.#out.take();
  }

  /** Whether the Data that is being written holds raw bytes, as its Meta says. */
  #isBin(): boolean {
    const meta = this.#meta.current;
    return meta !== undefined && isBinFormat(meta.format);
  }

  /** Writes the bytes that the innermost element holds: as the text that they are, or in base64. */
  #settle(): void {
    const bytes = this.#raw.bytes.slice(this.#raw.start, this.#raw.end);
    this.#raw.clear();
    const element = this.#elements[this.#depth - 1];
    const data = element === DATA;
    const bin = data && this.#isBin();
    const base64 = element === NEXT_NONCE || (data && /^\s*b64\s*$/i.test(this.#meta.current?.format ?? ''));
    const text = bin ? undefined : decodeUtf8(bytes);
    if (
      text !== undefined &&
      (base64 ? decodeBase64(text) !== undefined : forbiddenCharacter(text) === undefined)
    ) {
      this.text(text);
      return;
    }
    if (data && !bin && !base64) this.#setFormat();
    if (this.#open) this.#out.push(GREATER_THAN);
    this.#open = false;
    this.#out.append(base64Bytes(bytes));
  }

  #declare(page: Page): void {
    const before = this.#page;
    this.#page = page;
    const type = this.#type as DocumentType;
    const namespace = page === type.root.page ? type.namespace : page.namespace;
    if (before !== undefined && page.namespace === before.namespace) return;
    this.#out.append(declaration(namespace));
  }

  /** Writes the text of a Format or Type and remembers where it stands. */
  #metaText(element: Element, value: string): void {
    const meta = this.#meta.current;
    const from = this.#out.length;
    if (element === FORMAT && isBinFormat(value)) this.#out.append(B64);
    else this.#escape(value);
    if (meta === undefined) return;
    if (element === FORMAT) {
      meta.setFormat(value, from, this.#out.length);
    } else if (element === TYPE) {
      meta.setType(value, from, this.#out.length);
    }
  }

  /** Makes the Meta in force say that the Data holds markup. */
  #markDocument(): void {
    const meta = this.#meta.current;
    if (meta === undefined) return;
    if (isBinFormat(meta.format)) {
      this.#splice(meta.formatFrom, meta.formatTo, XML);
      meta.format = 'xml';
    }
    const type = documentType(meta.type, 'xml');
    if (type !== meta.type) {
      const { typeFrom, typeTo } = meta;
      this.#splice(typeFrom, typeTo, encoder.encode(escaped(type)));
      meta.type = type;
    }
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
    this.#out.splice(from, to, replacement);
    this.#meta.shift(to, replacement.length - (to - from));
  }

  #escape(value: string): void {
    const length = value.length;
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

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const DECLARATIONS = new Map<string, Uint8Array>();
/** Only so many declarations are kept, since the namespaces of others come from outside. */
const KEPT = 64;

function declaration(namespace: string): Uint8Array {
  let bytes = DECLARATIONS.get(namespace);
  if (bytes === undefined) {
    bytes = encoder.encode(` xmlns="${escaped(namespace)}"`);
    if (DECLARATIONS.size < KEPT) DECLARATIONS.set(namespace, bytes);
  }
  return bytes;
}
