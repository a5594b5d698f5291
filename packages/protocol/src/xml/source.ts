import { decodeLatin1, decodeUtf8, decodeUtf8Leniently, decodeUtf16, Utf8Text } from '../octets/index.ts';
import { type Deviations, MalformedError } from '../vocabulary/index.ts';

/** A document in UTF-8. */
export interface XmlSource {
  readonly document: Utf8Text;
  /** Where the markup starts, behind a byte order mark and an XML declaration. */
  readonly start: number;
}

const encoder = new TextEncoder();
const DECLARATION_LENGTH = 256;
const DECLARATION =
  /^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.[0-9]+"|'1\.[0-9]+')(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"([A-Za-z][\w.-]*)"|'([A-Za-z][\w.-]*)'))?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>/;

/**
 * Finds out how a document is written and turns it into UTF-8.
 *
 * UTF-16 is known by its byte order mark or by its first two bytes (XML 1.0 appendix F); of the other
 * encodings that a declaration may name, US-ASCII and ISO-8859-1 are read.
 *
 * @throws {MalformedError} for another encoding, for bytes that the encoding does not allow, and for an XML
 *   declaration with a fault in it.
 */
export function openXml(input: Uint8Array, deviations: Deviations): XmlSource {
  const [first, second, third] = input;
  if (first === 0xfe && second === 0xff) return fromUtf16(input.subarray(2), 'utf-16be');
  if (first === 0xff && second === 0xfe) return fromUtf16(input.subarray(2), 'utf-16le');
  if (first === 0x00 && second === 0x3c) return fromUtf16(input, 'utf-16be');
  if (first === 0x3c && second === 0x00) return fromUtf16(input, 'utf-16le');
  const mark = first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0;
  const declaration = readDeclaration(input, mark);
  const start = mark + declaration.length;
  switch (declaration.encoding?.toLowerCase()) {
    case undefined:
    case 'utf-8':
    case 'utf8':
    case 'us-ascii':
    case 'ascii':
      return fromUtf8(input, start);
    case 'utf-16':
    case 'utf-16le':
    case 'utf-16be':
      deviations.note(
        'xml-encoding',
        '',
        'UTF-8 bytes',
        `${declaration.encoding}, as the XML declaration says`,
      );
      return fromUtf8(input, start);
    case 'iso-8859-1':
      return fromUtf8(encoder.encode(decodeLatin1(input)), start);
    default:
      throw new MalformedError(
        `encoding ${declaration.encoding} is not read; expected UTF-8, UTF-16, US-ASCII or ISO-8859-1`,
        mark,
      );
  }
}

function fromUtf8(bytes: Uint8Array, start: number): XmlSource {
  const text = decodeUtf8(bytes);
  if (text === undefined) throw new MalformedError('bytes that are not UTF-8', firstBadByte(bytes));
  return { document: new Utf8Text(bytes, text), start };
}

function fromUtf16(input: Uint8Array, encoding: 'utf-16be' | 'utf-16le'): XmlSource {
  const text = decodeUtf16(input, encoding);
  if (text === undefined) throw new MalformedError(`bytes that are not ${encoding.toUpperCase()}`, 0);
  const bytes = encoder.encode(text);
  return fromUtf8(bytes, readDeclaration(bytes, 0).length);
}

interface Declaration {
  readonly length: number;
  readonly encoding: string | undefined;
}
/** The declaration that most documents have. */
const USUAL = encoder.encode('<?xml version="1.0" encoding="UTF-8"?>');
const USUAL_DECLARATION: Declaration = { length: USUAL.length, encoding: 'utf-8' };
const NO_DECLARATION: Declaration = { length: 0, encoding: undefined };

function readDeclaration(bytes: Uint8Array, at: number): Declaration {
  if (!startsDeclaration(bytes, at)) return NO_DECLARATION;
  if (startsWith(bytes, at, USUAL)) return USUAL_DECLARATION;
  const match = DECLARATION.exec(decodeUtf8Leniently(bytes.subarray(at, at + DECLARATION_LENGTH)));
  if (match === null) {
    throw new MalformedError('fault in the XML declaration; expected <?xml version="1.0" encoding="…"?>', at);
  }
  return { length: match[0].length, encoding: match[1] ?? match[2] };
}

/** Whether `<?xml` and white space stand here; `<?xml-stylesheet` is another thing. */
function startsDeclaration(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] !== 0x3c || bytes[at + 1] !== 0x3f || bytes[at + 2] !== 0x78) return false;
  if (bytes[at + 3] !== 0x6d || bytes[at + 4] !== 0x6c) return false;
  const next = bytes[at + 5];
  return next === 0x20 || next === 0x09 || next === 0x0a || next === 0x0d || next === 0x3f;
}

/** Whether `prefix` stands at a place. */
export function startsWith(bytes: Uint8Array, at: number, prefix: Uint8Array): boolean {
  for (let i = 0; i < prefix.length; i++) if (bytes[at + i] !== prefix[i]) return false;
  return true;
}

/** Where the longest prefix that is UTF-8 ends, to within one character. */
function firstBadByte(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    // A prefix may end within a character: up to three bytes of it are given back.
    const whole = [0, 1, 2, 3].some((less) => decodeUtf8(bytes.subarray(0, middle - less)) !== undefined);
    if (whole) good = middle;
    else bad = middle;
  }
  return good;
}
