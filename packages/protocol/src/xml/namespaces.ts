import {
  foreignPage,
  NAMESPACE_NAMES,
  NAMESPACES,
  type Namespace,
  namespaceOf,
  type Page,
} from '../vocabulary/index.ts';

export const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';
export const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/';

/** What holds where a document declares no default namespace. */
export const NO_NAMESPACE: Namespace = namespaceOf('', foreignPage(''));

/** A foreign namespace is not looked for by its bytes. */
const NO_BYTES = new Uint8Array(0);
const BY_LOOSE_NAME = new Map(NAMESPACES.map((namespace) => [namespace.uri.toLowerCase(), namespace]));
const BY_PAGE = new Map<Page, Namespace>();
for (const namespace of NAMESPACES) if (!BY_PAGE.has(namespace.page)) BY_PAGE.set(namespace.page, namespace);

/** The namespace that a page has unless a document names another. */
export function usualNamespace(page: Page): Namespace {
  return BY_PAGE.get(page) ?? NO_NAMESPACE;
}

/** The namespaces of one document: what prefixes mean, and one object for each name. */
export class NamespaceScope {
  readonly #prefixes: string[] = [];
  readonly #meanings: Namespace[] = [];
  readonly #depths: number[] = [];
  readonly #foreign = new Map<string, Namespace>();

  /** The namespace with a name that stands in the document's own bytes. */
  known(bytes: Uint8Array, start: number, end: number): Namespace | undefined {
    return NAMESPACE_NAMES.find(bytes, start, end);
  }

  /** The namespace with this name; one that differs in case or blanks from one of ours is ours. */
  named(uri: string): Namespace {
    if (uri === '') return NO_NAMESPACE;
    const loose = BY_LOOSE_NAME.get(uri.trim().toLowerCase());
    if (loose !== undefined) return loose;
    let namespace = this.#foreign.get(uri);
    if (namespace === undefined) {
      namespace = { uri, utf8: NO_BYTES, page: foreignPage(uri) };
      this.#foreign.set(uri, namespace);
    }
    return namespace;
  }

  declare(prefix: string, namespace: Namespace, depth: number): void {
    this.#prefixes.push(prefix);
    this.#meanings.push(namespace);
    this.#depths.push(depth);
  }

  /** What a prefix means here; undefined when it is not declared. */
  meaning(prefix: string): Namespace | undefined {
    return this.#meanings[this.#prefixes.lastIndexOf(prefix)];
  }

  /** Forgets what an element at this depth declared. */
  leave(depth: number): void {
    while ((this.#depths.at(-1) ?? -1) >= depth) {
      this.#prefixes.pop();
      this.#meanings.pop();
      this.#depths.pop();
    }
  }
}
