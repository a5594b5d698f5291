/**
 * Elements, code pages and document types: what the XML and the WBXML readers and writers share.
 *
 * An {@link Element} is one object for the life of the process, so readers, writers and the message
 * schema compare by identity and never by name.
 */
import { NameTable } from './names.ts';

/** One WBXML code page, which is also one XML namespace. */
export interface Page {
  /** Number in a WBXML SWITCH_PAGE; {@link NO_PAGE} for a namespace that has no code page. */
  readonly number: number;
  /** XML namespace that a writer declares for the elements of this page. */
  readonly namespace: string;
  /** Local name → element. */
  readonly elements: ReadonlyMap<string, Element>;
  /** WBXML tag token (without the 0x40 and 0x80 bits) → element; sparse. */
  readonly tokens: readonly (Element | undefined)[];
  /** The same elements, found by the UTF-8 bytes of their local name. */
  readonly names: NameTable<Element>;
}

/** An element of a document type; its identity is the object itself. */
export interface Element {
  readonly name: string;
  readonly page: Page;
  /** WBXML tag token, 0x05…0x3C; {@link NO_TOKEN} for an element that no table knows. */
  readonly token: number;
  /** Tells the elements of one document type apart: page and token in one small number. */
  readonly index: number;
  /** The name in UTF-8, which for the elements of the tables is ASCII. */
  readonly utf8: Uint8Array;
  /** The start tag in XML, without and with the namespace of the page, and the end tag. */
  readonly startTag: Uint8Array;
  readonly startTagWithNamespace: Uint8Array;
  readonly endTag: Uint8Array;
}

/** A document type: how it announces itself and which pages it may use. */
export interface DocumentType {
  readonly name: string;
  /** Registered WBXML public identifier; {@link UNKNOWN_PUBLIC_ID} where there is none. */
  readonly publicId: number;
  /** Formal public identifier, used as text where `publicId` is unknown, and accepted always. */
  readonly formalPublicId: string;
  /** XML namespace of the document element in this version of the type. */
  readonly namespace: string;
  /** Code pages that may be read in such a document. */
  readonly pages: readonly Page[];
  /** Those of them whose elements are written in the document itself, and not embedded in it. */
  readonly inline: readonly Page[];
  /** Types that stand in such a document as an OPAQUE with a whole WBXML document of its own. */
  readonly embedded: readonly DocumentType[];
  /** The document element. */
  readonly root: Element;
}

/** The page number of a namespace that has no code page. */
export const NO_PAGE = -1;
/** The tag token of an element that no table knows; such a tag is written as a WBXML LITERAL. */
export const NO_TOKEN = 0;
/** WBXML public identifier "unknown or missing" (WBXML 1.3 §7.2). */
export const UNKNOWN_PUBLIC_ID = 0x01;

const utf8 = new TextEncoder();

/**
 * Makes a page from a list of element names in token order, starting at 0x05.
 *
 * @param names blank-separated; `-` leaves a token unassigned.
 */
export function page(number: number, namespace: string, names: string): Page {
  const elements = new Map<string, Element>();
  const tokens: (Element | undefined)[] = [];
  const found: Element[] = [];
  const made = { number, namespace, elements, tokens, names: NO_NAMES };
  names
    .trim()
    .split(/\s+/)
    .forEach((name, index) => {
      if (name === '-') return;
      const element = new PageElement(name, made, index + 0x05);
      elements.set(name, element);
      tokens[element.token] = element;
      found.push(element);
    });
  made.names = NameTable.of(found);
  return made;
}

/** A namespace that no document type of ours uses: it has no elements and no code page. */
export function foreignPage(namespace: string): Page {
  return { number: NO_PAGE, namespace, elements: NO_ELEMENTS, tokens: [], names: NO_NAMES };
}
const NO_ELEMENTS: ReadonlyMap<string, Element> = new Map();
const NO_NAMES = NameTable.of<Element>([]);

/** An element that the tables do not know. It is not kept: two of one name are not identical. */
export function unknownElement(name: string, of: Page): Element {
  return new PageElement(name, of, NO_TOKEN);
}

/**
 * Only the name is a property that is seen, so that markup prints, compares and turns into JSON by its names. Tags
 * are made when they are first asked for, since unknown elements come from outside in any number.
 */
class PageElement implements Element {
  readonly name: string;
  readonly #page: Page;
  readonly #token: number;
  readonly #index: number;
  readonly #utf8: Uint8Array;
  #startTag: Uint8Array | undefined;
  #startTagWithNamespace: Uint8Array | undefined;
  #endTag: Uint8Array | undefined;

  constructor(name: string, page: Page, token: number) {
    this.name = name;
    this.#page = page;
    this.#token = token;
    this.#index = ((page.number + 1) << 6) | token;
    this.#utf8 = utf8.encode(name);
  }

  get page(): Page {
    return this.#page;
  }

  get token(): number {
    return this.#token;
  }

  get index(): number {
    return this.#index;
  }

  get utf8(): Uint8Array {
    return this.#utf8;
  }

  get startTag(): Uint8Array {
    this.#startTag ??= utf8.encode(`<${this.name}>`);
    return this.#startTag;
  }

  get startTagWithNamespace(): Uint8Array {
    this.#startTagWithNamespace ??= startTag(this.name, this.#page.namespace);
    return this.#startTagWithNamespace;
  }

  get endTag(): Uint8Array {
    this.#endTag ??= utf8.encode(`</${this.name}>`);
    return this.#endTag;
  }
}

/** A start tag in XML that declares its namespace as the default one. */
export function startTag(name: string, namespace: string): Uint8Array {
  return utf8.encode(`<${name} xmlns="${namespace.replace(/[&<>"\t\n\r]/g, reference)}">`);
}

function reference(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}

/**
 * The element of a page by name.
 *
 * @throws {Error} when the page has no such element: a fault of the program, never of its input.
 */
export function elementOf(page: Page, name: string): Element {
  const element = page.elements.get(name);
  if (element === undefined) throw new Error(`namespace ${page.namespace} has no element ${name}`);
  return element;
}
