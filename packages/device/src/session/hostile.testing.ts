/** For tests: what a server may ask for that means harm, or does not know how. */
import {
  ALERT,
  type Command,
  type Content,
  EncodeError,
  type Encoding,
  encodeMessage,
  type Item,
  type Meta,
  serializeTnds,
  Uri,
} from '@grove/protocol';
import fc from 'fast-check';
import type { Reaction, UserInteraction } from '../interaction/index.ts';

const NAMES = [
  'a',
  'b',
  'bytes',
  'branch',
  'branch/leaf',
  'branch/x',
  'empty',
  'locked',
  'new',
  'new/deep/leaf',
];
const NODES = [
  '.',
  './Open',
  './Open/large',
  ...NAMES.map((name) => `./Open/${name}`),
  './Shared',
  './Shared/theirs',
  './Shared/theirs/leaf',
  './Shared/theirs/run',
  './Shared/own',
  './Shared/own/x',
  './Secret',
  './Secret/leaf',
  './Secret/large',
  './DevInfo/Mod',
  './DMAcc/Operator/AppAddr/1/Addr',
  './DMAcc/Operator/ServerID',
];
const QUERIES = [
  'prop=ACL',
  'prop=Name',
  'prop=Title',
  'prop=Size',
  'prop=Type',
  'prop=TStamp',
  'prop=',
  'list=Struct',
];
const LISTS = [
  'list=StructData',
  'list=TNDS',
  'list=TNDS+ACL',
  'list=TNDS-Value',
  'list=Nonsense',
  'prop=ACL&list=TNDS',
];
const node = fc.constantFrom(...NODES);
const uri = fc.oneof(
  { weight: 12, arbitrary: node },
  {
    weight: 3,
    arbitrary: fc.tuple(node, fc.constantFrom(...QUERIES, ...LISTS)).map((parts) => parts.join('?')),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      'Open/a',
      './Open//a',
      './Open/a/',
      '/Open/a',
      '../Open',
      './open/a',
      './Open/%61',
      './Secret/../Open/a',
      `./Open/${'n'.repeat(300)}`,
    ),
  },
);
const ACLS = [
  '',
  'Get=*',
  'Add=*&Get=*&Replace=*&Delete=*&Exec=*',
  'Get=com.example.dm&Replace=com.example.dm',
  'Add=*&Get=',
  'Nonsense',
];
const text = fc.oneof(
  fc.constantFrom('', 'x', '7', ' true ', 'AQID', 'AQI', 'b', 'renamed', 'a/b', '2001-07-11', ...ACLS),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  // From a size on values are kept outside the tree.
  fc
    .tuple(fc.constantFrom('L', 'é', 'AQID'), fc.integer({ min: 4000, max: 20_000 }))
    .map(([unit, count]) => unit.repeat(count)),
);
const format = fc.constantFrom(
  undefined,
  undefined,
  'chr',
  'int',
  'bool',
  'node',
  'b64',
  'bin',
  'xml',
  'date',
  'null',
  'CHR',
  'nonsense',
);
const data: fc.Arbitrary<Content | undefined> = fc.oneof(
  { weight: 6, arbitrary: text },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }) },
  { weight: 1, arbitrary: fc.constant(undefined) },
);
const withMeta = (meta: Partial<Meta>): Pick<Item, 'meta'> => {
  const said = Object.fromEntries(Object.entries(meta).filter(([, value]) => value !== undefined));
  return Object.keys(said).length === 0 ? {} : { meta: { emi: [], ...said } };
};

const plainItem: fc.Arbitrary<Item> = fc
  .record({
    target: uri,
    source: fc.option(uri),
    format,
    type: fc.constantFrom(undefined, 'text/plain', 'x/y', 'application/vnd.syncml.dmtnds+xml'),
    data,
    more: fc.nat(15),
    size: fc.option(fc.nat(30), { nil: undefined }),
  })
  .map(({ target, source, format: named, type, data: content, more, size }) => ({
    ...(target === '' ? {} : { target: { locURI: target } }),
    ...(source === null ? {} : { source: { locURI: source } }),
    ...withMeta({ format: named, type, ...(more === 0 ? { size } : {}) }),
    data: content,
    ...(more === 0 ? { moreData: true } : {}),
  }));

