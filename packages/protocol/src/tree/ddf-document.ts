/** Device description documents: XML and WBXML ↔ {@link DdfDocument} (OMA-TS-DM-TNDS 1.2, DMDDF 1.2). */
import { type Encoding, isMarkup, type Markup, parseMarkup, serializeMarkup } from '../syncml/index.ts';
import { DEFAULT_LIMITS, Deviations, excerpt, type Limits } from '../vocabulary/index.ts';
import { AclSyntaxError, formatAcl, parseAcl } from './acl.ts';
import { allowedMarkup, allowedOf } from './allowed-markup.ts';
import {
  ACCESS_COMMANDS,
  type AccessCommand,
  type DdfDocument,
  type DdfNode,
  type Occurrence,
} from './ddf.ts';
import { TreeError } from './error.ts';
import { type MgmtElement, make, makeText, rootOf, VER_DTD } from './mgmt-tree.ts';
import { checkName, Uri } from './uri.ts';

/** Descriptions are files of whole devices, and larger than any message. */
const LIMITS: Limits = { ...DEFAULT_LIMITS, elements: 2_000_000 };

/**
 * Reads a device description document as vendors publish them: what has one sensible meaning is taken.
 *
 * @param options.deviations takes note of what was read although it is not as it should be.
 * @throws {MalformedError} when it is none: names the element.
 */
export function parseDdf(
  bytes: Uint8Array,
  encoding: Encoding,
  options: { limits?: Limits; deviations?: Deviations } = {},
): DdfDocument {
  const { limits = LIMITS, deviations = new Deviations() } = options;
  return readDdf(parseMarkup(bytes, encoding, { limits, deviations, anyDoctype: true }), deviations);
}

/**
 * Writes a device description document. What values are allowed is written in XML only: in WBXML there are no elements
 * of other namespaces.
 */
export function serializeDdf(document: DdfDocument, encoding: Encoding): Uint8Array {
  const { verDTD, man, mod, nodes } = document;
  const about = [makeText('VerDTD', verDTD), makeText('Man', man), makeText('Mod', mod)];
  return serializeMarkup(
    make('MgmtTree', ...about, ...nodes.map((node) => nodeMarkup(node, encoding))),
    encoding,
  );
}

/**
 * Reads a device description that was parsed before.
 *
 * @throws {MalformedError}
 */
export function readDdf(markup: Markup, deviations: Deviations = new Deviations()): DdfDocument {
  const root = rootOf(markup, deviations);
  const nodes = root.all('Node').map((node) => readNode(node, true));
  if (nodes.length === 0) root.fail('no Node', 'at least one');
  const verDTD = root.textIn('VerDTD');
  if (verDTD === undefined) root.note('no VerDTD', VER_DTD);
  return {
    verDTD: verDTD ?? VER_DTD,
    ...optional({ man: root.textIn('Man'), mod: root.textIn('Mod') }),
    nodes,
  };
}

/** The same object without what is undefined. */
function optional<T extends object>(properties: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(properties).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}

function readNode(node: MgmtElement, isOutermost: boolean): DdfNode {
  const children = node.all('Node').map((child) => readNode(child, false));
  const properties = node.first('DFProperties');
  if (properties === undefined) node.note('no DFProperties', 'DFProperties');
  const runtime = node.first('RTProperties');
  return {
    ...optional(placeOf(node, isOutermost)),
    access: accessOf(properties),
    format: formatOf(node, properties, children.length > 0),
    types: properties?.first('DFType')?.types() ?? runtime?.first('Type')?.types() ?? [],
    ...optional({
      occurrence: occurrenceOf(properties),
      scope: properties?.first('Scope')?.choice(['Permanent', 'Dynamic']),
      caseSense: properties?.first('CaseSense')?.choice(['CS', 'CIS']),
      title: properties?.textIn('DFTitle'),
      description: properties?.textIn('Description'),
      allowed: properties === undefined ? undefined : allowedOf(properties),
      defaultValue: (properties?.first('DefaultValue') ?? node.first('Value'))?.text,
      acl: aclOf(runtime),
      children: children.length > 0 ? children : undefined,
    }),
  };
}

function formatOf(
  node: MgmtElement,
  properties: MgmtElement | undefined,
  hasChildren: boolean,
): DdfNode['format'] {
  const written = properties?.first('DFFormat');
  if (properties !== undefined && written === undefined) properties.note('no DFFormat', 'DFFormat');
  // Where nothing at all is said, the node is described elsewhere and is only on the way here.
  const isBare = properties === undefined && node.first('Value') === undefined;
  const format = written?.format() ?? (hasChildren || isBare ? 'node' : 'chr');
  if (format === 'node' || !hasChildren) return format;
  // Printed in some standard objects themselves: what has nodes in it is an interior node.
  written?.note(`${format} for a node with nodes in it`, 'node');
  return 'node';
}

/** How a name that is given at run time is written where it should be empty: `<X>`, `<X>+`, `*`, `{id}`. */
const PLACEHOLDER = /^(?:<.*>[*+?]?|\{.*\}|\*)$/;

