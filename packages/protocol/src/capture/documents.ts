/** Documents that stand in bytes one behind the other. */
import {
  type DecodedMessage,
  decodeMessage,
  documentEnd,
  type Encoding,
  type Markup,
  parseMarkup,
} from '../syncml/index.ts';
import { type Deviation, Deviations, excerpt, MalformedError } from '../vocabulary/index.ts';

/** A document that could be read. */
export type ReadDocument = {
  readonly bytes: Uint8Array;
  readonly encoding: Encoding;
} & (
  | { readonly message: DecodedMessage }
  /** What is not a message: a serialized tree, a description, a DevInf. */
  | { readonly document: Markup; readonly deviations: readonly Deviation[] }
);

/** What was tried in vain, and why it was none. */
export interface Tried {
  readonly what: string;
  readonly why: string;
}

/** Roots of the documents that are known. */
const ROOTS: ReadonlySet<string> = new Set(['MgmtTree', 'DevInf', 'MetInf']);

const ENCODINGS = [
  { encoding: 'xml', name: 'XML' },
  { encoding: 'wbxml', name: 'WBXML' },
] as const;

/** What stands at the beginning of some bytes, and where it ends; or what was tried in vain. */
export function readFirst(bytes: Uint8Array): { read: ReadDocument; end: number } | readonly Tried[] {
  const tried: Tried[] = [];
  for (const { encoding, name } of ENCODINGS) {
    try {
      const end = documentEnd(bytes, encoding);
      return { read: readAs(bytes.subarray(0, end), encoding), end };
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      tried.push({ what: name, why: error.message });
    }
  }
  return tried;
}

/**
 * Reads one document of a known type.
 *
 * @throws {MalformedError}
 */
export function readAs(bytes: Uint8Array, encoding: Encoding): ReadDocument {
  const found = new Deviations();
  const document = parseMarkup(bytes, encoding, { deviations: found, anyDoctype: true });
  const { name, page } = document.element;
  if (name === 'SyncML') return { bytes, encoding, message: decodeMessage(bytes, encoding) };
  if (ROOTS.has(name)) return { bytes, encoding, document, deviations: found.list };
  throw new MalformedError(
    `a document of <${name}> in the namespace ${excerpt(page.namespace)}, which is not known`,
  );
}