/** A serialized tree, whole or damaged. */
const treeItem: fc.Arbitrary<Item> = fc
  .record({
    target: fc.constantFrom(
      './Open/new',
      './Open/branch',
      './Open',
      './Shared/own',
      './Shared/theirs',
      './Secret',
      './Open/a',
    ),
    nodes: fc.uniqueArray(
      fc.record({
        path: fc.constantFrom('', '/a', '/b', '/b/c', '/theirs'),
        leaf: fc.boolean(),
        value: fc.constantFrom('', 'v', 'w & x'),
        acl: fc.constantFrom('', '', ...ACLS.slice(0, 4)),
        title: fc.constantFrom('', 'T'),
      }),
      { selector: ({ path }) => path, minLength: 1, maxLength: 4 },
    ),
    encoding: fc.constantFrom<Encoding>('xml', 'wbxml'),
    damage: fc.option(
      fc.record({
        at: fc.nat(400),
        text: fc.constantFrom('', '<', '</Node>', '<Node>', '&', '\u0001', '../..'),
      }),
      { freq: 3 },
    ),
  })
  .map(({ target, nodes, encoding, damage }) => {
    const written = nodes.map(({ path, leaf, value, acl, title }) => ({
      uri: target + path,
      format: leaf ? ('chr' as const) : ('node' as const),
      ...(leaf ? { data: value } : {}),
      acl,
      title,
    }));
    const bytes = serializeTnds(written, Uri.parse(target), encoding);
    const isText = encoding === 'xml';
    const type = `application/vnd.syncml.dmtnds+${encoding}`;
    let whole = isText ? new TextDecoder().decode(bytes) : Buffer.from(bytes).toString('base64');
    if (damage !== null) whole = whole.slice(0, damage.at) + damage.text + whole.slice(damage.at + 1);
    return { target: { locURI: target }, ...withMeta({ format: isText ? 'xml' : 'b64', type }), data: whole };
  });

/** What is aimed at what is none of the server's. */
const aimedItem: fc.Arbitrary<Item> = fc
  .record({
    target: fc.constantFrom(
      '.',
      './Shared',
      './Secret',
      './Secret/leaf',
      './Secret/large',
      './Secret/new',
      './Shared/theirs',
      './Shared/theirs/leaf',
      './Shared/theirs/run',
      './Shared/own',
      './Open/new',
    ),
    query: fc.constantFrom(
      '',
      '',
      '',
      '?prop=ACL',
      '?prop=Name',
      '?prop=Title',
      '?list=TNDS',
      '?list=StructData',
    ),
    source: fc.constantFrom('./Secret/leaf', './Secret/large', './Shared/theirs/leaf'),
    data: fc.constantFrom('x', 'Add=*&Get=*&Replace=*&Delete=*&Exec=*', 'Get=com.example.dm'),
  })
  .map(({ target, query, source, data: said }) => ({
    target: { locURI: target + query },
    source: { locURI: source },
    data: said,
  }));

const item = fc.oneof(
  { weight: 4, arbitrary: plainItem },
  { weight: 1, arbitrary: treeItem },
  { weight: 2, arbitrary: aimedItem },
);
const items = fc.oneof(
  { weight: 5, arbitrary: item.map((each) => [each]) },
  { weight: 1, arbitrary: fc.array(item, { maxLength: 3 }) },
);
const change = fc.record({
  name: fc.constantFrom('Add' as const, 'Copy' as const, 'Delete' as const, 'Replace' as const),
  items,
});
const reading = fc.record({ name: fc.constantFrom('Get' as const, 'Exec' as const), items });
const question = fc
  .record({
    code: fc.integer({ min: 1099, max: 1105 }),
    items: fc.array(fc.constantFrom('MINDT=1', 'DR=1&MAXDT=2', 'Sure?', 'a', 'b', ''), { maxLength: 4 }),
  })
  .map(({ code, items: said }) => ({
    name: 'Alert' as const,
    code,
    items: said.map((each) => ({ data: each })),
  }));
const alert = fc
  .constantFrom(ALERT.NEXT_MESSAGE, ALERT.NO_END_OF_DATA, ALERT.GENERIC, ALERT.CLIENT_INITIATED, 0)
  .map((code) => ({ name: 'Alert' as const, code, items: [] }));

/** A command without CmdID, and without those of what is in it. */
type Bare = Record<string, unknown> & { readonly name: string; readonly commands?: readonly Bare[] };
const { command } = fc.letrec<{ command: Bare; container: Bare }>((tie) => ({
  command: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    { weight: 8, arbitrary: change },
    { weight: 4, arbitrary: reading },
    { weight: 1, arbitrary: question },
    { weight: 1, arbitrary: alert },
    { weight: 3, arbitrary: tie('container') },
  ),
  container: fc.record({
    name: fc.constantFrom('Atomic', 'Sequence'),
    commands: fc.array(fc.oneof({ weight: 3, arbitrary: change }, { weight: 1, arbitrary: tie('command') }), {
      maxLength: 4,
    }),
  }),
}));

/** A message of the server. */
export interface Packet {
  readonly commands: readonly Bare[];
  readonly final: boolean;
  readonly maxMsgSize?: number | undefined;
  readonly maxObjSize?: number | undefined;
}

