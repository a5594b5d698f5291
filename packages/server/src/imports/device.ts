/** A device as a line of an import tells of it. */
import { explain, InvalidInput, type Problem } from '@grove/api';
import { isSecretNode } from '@grove/protocol';
import { GenerationCache } from '@grove/store';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { ADDRESS_KINDS, checkAddress, DeviceAddresses, type DeviceAddressKind } from '../addresses/index.ts';
import { AccountInput, DevId, type DeviceFacts, isReflecting } from '../devices/index.ts';
import { checkNodeUri } from '../steps/index.ts';
import { TimeZone, zoneProblems } from '../windows/index.ts';

const fact = (description: string) => Type.Optional(Type.String({ maxLength: 256, description }));

const Leaf = Type.Object(
  {
    format: Type.Enum(['b64', 'bin', 'bool', 'chr', 'int', 'null', 'xml', 'date', 'time', 'float']),
    type: Type.Optional(Type.String({ maxLength: 255, description: 'MIME type' })),
    value: Type.Union([Type.String(), Type.Null()], {
      description: 'Text, base64 where the format is bin; null when it is not known',
    }),
  },
  { additionalProperties: false },
);

/** Nodes that one line tells of at most. */
const MAX_NODES = 10_000;

/** A device that is to be imported. */
export const ImportedDevice = Type.Object(
  {
    devId: DevId,
    account: Type.Optional(AccountInput),
    addresses: Type.Optional(DeviceAddresses),
    timeZone: Type.Optional(TimeZone),
    man: fact('Manufacturer; that of ./DevInfo/Man among the nodes when absent'),
    mod: fact('Model; ./DevInfo/Mod'),
    dmv: fact('Version of its DM client; ./DevInfo/DmV'),
    lang: fact('Language; ./DevInfo/Lang'),
    swv: fact('Software version; ./DevDetail/SwV'),
    nodes: Type.Optional(
      Type.Record(
        Type.String({ minLength: 1, maxLength: 1024 }),
        Type.Union([Type.String(), Type.Boolean(), Type.Integer(), Type.Number(), Type.Null(), Leaf]),
        {
          maxProperties: MAX_NODES,
          description:
            'What is known of its tree, by URI: a text, a number, true or false, null where only the leaf being there is known, or {format, type, value}',
        },
      ),
    ),
    nodesAt: Type.Optional(
      Type.String({
        maxLength: 64,
        description: 'When the nodes were read, 2026-01-31T12:00:00Z; now when absent',
      }),
    ),
  },
  {
    additionalProperties: false,
    title: 'ImportedDevice',
    description: 'A line of an import: a device, its account, where it is reached, and what is known of it',
  },
);
type ImportedDevice = Static<typeof ImportedDevice>;

/** A node as it is kept. */
export interface ImportedNode {
  readonly uri: string;
  readonly format: string;
  readonly type: string | null;
  readonly value: string | null;
}

/** A line that can be stored. */
export interface ReadDevice {
  readonly devId: string;
  readonly account: AccountInput | undefined;
  readonly addresses: readonly { readonly kind: DeviceAddressKind; readonly value: string }[];
  readonly timeZone: string | undefined;
  /** Null where it is not told. */
  readonly facts: DeviceFacts;
  readonly nodes: readonly ImportedNode[];
  /** When its nodes were read, milliseconds since the epoch; undefined = now. */
  readonly nodesAt: number | undefined;
}

/** Where in a device's tree it says what. */
const PLACES: Readonly<Record<keyof DeviceFacts, string>> = {
  man: './DevInfo/Man',
  mod: './DevInfo/Mod',
  dmv: './DevInfo/DmV',
  lang: './DevInfo/Lang',
  swv: './DevDetail/SwV',
};
const FACTS = Object.keys(PLACES) as readonly (keyof DeviceFacts)[];
const MAX_FACT = 256;

/** RFC 3339. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

let fitsSchema: ReturnType<typeof Compile<typeof ImportedDevice>> | undefined;

/** URIs whose canonical form is kept at hand: those of a few models. */
const KEPT_URIS = 10_000;
const canonicalUris = new GenerationCache<string, string>(KEPT_URIS);

