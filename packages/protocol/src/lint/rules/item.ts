/** What Items address and carry. */
import { contentBytes, contentMarkup, isMarkup, itemFormat, type Meta } from '../../syncml/index.ts';
import { FORMATS, formatOf, normaliseValue, TreeError, Uri, ValueError } from '../../tree/index.ts';
import { SPEC } from '../../vocabulary/index.ts';
import { type Fault, type ItemView, isMasked, type Rule, unless } from '../rule.ts';
import { treeFaults } from '../tree-document.ts';
import { hasItems } from '../view.ts';

/** Commands that address nodes. */
const ON_NODES: ReadonlySet<string> = new Set(['Add', 'Copy', 'Delete', 'Exec', 'Get', 'Replace', 'Results']);
/** Formats whose text has a form of its own. */
const FORMED: ReadonlySet<string> = new Set(['bool', 'int', 'float', 'date', 'time', 'null']);
const TNDS_TYPE = /^application\/vnd\.syncml\.dmtnds\+(?:wb)?xml\s*(?:;|$)/i;

function urisOf({ item: { target, source }, command }: ItemView): string[] {
  if (!ON_NODES.has(command.name)) return [];
  return [target?.locURI ?? '', source?.locURI ?? ''].filter((uri) => uri !== '');
}

function parsed(uri: string): Uri | string {
  try {
    return Uri.parse(uri);
  } catch (error) {
    if (!(error instanceof TreeError)) throw error;
    return error.message;
  }
}

function formatIn({ item, command }: ItemView): string {
  return itemFormat(item, 'meta' in command ? command.meta : undefined);
}

function unusedMeta(meta: Meta | undefined): string[] {
  if (meta === undefined) return [];
  const { anchor, mem, fieldLevel, version } = meta;
  return Object.entries({ Anchor: anchor, Mem: mem, FieldLevel: fieldLevel, Version: version })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name);
}

function valueFault(view: ItemView): Fault | undefined {
  const format = formatIn(view);
  const { data } = view.item;
  const known = formatOf(format);
  if (known === undefined || !FORMED.has(format) || typeof data !== 'string' || isMasked(data))
    return undefined;
  // The names of children have Format node, but some devices give them that of a leaf.
  if (view.item.moreData === true) return undefined;
  try {
    normaliseValue({ format: known, type: '', data });
    return undefined;
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    return { found: error.message, expected: `a value of Format ${known}` };
  }
}

function documentFaults({ item, type, format }: ItemView): Fault[] {
  if (item.data === undefined || item.moreData === true) return [];
  const isTree = TNDS_TYPE.test(type?.trim() ?? '');
  const looksLikeOne =
    isMarkup(item.data) || typeof item.data !== 'string' || /<\s*(?:\w+:)?MgmtTree/.test(item.data);
  if (!isTree && !looksLikeOne) return [];
  const markup = contentMarkup(item.data, format);
  if (markup === undefined)
    return isTree
      ? [{ found: `Type ${type}, and Data that is no such document`, expected: 'a serialized tree' }]
      : [];
  const faults = treeFaults(markup).map(({ at, ...fault }) => ({ ...fault, at: `Data/${at ?? ''}` }));
  if (markup.element.name !== 'MgmtTree' || isTree) return faults;
  return [
    {
      found: `a serialized tree of ${type === undefined ? 'no Type' : `Type ${type}`}`,
      expected: 'application/vnd.syncml.dmtnds+xml or +wbxml',
    },
    ...faults,
  ];
}

/** What each command needs to know which node is meant. */
const PLACES: Readonly<Record<string, readonly ('target' | 'source')[]>> = {
  Add: ['target'],
  Copy: ['target', 'source'],
  Delete: ['target'],
  Exec: ['target'],
  Get: ['target'],
};

function missingPlaces({ item, command }: ItemView, sender: string | undefined): string[] {
  const has = (place: 'target' | 'source'): boolean => (item[place]?.locURI ?? '') !== '';
  if (command.name === 'Replace') {
    // A client reports its nodes by Source, a server addresses them by Target.
    if (sender === 'client') return has('source') ? [] : ['Source'];
    return has('target') || (sender === undefined && has('source')) ? [] : ['Target'];
  }
  if (command.name === 'Results')
    return has('source') || command.sourceRef.length > 0 || command.targetRef.length > 0 ? [] : ['Source'];
  return (PLACES[command.name] ?? [])
    .filter((place) => !has(place))
    .map((place) => (place === 'target' ? 'Target' : 'Source'));
}

