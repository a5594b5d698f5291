/** The element names and shapes that DDF and TNDS documents have in common (OMA-TS-DM-TNDS 1.2). */
import { isMarkup, type Markup } from '../syncml/index.ts';
import { type Deviations, DMDDF, elementOf, excerpt, MalformedError } from '../vocabulary/index.ts';
import { FORMATS, type Format } from './value.ts';

/** Version that documents say. */
export const VER_DTD = '1.2';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** An element with what stands in it; what is undefined is left out. */
export function make(name: string, ...children: readonly (Markup | string | undefined)[]): Markup {
  return { element: elementOf(DMDDF, name), children: children.filter((child) => child !== undefined) };
}

/** An element with text; undefined for no text at all. */
export function makeText(name: string, text: string | undefined): Markup | undefined {
  if (text === undefined) return undefined;
  return text === '' ? make(name) : make(name, text);
}

/** An element of a document that is read, and where it stands: what an error says. */
export class MgmtElement {
  readonly markup: Markup;
  readonly path: string;
  readonly deviations: Deviations;
  #elements: readonly MgmtElement[] | undefined;

  constructor(markup: Markup, path: string, deviations: Deviations) {
    this.markup = markup;
    this.path = path;
    this.deviations = deviations;
  }

  get name(): string {
    return this.markup.element.name;
  }

  /** The elements in it that belong to such documents; what a vendor adds has a namespace of its own. */
  get elements(): readonly MgmtElement[] {
    this.#elements ??= this.markup.children
      .filter(isMarkup)
      .filter(({ element }) => DMDDF.elements.get(element.name) === element)
      .map((child) => new MgmtElement(child, `${this.path}/${child.element.name}`, this.deviations));
    return this.#elements;
  }

  all(name: string): MgmtElement[] {
    return this.elements.filter((each) => each.name === name);
  }

  first(name: string): MgmtElement | undefined {
    return this.all(name)[0];
  }

  /** Its content as written: text, or the bytes of an OPAQUE. */
  get content(): string | Uint8Array {
    const { children } = this.markup;
    const [only] = children;
    if (children.length === 1 && only instanceof Uint8Array) return only;
    return children.map((child) => this.#textOf(child)).join('');
  }

  /** @throws {MalformedError} when it holds an element, or bytes that are no text. */
  get text(): string {
    return this.markup.children.map((child) => this.#textOf(child)).join('');
  }

  #textOf(child: Markup['children'][number]): string {
    if (typeof child === 'string') return child;
    if (isMarkup(child)) this.fail(`<${child.element.name}>`, 'text');
    try {
      return utf8.decode(child);
    } catch {
      return this.fail('bytes that are no UTF-8', 'text');
    }
  }

  /** The text of the first element of a name, without blanks around it; undefined = there is none. */
  textIn(name: string): string | undefined {
    return this.first(name)?.text.trim();
  }

  /** The name of the empty element that stands in it to say which: `<Format><chr/></Format>`. */
  choice(): MgmtElement | undefined {
    return this.elements[0];
  }

  /**
   * The format that a Format or DFFormat says, as an element or, against the standard, as text.
   *
   * @throws {MalformedError} when it says none of the known ones.
   */
  format(): Format {
    const choice = this.markup.children.find(isMarkup);
    const said = choice?.element.name ?? this.text.trim();
    const format = FORMATS.find((each) => each === said.toLowerCase());
    if (format === undefined) return this.fail(excerpt(said), `one of ${FORMATS.join(', ')}`);
    if (choice === undefined) this.note('text', `<${format}/>`);
    return format;
  }

  /** The MIME types or the object identifier that a Type or DFType has. */
  types(): string[] {
    return this.elements
      .filter(({ name }) => name === 'MIME' || name === 'DDFName')
      .map(({ text }) => text.trim())
      .filter((type) => type !== '');
  }

  note(found: string, expected: string): void {
    this.deviations.note(this.path, found, expected);
  }

  /** @throws {MalformedError} */
  fail(found: string, expected: string): never {
    throw new MalformedError(`${this.path}: ${found}; expected ${expected}`);
  }
}

/**
 * The root of a document.
 *
 * @throws {MalformedError} when it is no MgmtTree.
 */
export function rootOf(markup: Markup, deviations: Deviations): MgmtElement {
  const root = new MgmtElement(markup, markup.element.name, deviations);
  if (root.name !== 'MgmtTree') throw new MalformedError(`<${root.name}>; expected a MgmtTree`);
  return root;
}
