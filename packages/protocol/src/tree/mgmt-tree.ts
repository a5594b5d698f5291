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
  readonly deviations: Deviations;
  readonly #parent: MgmtElement | undefined;
  #elements: readonly MgmtElement[] | undefined;

  constructor(markup: Markup, parent: MgmtElement | undefined, deviations: Deviations) {
    this.markup = markup;
    this.deviations = deviations;
    this.#parent = parent;
  }

  /** Names of the elements down to it, those of nodes with the node's own: `MgmtTree/Node(DevInfo)/Path`. */
  get path(): string {
    const nodeName = this.name === 'Node' ? this.first('NodeName')?.markup.children[0] : undefined;
    const own = typeof nodeName === 'string' ? `${this.name}(${nodeName.trim().slice(0, 40)})` : this.name;
    return this.#parent === undefined ? own : `${this.#parent.path}/${own}`;
  }

  get name(): string {
    return this.markup.element.name;
  }

  /** The elements in it that belong to such documents; what a vendor adds has a namespace of its own. */
  get elements(): readonly MgmtElement[] {
    this.#elements ??= this.markup.children
      .filter(isMarkup)
      .filter(({ element }) => DMDDF.elements.get(element.name) === element)
      .map((child) => new MgmtElement(child, this, this.deviations));
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

  /**
   * Which of some words it says: by an empty element in it, `<Format><chr/></Format>`, or, against the standard, by
   * text, and in any case.
   *
   * @throws {MalformedError} when it says none of them.
   */
  choice<W extends string>(words: readonly W[]): W {
    const element = this.markup.children.find(isMarkup)?.element.name;
    const said = element ?? this.text.trim();
    const word = words.find((each) => each.toLowerCase() === said.toLowerCase());
    if (word === undefined)
      return this.fail(element === undefined ? excerpt(said) : `<${said}>`, `one of ${words.join(', ')}`);
    if (element !== word) this.note(element === undefined ? 'text' : `<${said}>`, `<${word}/>`);
    return word;
  }

  /**
   * The format that a Format or DFFormat says.
   *
   * @throws {MalformedError} when it says none of the known ones.
   */
  format(): Format {
    return this.choice(FORMATS);
  }

  /** The MIME types or the object identifier that a Type or DFType has. */
  types(): string[] {
    return this.elements
      .filter(({ name }) => name === 'MIME' || name === 'DDFName')
      .map(({ text }) => text.trim())
      .filter((type) => type !== '');
  }

  note(found: string, expected: string): void {
    this.deviations.note('tree-document', this.path, found, expected);
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
  const root = new MgmtElement(markup, undefined, deviations);
  if (root.name !== 'MgmtTree') throw new MalformedError(`<${root.name}>; expected a MgmtTree`);
  return root;
}