const bounds = {
  final: fc.boolean(),
  maxMsgSize: fc.option(fc.integer({ min: 1500, max: 30_000 }), { nil: undefined }),
  maxObjSize: fc.option(fc.integer({ min: 1, max: 30_000 }), { nil: undefined, freq: 2 }),
};
const packet: fc.Arbitrary<Packet> = fc.record({ commands: fc.array(command, { maxLength: 4 }), ...bounds });

/** A value in parts, one in each message; what is told of its size may be wrong, and other things may come between. */
const parted: fc.Arbitrary<Packet[]> = fc
  .record({
    name: fc.constantFrom('Add', 'Replace'),
    target: fc.constantFrom(
      './Open/new',
      './Open/a',
      './Open/locked',
      './Open/bytes',
      './Shared/own',
      './Secret/leaf',
      './Secret/large',
      './Open/a?prop=Title',
    ),
    format: fc.constantFrom('chr', 'b64', 'bin', 'xml', 'int'),
    value: fc.oneof(fc.constantFrom('QUJD'.repeat(3), 'QUJD'.repeat(5500), 'é'.repeat(9000)), text),
    cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 3 }),
    wrong: fc.oneof(
      { weight: 3, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.constantFrom(-1, 1, 2 ** 31) },
    ),
    between: fc.option(fc.tuple(fc.nat(3), command), { freq: 2 }),
    unfinished: fc.nat(5),
  })
  .map(({ name, target, format: named, value, cuts, wrong, between, unfinished }) => {
    const points = [
      0,
      ...cuts.map((cut) => Math.floor(cut * value.length)).sort((a, b) => a - b),
      value.length,
    ];
    const isBytes = named === 'bin';
    const whole = Buffer.from(value);
    return points.slice(1).map((end, index): Packet => {
      const start = points[index] ?? 0;
      const isLast = index === cuts.length && unfinished > 0;
      const size =
        index === 0 ? Math.max(0, (isBytes ? whole.length : Buffer.byteLength(value)) + wrong) : undefined;
      const part: Bare = {
        name,
        items: [
          {
            target: { locURI: target },
            ...withMeta({ format: named, size }),
            data: isBytes
              ? whole.subarray(start, index === cuts.length ? undefined : end)
              : value.slice(start, end),
            ...(isLast ? {} : { moreData: true }),
          },
        ],
      };
      return { commands: between?.[0] === index ? [between[1], part] : [part], final: true };
    });
  });

/** A conversation. */
export const packets: fc.Arbitrary<Packet[]> = fc
  .array(fc.oneof({ weight: 3, arbitrary: packet.map((each) => [each]) }, { weight: 1, arbitrary: parted }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((lists) => lists.flat());

/** Gives commands CmdIDs, each its own. */
export function numbered(commands: readonly Bare[]): Command[] {
  let next = 2;
  const number = (bare: Bare): Command =>
    ({
      ...bare,
      cmdID: String(next++),
      ...(bare.commands === undefined ? {} : { commands: bare.commands.map(number) }),
    }) as Command;
  return commands.map(number);
}

/** A message of the server; undefined where the encoding cannot carry what it says. */
export function written(
  packet: { readonly commands: readonly Command[] } & Omit<Packet, 'commands'>,
  msgID: number,
  msgRef: number,
  encoding: Encoding,
): Uint8Array | undefined {
  const { commands, final, maxMsgSize, maxObjSize } = packet;
  try {
    return encodeMessage(
      {
        header: {
          verDTD: '1.2',
          verProto: 'DM/1.2',
          sessionID: '4D2',
          msgID: String(msgID),
          target: { locURI: 'IMEI:001010000000008' },
          source: { locURI: 'https://dm.example.com/dm' },
          ...withMeta({ maxMsgSize, maxObjSize }),
        },
        body: {
          commands: [
            {
              name: 'Status',
              cmdID: '1',
              msgRef: String(msgRef),
              cmdRef: '0',
              cmd: 'SyncHdr',
              targetRef: [],
              sourceRef: [],
              code: 212,
              items: [],
            },
            ...commands,
          ],
          final,
        },
      },
      encoding,
    );
  } catch (error) {
    if (error instanceof EncodeError) return undefined;
    throw error;
  }
}

const REACTIONS: readonly (Reaction | 'throws')[] = [
  { kind: 'yes' },
  { kind: 'no' },
  { kind: 'read' },
  { kind: 'typed', text: 'x' },
  { kind: 'chosen', choices: [1] },
  { kind: 'cancelled' },
  { kind: 'silent' },
  { kind: 'unshowable' },
  'throws',
];
/** A user who reacts at once, and not always to what was asked. */
export const user: fc.Arbitrary<UserInteraction> = fc
  .array(fc.constantFrom(...REACTIONS), { minLength: 1, maxLength: 5 })
  .map((reactions) => {
    let next = 0;
    return {
      async ask() {
        const reaction = reactions[next++ % reactions.length];
        if (reaction === undefined || reaction === 'throws') throw new Error('the screen is broken');
        return reaction;
      },
    };
  });
