import { readXml, type XmlElement, type XmlLimits } from './element.ts';
import { PapError, type Subject } from './error.ts';
import { RESULT } from './result.ts';
import {
  type Field,
  type Fields,
  MESSAGES,
  type MessageName,
  type PapDocument,
  type PapMessage,
  type Struct,
} from './schema.ts';
import { DOCUMENT_TYPES, NEWEST, type PapVersion } from './version.ts';

export interface ReadOptions extends Partial<XmlLimits> {
  /** Of the media type, if it has one. */
  readonly charset?: string | undefined;
  /**
   * What to do with elements and attributes that PAP does not have. A request with some is refused, since what they ask
   * for would not be done; an answer is understood without them.
   */
  readonly unknown: 'refuse' | 'ignore';
}

/** Taken unless told otherwise: enough for 2000 addresses. */
const LIMITS: XmlLimits = { bytes: 256 * 1024, elements: 2_048 };

/**
 * Reads a control document.
 *
 * Taken leniently: any order of child elements, blanks around values that are no text, a missing DOCTYPE (2.1 then).
 *
 * @throws {PapError} 2000 for what is not well-formed, not PAP or breaks the DTD; 3002 for another version. From the
 * message's name on, the error says which message it was.
 */
export function readPap(bytes: Uint8Array, { charset, unknown, ...limits }: ReadOptions): PapDocument {
  const { doctype, root } = readXml(bytes, { ...LIMITS, ...limits }, charset);
  const version = versionOf(doctype);
  const fail = (problem: string, subject?: Subject): never => {
    throw new PapError(problem, { code: RESULT.badRequest.code, version, subject });
  };
  if (root.name !== 'pap')
    return fail(`line ${root.line}: the document is a ${quote(root.name)}; expected pap`);
  const [element, second] = root.children;
  if (!element) return fail('the document is empty; expected one message within pap');
  if (second) {
    return fail(
      `line ${second.line}: after ${quote(element.name)} there is ${quote(second.name)}; expected one message`,
    );
  }
  const name = element.name as MessageName;
  if (!Object.hasOwn(MESSAGES, name)) {
    return fail(
      `line ${element.line}: ${quote(name)} is no message of PAP; expected one of ${Object.keys(MESSAGES).join(', ')}`,
    );
  }
  const reading: Reading = {
    strict: unknown === 'refuse',
    fail: (problem) => fail(problem, subjectOfElement(element, name)),
  };
  const message = { name, ...readStruct(MESSAGES[name], element, name, reading) } as PapMessage;
  const productName = root.attributes.get('product-name');
  return { version, ...(productName === undefined ? {} : { productName }), message };
}

interface Reading {
  readonly strict: boolean;
  fail(problem: string): never;
}

function readStruct(
  struct: Struct<Fields>,
  element: XmlElement,
  path: string,
  reading: Reading,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  const known = new Set<string>();
  for (const [key, field] of Object.entries(struct.fields)) {
    known.add(field.kind ? `@${field.name}` : field.name);
    const value = field.kind
      ? readAttribute(field, element, path, reading)
      : readChildren(field, element, path, reading);
    if (value !== undefined) values[key] = value;
    else if (field.required) {
      reading.fail(
        `line ${element.line}: ${path} has no ${field.kind ? 'attribute' : 'element'} ${field.name}`,
      );
    }
  }
  if (reading.strict) refuseUnknown(element, path, known, reading);
  return values;
}

function readAttribute({ name, kind }: Field, element: XmlElement, path: string, reading: Reading): unknown {
  const text = element.attributes.get(name);
  if (text === undefined || !kind) return undefined;
  const value = kind.read(text);
  if (value === undefined) {
    reading.fail(`line ${element.line}: ${name} of ${path} is ${quote(text)}; expected ${kind.expected}`);
  }
  return value;
}

function readChildren(field: Field, element: XmlElement, path: string, reading: Reading): unknown {
  const { name, child, only, many } = field;
  if (!child) return undefined;
  const found = element.children.filter((candidate) => candidate.name === name);
  if (found.length === 0) return undefined;
  if (!many && found.length > 1) {
    reading.fail(`line ${found[1]?.line}: ${path} has ${found.length} elements ${name}; expected one`);
  }
  const values = found.map((one) => {
    const value = readStruct(child, one, `${path}/${name}`, reading);
    return only === undefined ? value : value[only];
  });
  return many ? values : values[0];
}

function refuseUnknown(
  element: XmlElement,
  path: string,
  known: ReadonlySet<string>,
  reading: Reading,
): void {
  for (const name of element.attributes.keys()) {
    // What XML itself provides (xml:lang, xmlns) says nothing of PAP's.
    if (known.has(`@${name}`) || /^xml/i.test(name)) continue;
    reading.fail(
      `line ${element.line}: ${path} has no attribute ${quote(name)}; it may have ${listed(known, '@')}`,
    );
  }
  for (const { name, line } of element.children) {
    if (known.has(name)) continue;
    reading.fail(`line ${line}: ${path} has no element ${quote(name)}; it may have ${listed(known, '')}`);
  }
}

function listed(known: ReadonlySet<string>, mark: '@' | ''): string {
  const names = [...known].filter((name) => name.startsWith('@') === (mark === '@'));
  return names.map((name) => name.slice(mark.length)).join(', ') || 'none';
}

function subjectOfElement({ attributes, children }: XmlElement, name: MessageName): Subject {
  return {
    name,
    pushId: attributes.get('push-id'),
    queryId: attributes.get('query-id'),
    address: children.find((child) => child.name === 'address')?.attributes.get('address-value'),
  };
}

/** The version by what follows `DTD PAP`, whoever is said to own it: public clients mistake WAP Forum and OMA. */
function versionOf(doctype: string | undefined): PapVersion {
  if (doctype === undefined) return NEWEST;
  const external = (doctype.split('[', 1)[0] ?? '').trim();
  if (external === 'pap') return NEWEST;
  const found = /DTD PAP ?(\d+\.\d+)?\/\//i.exec(external) ?? /pap_(\d+\.\d+)\.dtd/i.exec(external);
  const name = found ? (found[1] ?? '1.0') : '';
  const spoken = name.startsWith('1.') ? '1.0' : name;
  const type = DOCUMENT_TYPES.find(({ version }) => version === spoken);
  if (type) return type.version;
  const versions = DOCUMENT_TYPES.map(({ version }) => version).join(', ');
  throw new PapError(
    `the DOCTYPE ${quote(external)} names none of the versions that are spoken: ${versions}`,
    {
      code: RESULT.versionNotSupported.code,
    },
  );
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
