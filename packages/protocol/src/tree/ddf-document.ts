/** Device description documents: XML and WBXML ↔ {@link DdfDocument} (OMA-TS-DM-TNDS 1.2, DMDDF 1.2). */
import { type Encoding, type Markup, parseMarkup, serializeMarkup } from '../syncml/index.ts';
import { Deviations, excerpt, type Limits } from '../vocabulary/index.ts';
import { ACCESS_COMMANDS, type DdfDocument, type DdfNode, type Occurrence } from './ddf.ts';
import { TreeError } from './error.ts';
import { type MgmtElement, make, makeText, rootOf, VER_DTD } from './mgmt-tree.ts';
import { Uri } from './uri.ts';

const OCCURRENCES = ['One', 'ZeroOrOne', 'ZeroOrMore', 'OneOrMore'] as const;

/**
 * Reads a device description document.
 *
 * @param options.deviations takes note of what was read although it is not as it should be.
 * @throws {MalformedError} when it is none: names the element.
 */
export function parseDdf(
  bytes: Uint8Array,
  encoding: Encoding,
  options: { limits?: Limits; deviations?: Deviations } = {},
): DdfDocument {
  const deviations = options.deviations ?? new Deviations();
  return readDdf(parseMarkup(bytes, encoding, { ...options, deviations }), deviations);
}

/** Writes a device description document. */
export function serializeDdf(document: DdfDocument, encoding: Encoding): Uint8Array {
  const { verDTD, man, mod, nodes } = document;
  const about = [makeText('VerDTD', verDTD), makeText('Man', man), makeText('Mod', mod)];
  return serializeMarkup(make('MgmtTree', ...about, ...nodes.map(nodeMarkup)), encoding);
}

/**
 * Reads a device description that was parsed before.
 *
 * @throws {MalformedError}
 */
export function readDdf(markup: Markup, deviations: Deviations = new Deviations()): DdfDocument {
  const root = rootOf(markup, deviations);
  const nodes = root.all('Node').map(readNode);
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

function readNode(node: MgmtElement): DdfNode {
  const children = node.all('Node').map(readNode);
  const properties = node.first('DFProperties');
  if (properties === undefined) node.note('no DFProperties', 'DFProperties');
  const written = properties?.first('DFFormat');
  if (properties !== undefined && written === undefined) properties.note('no DFFormat', 'DFFormat');
  const format = written?.format() ?? (children.length > 0 ? 'node' : 'chr');
  if (format !== 'node' && children.length > 0) node.fail(`Node in a leaf of format ${format}`, 'no Node');
  const name = node.textIn('NodeName');
  return {
    ...optional({ name: name === '' ? undefined : name, path: pathOf(node) }),
    access: accessOf(properties),
    format,
    types: properties?.first('DFType')?.types() ?? node.first('RTProperties')?.first('Type')?.types() ?? [],
    ...optional({
      occurrence: occurrenceOf(properties),
      scope: chosen(properties, 'Scope', ['Permanent', 'Dynamic']),
      caseSense: chosen(properties, 'CaseSense', ['CS', 'CIS']),
      title: properties?.textIn('DFTitle'),
      description: properties?.textIn('Description'),
      defaultValue: properties?.first('DefaultValue')?.text,
      children: children.length > 0 ? children : undefined,
    }),
  };
}

function pathOf(node: MgmtElement): string | undefined {
  const path = node.first('Path');
  const text = path?.text.trim();
  if (path === undefined || text === undefined || text === '') return undefined;
  try {
    return Uri.parse(text, { deviation: (what) => path.note(what, 'a URI') }).node.toString();
  } catch (error) {
    if (error instanceof TreeError) return path.fail(error.message, 'a URI');
    throw error;
  }
}

function accessOf(properties: MgmtElement | undefined): DdfNode['access'] {
  const listed = properties?.first('AccessType')?.elements ?? [];
  return listed.flatMap((each) => {
    const command = ACCESS_COMMANDS.find((name) => name === each.name);
    if (command === undefined) each.note(`<${each.name}>`, `one of ${ACCESS_COMMANDS.join(', ')}`);
    return command ?? [];
  });
}

function occurrenceOf(properties: MgmtElement | undefined): Occurrence | undefined {
  const choice = properties?.first('Occurrence')?.choice();
  if (choice === undefined) return undefined;
  if (choice.name === 'ZeroOrN') return { zeroOrN: numberIn(choice) };
  if (choice.name === 'OneOrN') return { oneOrN: numberIn(choice) };
  return wordOf(choice, OCCURRENCES);
}

function numberIn(choice: MgmtElement): number {
  const text = choice.text.trim();
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return number >= 2 && number <= 65_536 ? number : choice.fail(excerpt(text), 'a number from 2 to 65536');
}

function chosen<W extends string>(
  properties: MgmtElement | undefined,
  name: string,
  words: readonly W[],
): W | undefined {
  const choice = properties?.first(name)?.choice();
  return choice === undefined ? undefined : wordOf(choice, words);
}

function wordOf<W extends string>(choice: MgmtElement, words: readonly W[]): W {
  const word = words.find((each) => each === choice.name);
  return word ?? choice.fail(`<${choice.name}>`, `one of ${words.join(', ')}`);
}

function nodeMarkup(node: DdfNode): Markup {
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
  );
  return make(
    'Node',
    makeText('NodeName', node.name ?? ''),
    makeText('Path', node.path),
    properties,
    ...(node.children ?? []).map(nodeMarkup),
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
