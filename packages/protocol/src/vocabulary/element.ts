/**
 * Elements, code pages and document types: what the XML and the WBXML readers and writers share.
 *
 * An {@link Element} is one object for the life of the process, so readers, writers and the message
 * schema compare by identity and never by name.
 */

/** One WBXML code page, which is also one XML namespace. */
export interface Page {
  /** Number in a WBXML SWITCH_PAGE. */
  readonly number: number;
  /** XML namespace that a writer declares for the elements of this page. */
  readonly namespace: string;
  /** Local name → element. */
  readonly elements: ReadonlyMap<string, Element>;
  /** WBXML tag token (without the 0x40 and 0x80 bits) → element; sparse. */
  readonly tokens: readonly (Element | undefined)[];
}

/** An element of a document type; its identity is the object itself. */
export interface Element {
  readonly name: string;
  readonly page: Page;
  /** WBXML tag token, 0x05…0x3C. */
  readonly token: number;
}

/** A document type: how it announces itself in WBXML and which pages it may use. */
export interface DocumentType {
  readonly name: string;
  /** Registered WBXML public identifier; 0x01 ("unknown") where there is none. */
  readonly publicId: number;
  /** Formal public identifier, used as text where `publicId` is unknown, and accepted always. */
  readonly formalPublicId: string;
  readonly pages: readonly Page[];
  /** Name of the document element. */
  readonly root: string;
}

/**
 * Makes a page from a list of element names in token order, starting at 0x05.
 *
 * @param names blank-separated; `-` leaves a token unassigned.
 */
export function page(number: number, namespace: string, names: string): Page {
  const elements = new Map<string, Element>();
  const tokens: (Element | undefined)[] = [];
  const made: Page = { number, namespace, elements, tokens };
  names
    .trim()
    .split(/\s+/)
    .forEach((name, index) => {
      if (name === '-') return;
      const element: Element = { name, page: made, token: index + 0x05 };
      elements.set(name, element);
      tokens[element.token] = element;
    });
  return made;
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