export const ITEM_RULES: readonly Rule[] = [
  {
    id: 'command-items',
    says: 'A command on nodes has at least one Item.',
    specification: SPEC.syncRepPro,
    section: 'DTD',
    severity: 'error',
    command: ({ command }) =>
      unless(
        !ON_NODES.has(command.name) || !hasItems(command) || command.items.length > 0,
        `${command.name} without Items`,
        'at least one',
      ),
  },
  {
    id: 'item-address',
    says: 'An Item says which node is meant: by Target, in what a client reports by Source, in Copy by both.',
    specification: SPEC.protocol,
    section: '8.3 to 8.6',
    severity: 'error',
    item: (view, { sender }) => {
      const missing = missingPlaces(view, sender);
      return unless(missing.length === 0, `no LocURI of ${missing.join(' and ')}`, 'the URI of a node');
    },
  },
  {
    id: 'item-uri',
    says: 'A node is addressed by ".", "./A/B" or "A/B", with ?prop= or ?list= of what the standard names.',
    specification: SPEC.protocol,
    section: '5',
    severity: 'error',
    item: (view) =>
      urisOf(view).flatMap((uri): Fault[] => {
        const found = parsed(uri);
        return typeof found === 'string' ? [{ found, expected: 'the URI of a node' }] : [];
      }),
  },
  {
    id: 'item-query',
    says: 'A property is read by Get and changed by Replace; a listing is read by Get.',
    specification: SPEC.tnd,
    section: 'Properties of nodes',
    severity: 'error',
    item: (view) => {
      const { name } = view.command;
      if (name === 'Get' || name === 'Results') return undefined;
      return urisOf(view).flatMap((uri): Fault[] => {
        const { property, list } = asUri(parsed(uri));
        if (list !== undefined) return [{ found: `${name} of ?list=`, expected: 'Get' }];
        return property !== undefined && name !== 'Replace'
          ? [{ found: `${name} of ?prop=`, expected: 'Get or Replace' }]
          : [];
      });
    },
  },
  {
    id: 'item-data',
    says: 'An Item that gives a leaf its value has Data, unless its Format is node or null.',
    specification: SPEC.repPro,
    section: 'Data',
    severity: 'warning',
    item: (view) =>
      unless(
        !['Add', 'Replace'].includes(view.command.name) ||
          view.item.data !== undefined ||
          ['node', 'null'].includes(formatIn(view)),
        'no Data',
        'Data, or Format node or null',
      ),
  },
  {
    id: 'item-data-unused',
    says: 'An Item of Get, Delete or Copy has no Data.',
    specification: SPEC.repPro,
    section: 'Protocol command elements',
    severity: 'note',
    item: ({ item, command }) =>
      unless(
        !['Get', 'Delete', 'Copy'].includes(command.name) || item.data === undefined || item.data === '',
        `Data in ${command.name}`,
        'none',
      ),
  },
  {
    id: 'meta-format',
    says: 'Meta Format is one of the formats of device management, in lower case.',
    specification: SPEC.metaInfo,
    section: 'Format',
    severity: 'warning',
    item: ({ format, item }) => {
      if (format === undefined || item.data === undefined) return undefined;
      const known = formatOf(format);
      if (known === undefined) return { found: `Format ${format}`, expected: FORMATS.join(', '), at: 'Meta' };
      return unless(known === format, `Format ${format}`, known, 'Meta');
    },
  },
  {
    id: 'meta-format-missing',
    says: 'Meta Format says so where Data is not text.',
    specification: SPEC.protocol,
    section: '8.4',
    severity: 'error',
    item: ({ item, format }) =>
      unless(
        !(item.data instanceof Uint8Array) || ['bin', 'b64'].includes(format?.trim().toLowerCase() ?? ''),
        `binary Data under ${format === undefined ? 'no Format' : `Format ${format}`}`,
        'bin or b64',
      ),
  },
  {
    id: 'data-base64',
    says: 'Data under Format b64 is base64.',
    specification: SPEC.metaInfo,
    section: 'Format',
    severity: 'error',
    item: ({ item, format }) =>
      unless(
        item.data === undefined ||
          item.moreData === true ||
          isMasked(item.data) ||
          contentBytes(item.data, format) !== undefined,
        'Data that is no base64',
        'base64',
      ),
  },
  {
    id: 'data-format',
    says: 'Data is of the form that its Format says.',
    specification: SPEC.tnd,
    section: 'Properties of nodes, Format',
    severity: 'warning',
    item: valueFault,
  },
  {
    id: 'data-document',
    says: 'A serialized tree in Data has the Type that says so, and is built as its document type definition says.',
    specification: SPEC.tnds,
    section: 'TNDS syntax',
    severity: 'warning',
    item: documentFaults,
  },
  {
    id: 'meta-unused',
    says: 'Device management does not use Anchor, FieldLevel, Mem and Version in Meta.',
    specification: SPEC.repPro,
    section: 'Meta-information elements',
    severity: 'note',
    item: ({ item, command }) =>
      [...unusedMeta(item.meta), ...unusedMeta('meta' in command ? command.meta : undefined)].map((name) => ({
        found: name,
        expected: 'none',
        at: 'Meta',
      })),
  },
];

function asUri(uri: Uri | string): Uri {
  return typeof uri === 'string' ? Uri.ROOT : uri;
}
