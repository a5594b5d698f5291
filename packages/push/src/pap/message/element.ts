/** XML as PAP has it: elements with attributes, and no text. */
import { SaxesParser } from 'saxes';
import { PapError } from './error.ts';
import { RESULT } from './result.ts';

/** An element; where it began is for errors. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  readonly line: number;
}

export interface XmlDocument {
  /** What stands between `<!DOCTYPE` and its end. */
  readonly doctype: string | undefined;
  readonly root: XmlElement;
}

/** How much a document may hold. PAP's own need is a depth of 4 and an element for each address. */
export interface XmlLimits {
  readonly bytes: number;
  readonly elements: number;
}

const DEPTH = 8;
const ATTRIBUTES = 32;
/** Characters of a DOCTYPE with its internal subset. */
const DOCTYPE = 2_048;
/** Characters shown of what was wrong. */
const FRAGMENT = 120;

interface Open {
  name: string;
  attributes: Map<string, string>;
  children: XmlElement[];
  line: number;
}

/**
 * Reads a document. Entities beyond the five of XML are refused, as is a DOCTYPE that declares anything.
 *
 * @param charset of the media type, which goes before what the document says itself (RFC 7303, section 3.2)
 * @throws {PapError} 2000
 */
export function readXml(bytes: Uint8Array, limits: XmlLimits, charset?: string): XmlDocument {
  if (bytes.length > limits.bytes) {
    throw bad(`the control document has ${bytes.length} bytes; at most ${limits.bytes} are taken`);
  }
  const text = decode(bytes, charset);
  const parser = new SaxesParser();
  const open: Open[] = [];
  let root: XmlElement | undefined;
  let doctype: string | undefined;
  let elements = 0;

  const fail = (problem: string): never => {
    const from = Math.max(0, parser.position - FRAGMENT / 2);
    throw bad(`line ${parser.line}, column ${parser.column}: ${problem}`, {
      fragment: text.slice(from, from + FRAGMENT),
    });
  };
  const noText = (value: string): void => {
    if (value.trim() !== '') fail('PAP has no text between its elements');
  };

  // Its message begins with the position that is said here already.
  parser.on('error', (error) => fail(error.message.replace(/^\d+:\d+: /, '').replace(/\.$/, '')));
  parser.on('doctype', (value) => {
    if (value.length > DOCTYPE) fail(`the DOCTYPE is longer than ${DOCTYPE} characters`);
    if (declares(value)) fail('the DOCTYPE declares something; none of its declarations are taken');
    doctype = value;
  });
  parser.on('opentagstart', ({ name }) => {
    if (open.length === DEPTH) fail(`elements are nested more than ${DEPTH} deep`);
    if (++elements > limits.elements) fail(`there are more than ${limits.elements} elements`);
    open.push({ name, attributes: new Map(), children: [], line: parser.line });
  });
  parser.on('attribute', ({ name, value }) => {
    const attributes = open.at(-1)?.attributes;
    if (attributes?.size === ATTRIBUTES) fail(`an element has more than ${ATTRIBUTES} attributes`);
    if (attributes?.has(name)) fail(`the attribute ${name} is there twice`);
    attributes?.set(name, value);
  });
  parser.on('text', noText);
  parser.on('cdata', noText);
  parser.on('closetag', () => {
    const done = open.pop();
    const parent = open.at(-1);
    if (parent && done) parent.children.push(done);
    else root = done;
  });

  parser.write(text).close();
  return root ? { doctype, root } : fail('there is no element');
}

/** Whether an internal subset holds more than processing instructions and comments. */
function declares(doctype: string): boolean {
  return /<![A-Z]|%/.test(doctype.replace(/<\?.*?\?>|<!--.*?-->/gs, ''));
}

/** Encodings by the names that documents give them, and as `TextDecoder` calls them. */
const ENCODINGS: Readonly<Record<string, string>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  ascii: 'utf-8',
  'utf-16': 'utf-16be',
  'utf-16be': 'utf-16be',
  'utf-16le': 'utf-16le',
  'iso-8859-1': 'iso-8859-1',
  latin1: 'iso-8859-1',
};

function decode(bytes: Uint8Array, charset: string | undefined): string {
  const name = encodingOf(bytes, charset).toLowerCase();
  const encoding = Object.hasOwn(ENCODINGS, name) ? ENCODINGS[name] : undefined;
  if (encoding === undefined) {
    const taken = Object.keys(ENCODINGS).join(', ');
    throw bad(`the control document is in ${JSON.stringify(name.slice(0, 40))}; taken are ${taken}`);
  }
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw bad(`the control document says that it is ${name} and is not`, { cause });
  }
}

/** By its first bytes, the media type's charset or its declaration, in this order. */
function encodingOf(bytes: Uint8Array, charset: string | undefined): string {
  const [first = -1, second = -1] = bytes;
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be';
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  if (charset !== undefined) return charset;
  const start = new TextDecoder('iso-8859-1').decode(bytes.subarray(0, 128));
  return /^(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([^"'>]*)/.exec(start)?.[1] ?? 'utf-8';
}

function bad(problem: string, known?: { fragment?: string; cause?: unknown }): PapError {
  return new PapError(problem, { ...known, code: RESULT.badRequest.code });
}