/** The name and the Path of a node. */
function placeOf(node: MgmtElement, isOutermost: boolean): Pick<DdfNode, 'name' | 'path'> {
  const element = node.first('NodeName');
  const path = pathOf(node, isOutermost);
  const name = element?.text.trim() ?? '';
  if (element === undefined) node.note('no NodeName', 'a name, or an empty one');
  if (element === undefined || name === '') return { name: undefined, path };
  if (PLACEHOLDER.test(name)) {
    element.note(excerpt(name), 'nothing for a name that is given at run time');
    return { name: undefined, path };
  }
  if (checkName(name) === undefined) return { name, path };
  // A URI in place of a name says the Path as well.
  const uri = uriOf(element, name);
  const given = uri.name === '' ? element.fail(excerpt(name), 'the name of a node') : uri.name;
  element.note(excerpt(name), `the name ${given}`);
  const above = uri.segments.slice(0, -1).join('/');
  if (above === '') return { name: given, path };
  return {
    name: given,
    path: path === undefined ? (isOutermost ? `./${above}` : above) : `${path}/${above}`,
  };
}

/** A Path from the root begins with `./`; one without stands below the node in which it is written. */
function pathOf(node: MgmtElement, isOutermost: boolean): string | undefined {
  const path = node.first('Path');
  const text = path?.text.trim();
  if (path === undefined || text === undefined || text === '') return undefined;
  const uri = uriOf(path, text).node.toString();
  if (isOutermost) return uri;
  path.note(excerpt(text), 'no Path in a node that stands in another');
  return text.startsWith('.') ? uri : uri.slice('./'.length);
}

function uriOf(element: MgmtElement, text: string): Uri {
  try {
    return Uri.parse(text, { deviation: (what) => element.note(what, 'a URI') });
  } catch (error) {
    if (error instanceof TreeError) return element.fail(error.message, 'a URI');
    throw error;
  }
}

/** What holds for a node that does not say what it supports: it can be looked at, and no more. */
const ACCESS_UNSAID: readonly AccessCommand[] = ['Get'];

function accessOf(properties: MgmtElement | undefined): DdfNode['access'] {
  const access = properties?.first('AccessType');
  if (access === undefined) {
    properties?.note('no AccessType', 'AccessType');
    return ACCESS_UNSAID;
  }
  const said = access.markup.children.flatMap((child) => {
    if (isMarkup(child)) return child.element.page === access.markup.element.page ? [child.element.name] : [];
    return (typeof child === 'string' ? child : '').split(/[\s,;|&]+/).filter((word) => word !== '');
  });
  const listed = said.flatMap((word): AccessCommand[] => {
    const command = ACCESS_COMMANDS.find((name) => name.toLowerCase() === word.toLowerCase());
    if (command !== word) access.note(excerpt(word), `an element: one of ${ACCESS_COMMANDS.join(', ')}`);
    return command === undefined ? [] : [command];
  });
  return [...new Set(listed)];
}

const OCCURRENCES = ['One', 'ZeroOrOne', 'ZeroOrMore', 'OneOrMore', 'ZeroOrN', 'OneOrN'] as const;

function occurrenceOf(properties: MgmtElement | undefined): Occurrence | undefined {
  const element = properties?.first('Occurrence');
  if (element === undefined) return undefined;
  const word = element.choice(OCCURRENCES);
  if (word !== 'ZeroOrN' && word !== 'OneOrN') return word;
  const text = element.elements[0]?.text.trim() ?? '';
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number >= 2 && number <= 65_536) return word === 'ZeroOrN' ? { zeroOrN: number } : { oneOrN: number };
  element.note(`${word} ${excerpt(text)}`, 'a number from 2 to 65536');
  if (number === 1) return word === 'ZeroOrN' ? 'ZeroOrOne' : 'One';
  return word === 'ZeroOrN' ? 'ZeroOrMore' : 'OneOrMore';
}

function aclOf(runtime: MgmtElement | undefined): string | undefined {
  const element = runtime?.first('ACL');
  const text = element?.text.trim() ?? '';
  if (element === undefined || text === '') return undefined;
  try {
    return formatAcl(parseAcl(text));
  } catch (error) {
    if (!(error instanceof AclSyntaxError)) throw error;
    element.note(error.message, 'an ACL');
    return undefined;
  }
}

function nodeMarkup(node: DdfNode, encoding: Encoding): Markup {
  const properties = make(
    'DFProperties',
    make('AccessType', ...node.access.map((command) => make(command))),
    makeText('DefaultValue', node.defaultValue),
    makeText('Description', node.description),
    make('DFFormat', make(node.format)),
    occurrenceMarkup(node.occurrence),
    node.scope === undefined ? undefined : make('Scope', make(node.scope)),
    makeText('DFTitle', node.title),
    make('DFType', ...typesMarkup(node)),
    node.caseSense === undefined ? undefined : make('CaseSense', make(node.caseSense)),
    node.allowed === undefined || encoding === 'wbxml' ? undefined : allowedMarkup(node.allowed),
  );
  return make(
    'Node',
    makeText('NodeName', node.name ?? ''),
    makeText('Path', node.path),
    node.acl === undefined
      ? undefined
      : make('RTProperties', makeText('ACL', node.acl), make('Type', ...typesMarkup(node).slice(0, 1))),
    properties,
    ...(node.children ?? []).map((child) => nodeMarkup(child, encoding)),
  );
}

function typesMarkup({ format, types }: DdfNode): (Markup | undefined)[] {
  if (format === 'node') return [makeText('DDFName', types[0] ?? '')];
  return (types.length === 0 ? [''] : types).map((type) => makeText('MIME', type));
}

function occurrenceMarkup(occurrence: Occurrence | undefined): Markup | undefined {
  if (occurrence === undefined) return undefined;
  if (typeof occurrence === 'string') return make('Occurrence', make(occurrence));
  const choice =
    'zeroOrN' in occurrence
      ? makeText('ZeroOrN', String(occurrence.zeroOrN))
      : makeText('OneOrN', String(occurrence.oneOrN));
  return make('Occurrence', choice);
}
