import {
  type DecodedMessage,
  decodeBase64,
  decodeMessage,
  type Encoding,
  MalformedError,
  type Markup,
  parseMarkup,
} from '@grove/protocol';

/** What some bytes turned out to be. */
export type Found = {
  /** The document's own bytes, without what they were wrapped in. */
  readonly bytes: Uint8Array;
  readonly encoding: Encoding;
  /** What the bytes were taken out of. */
  readonly wrapping: 'none' | 'base64' | 'hex';
} & ({ readonly message: DecodedMessage } | { readonly document: Markup });

/** What was tried in vain, and why it was none. */
export interface Tried {
  readonly what: string;
  readonly why: string;
}

/** Roots of the documents that are known. */
const ROOTS: ReadonlySet<string> = new Set(['MgmtTree', 'DevInf', 'MetInf']);

/** Finds out what some bytes are. */
export function identify(bytes: Uint8Array): Found | readonly Tried[] {
  const tried: Tried[] = [];
  const direct = tryEncodings(bytes, 'none', tried);
  if (direct !== undefined) return direct;
  for (const { wrapping, unwrap } of WRAPPINGS) {
    const inner = unwrap(bytes);
    if (typeof inner === 'string') tried.push({ what: wrapping, why: inner });
    else {
      const found = tryEncodings(inner, wrapping, tried);
      if (found !== undefined) return found;
    }
  }
  return tried;
}

const ENCODINGS = [
  { encoding: 'xml', name: 'XML' },
  { encoding: 'wbxml', name: 'WBXML' },
] as const;

function tryEncodings(bytes: Uint8Array, wrapping: Found['wrapping'], tried: Tried[]): Found | undefined {
  for (const { encoding, name } of ENCODINGS) {
    try {
      return { bytes, encoding, wrapping, ...read(bytes, encoding) };
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      tried.push({ what: wrapping === 'none' ? name : `${name} in ${wrapping}`, why: error.message });
    }
  }
  return undefined;
}

/** @throws {MalformedError} also where the document is of no known type */
function read(bytes: Uint8Array, encoding: Encoding): { message: DecodedMessage } | { document: Markup } {
  const document = parseMarkup(bytes, encoding, { anyDoctype: true });
  const { name, page } = document.element;
  if (name === 'SyncML') return { message: decodeMessage(bytes, encoding) };
  if (ROOTS.has(name)) return { document };
  throw new MalformedError(
    `a document of <${name}> in the namespace ${JSON.stringify(page.namespace)}, which is not known`,
  );
}

const WRAPPINGS: readonly {
  wrapping: Exclude<Found['wrapping'], 'none'>;
  /** The bytes within, or why there are none. */
  unwrap: (bytes: Uint8Array) => Uint8Array | string;
}[] = [
  { wrapping: 'hex', unwrap: fromHex },
  { wrapping: 'base64', unwrap: fromBase64 },
];

const decoder = new TextDecoder('utf-8', { fatal: true });

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes).trim();
  } catch {
    return undefined;
  }
}

/** Digits in any grouping, also as `0x03, 0x01` or `03:01`. */
function fromHex(bytes: Uint8Array): Uint8Array | string {
  const digits = textOf(bytes)?.replace(/0x|[\s:,;-]/gi, '');
  if (digits === undefined || digits === '' || !/^[0-9a-f]+$/i.test(digits)) return 'holds other characters';
  return digits.length % 2 === 1 ? 'an odd number of digits' : Uint8Array.from(Buffer.from(digits, 'hex'));
}

function fromBase64(bytes: Uint8Array): Uint8Array | string {
  const text = textOf(bytes);
  const inner = text === undefined || text === '' ? undefined : decodeBase64(text);
  return inner ?? 'holds other characters';
}