/**
 * Reads a line.
 *
 * @throws {InvalidInput} naming each field that is wrong
 */
export function readDevice(bytes: Uint8Array): ReadDevice {
  const given = parse(bytes);
  if (given === undefined) throw new InvalidInput([{ field: 'line', expected: 'a JSON object in UTF-8' }]);
  fitsSchema ??= Compile(ImportedDevice);
  if (!fitsSchema.Check(given)) throw new InvalidInput(explain(ImportedDevice, given, 'line'));
  const { devId, account, addresses = {}, timeZone } = given;
  const problems: Problem[] = zoneProblems(timeZone, 'timeZone');
  if (account !== undefined && isReflecting(account)) {
    problems.push({ field: 'account/server', expected: "another name or password than the device's" });
  }
  const nodesAt = given.nodesAt === undefined ? undefined : Date.parse(given.nodesAt);
  if (given.nodesAt !== undefined && (!TIME.test(given.nodesAt) || Number.isNaN(nodesAt)))
    problems.push({ field: 'nodesAt', value: given.nodesAt, expected: 'a time, 2026-01-31T12:00:00Z' });
  const nodes = nodesOf(given, problems);
  if (problems.length > 0) throw new InvalidInput(problems);
  return {
    devId,
    account,
    addresses: ADDRESS_KINDS.flatMap((kind) => {
      const text = addresses[kind];
      return text === undefined ? [] : [{ kind, value: checkAddress(kind, text, `addresses/${kind}`) }];
    }),
    timeZone,
    facts: factsOf(given, nodes),
    nodes: [...nodes.values()],
    nodesAt,
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Undefined for what is no JSON. */
function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    return undefined;
  }
}

function nodesOf(given: ImportedDevice, problems: Problem[]): Map<string, ImportedNode> {
  const nodes = new Map<string, ImportedNode>();
  const keep = (uri: string, node: Omit<ImportedNode, 'uri'>) =>
    nodes.set(uri, { uri, ...node, value: isSecretNode(uri) ? null : node.value });
  for (const [text, value] of Object.entries(given.nodes ?? {})) {
    const uri = canonicalUri(text, problems);
    if (uri !== undefined) keep(uri, nodeOf(value));
  }
  for (const fact of FACTS) {
    const value = given[fact];
    if (value !== undefined) keep(PLACES[fact], { format: 'chr', type: null, value });
  }
  // Of a device whose manufacturer is known it is taken for known that it has said who it is.
  if (nodes.has(PLACES.man)) keep('./DevInfo/DevId', { format: 'chr', type: null, value: given.devId });
  return nodes;
}

function canonicalUri(text: string, problems: Problem[]): string | undefined {
  const known = canonicalUris.get(text);
  if (known !== undefined) return known;
  try {
    const uri = checkNodeUri(text, `nodes/${text}`);
    canonicalUris.set(text, uri);
    return uri;
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

function nodeOf(value: NonNullable<ImportedDevice['nodes']>[string]): Omit<ImportedNode, 'uri'> {
  switch (typeof value) {
    case 'string':
      return { format: 'chr', type: null, value };
    case 'boolean':
      return { format: 'bool', type: null, value: String(value) };
    case 'number':
      return { format: Number.isInteger(value) ? 'int' : 'float', type: null, value: String(value) };
    default:
      if (value === null) return { format: 'chr', type: null, value: null };
      // Binary values are base64 under the format that the node has.
      return {
        format: value.format === 'b64' ? 'bin' : value.format,
        type: value.type ?? null,
        value: value.value,
      };
  }
}

function factsOf(given: ImportedDevice, nodes: ReadonlyMap<string, ImportedNode>): DeviceFacts {
  const fact = (name: keyof DeviceFacts) =>
    given[name] ?? nodes.get(PLACES[name])?.value?.slice(0, MAX_FACT) ?? null;
  return { man: fact('man'), mod: fact('mod'), dmv: fact('dmv'), lang: fact('lang'), swv: fact('swv') };
}
