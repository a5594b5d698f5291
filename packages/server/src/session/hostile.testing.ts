/** For tests: devices that answer anything to anything, and the work that they are given. */
import { type Alert, type Command, type Item, serializeTnds, Uri } from '@grove/protocol';
import fc from 'fast-check';
import type { Step } from '../steps/index.ts';
import { alert, type Exchange, headerStatus, replace, results, status } from './engine.testing.ts';

/** Contents that steps may refer to: a small one, and one that no message holds. */
export const CONTENTS: ReadonlyMap<number, Uint8Array> = new Map([
  [1, new Uint8Array(60).fill(65)],
  [2, new Uint8Array(7000).fill(66)],
]);

/** Each step is given nodes of its own, so that what is said of a node is said of one step. */
export type MakeStep = (name: string) => Step;
const made = (make: MakeStep): fc.Arbitrary<MakeStep> => fc.constant(make);
const text = fc.constantFrom('x', 'y & z', 'v'.repeat(3000));
const uriOf = (name: string): string => `./N/${name}`;

const change = fc.oneof(
  text.map(
    (value): MakeStep =>
      (name) => ({ kind: 'add', uri: uriOf(name), value }),
  ),
  text.map(
    (value): MakeStep =>
      (name) => ({ kind: 'replace', uri: uriOf(name), value }),
  ),
  made((name) => ({ kind: 'delete', uri: uriOf(name) })),
  made((name) => ({ kind: 'copy', uri: './From', to: uriOf(name) })),
);
const content = fc
  .tuple(fc.constantFrom('add' as const, 'replace' as const), fc.constantFrom(...CONTENTS.keys()))
  .map(
    ([kind, id]): MakeStep =>
      (name) => ({ kind, uri: uriOf(name), content: id }),
  );
const reading = fc.constantFrom('', '?prop=ACL', '?list=Struct', '?list=TNDS').map(
  (query): MakeStep =>
    (name) => ({ kind: 'get', uri: uriOf(name) + query }),
);
const executing = made((name) => ({ kind: 'exec', uri: uriOf(name) }));
const awaiting = fc
  .record({
    type: fc.constantFrom(undefined, 't'),
    expect: fc.constantFrom<(string[] | undefined)[]>(undefined, ['0', '1200']),
  })
  .map(
    ({ type, expect }): MakeStep =>
      (name) => ({
        kind: 'exec',
        uri: uriOf(name),
        await: {
          seconds: 60,
          ...(type === undefined ? {} : { type }),
          ...(expect === undefined ? {} : { expect }),
        },
      }),
  );
const question = fc.constantFrom<Extract<Step, { kind: 'ask' }>['question'][]>(
  { kind: 'display', text: '' },
  { kind: 'confirm', text: '', default: true },
  { kind: 'confirm', text: '' },
  { kind: 'input', text: '', hidden: true, maxLength: 5 },
  { kind: 'choice', text: '', choices: ['a', 'b'], default: 2 },
  { kind: 'choices', text: '', choices: ['a', 'b', 'c'] },
);
const asking = question.map(
  (asked): MakeStep =>
    (name) => ({ kind: 'ask', question: { ...asked, text: `Q ${name}` } }),
);

const some = (of: fc.Arbitrary<MakeStep>): fc.Arbitrary<(name: string) => Step[]> =>
  fc
    .array(of, { minLength: 1, maxLength: 3 })
    .map((all) => (name) => all.map((make, index) => make(`${name}.${index}`)));

const atomic = fc
  .tuple(
    some(fc.oneof({ weight: 4, arbitrary: change }, { weight: 1, arbitrary: asking })),
    fc.constantFrom(undefined, 'separately' as const),
  )
  .map(
    ([steps, unsupported]): MakeStep =>
      (name) => ({
        kind: 'atomic',
        steps: steps(name),
        ...(unsupported === undefined ? {} : { unsupported }),
      }),
  );
const sequence = some(fc.oneof(change, reading, executing, asking, atomic)).map(
  (steps): MakeStep =>
    (name) => ({ kind: 'sequence', steps: steps(name) }),
);
const listing = fc.constantFrom('Struct' as const, 'StructData' as const, 'TNDS' as const).map(
  (as): MakeStep =>
    (name) => ({ kind: 'list', uri: uriOf(name), as }),
);
const subtree = fc.constantFrom('add' as const, 'replace' as const).map(
  (mode): MakeStep =>
    (name) => ({
      kind: 'tree',
      uri: uriOf(name),
      mode,
      nodes: [
        { path: 'a/b', value: '1' },
        { path: 'c', value: '2', title: 'T', acl: 'Get=*' },
      ],
    }),
);
const converging = made((name) => ({
  kind: 'converge',
  root: uriOf(name),
  nodes: [
    { path: 'a', value: '1' },
    { path: 'b/c', value: '2', format: 'int' },
  ],
}));
const marking = fc
  .record({
    isNew: fc.boolean(),
    state: fc.constantFrom({ active: true }, { locked: true }, { default: true, locked: false }),
    unsupported: fc.constantFrom(undefined, 'instead' as const, 'continue' as const, 'fail' as const),
    isAsked: fc.boolean(),
  })
  .map(
    ({ isNew, state, unsupported, isAsked }): MakeStep =>
      (name) => ({
        kind: 'instance',
        uri: uriOf(name),
        state,
        ...(isNew ? { add: { object: 'urn:x:mail:1.0', nodes: [{ path: 'a/b', value: '1' }] } } : {}),
        ...(unsupported === undefined ? {} : { unsupported }),
        ...(isAsked ? { confirm: { text: `Q ${name}` } } : {}),
      }),
  );
const looking = made((name) => ({ kind: 'instances', uri: uriOf(name) }));
const plain = fc.oneof(
  change,
  content,
  reading,
  executing,
  awaiting,
  asking,
  atomic,
  sequence,
  listing,
  subtree,
  converging,
  marking,
  looking,
);
const branching = fc
  .record({
    question,
    steps: some(plain),
    chosen: some(plain),
    otherwise: fc.option(some(plain), { nil: undefined }),
    on: fc.dictionary(
      fc.constantFrom('rejected', 'cancelled', 'timedOut', 'byDefault', 'notSupported', 'notDisplayable'),
      fc.constantFrom('fail', 'continue', 'steps'),
    ),
  })
  .map(
    ({ question: asked, steps, chosen, otherwise, on }): MakeStep =>
      (name) => ({
        kind: 'ask',
        question: { ...asked, text: `Q ${name}` },
        steps: steps(`${name}.s`),
        ...('choices' in asked ? { cases: [{ choice: 1, steps: chosen(`${name}.c`) }] } : {}),
        ...(otherwise === undefined ? {} : { otherwise: otherwise(`${name}.o`) }),
        on,
      }),
  );

/** Steps of every kind, those of several works. */
export const works: fc.Arbitrary<Step[][]> = fc
  .array(
    fc.array(fc.oneof({ weight: 6, arbitrary: plain }, { weight: 1, arbitrary: branching }), {
      minLength: 1,
      maxLength: 4,
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((all) => all.map((steps, work) => steps.map((make, index) => make(`${work}.${index}`))));

export const abilities = fc.record(
  {
    list: fc.boolean(),
    tnds: fc.boolean(),
    atomic: fc.boolean(),
    sequence: fc.boolean(),
    largeObjects: fc.boolean(),
  },
  { requiredKeys: [] },
);

const CODES = [
  200,
  200,
  200,
  200,
  0,
  99,
  201,
  202,
  206,
  212,
  213,
  214,
  215,
  216,
  304,
  401,
  404,
  405,
  406,
  407,
  408,
  413,
  415,
  418,
  424,
  425,
  500,
  501,
  507,
  516,
  517,
  2 ** 31,
];
const tnds = Buffer.from(
  serializeTnds(
    [
      { uri: './N', format: 'node' },
      { uri: './N/x', format: 'chr', data: '1' },
    ],
    Uri.parse('./N'),
    'xml',
  ),
).toString();
const value = fc.oneof(
  fc.constantFrom(
    '1',
    '2',
    '3',
    '1,2',
    '',
    'a/b',
    'a',
    '0',
    tnds,
    tnds.slice(0, 150),
    tnds.replace('Node', 'Mode'),
  ),
  fc.string({ maxLength: 5, unit: 'grapheme-ascii' }),
);
const said: fc.Arbitrary<Item> = fc
  .record({
    source: fc.constantFrom(undefined, './N', './N/x', 'N/0.0', './Elsewhere', '..', '?'),
    format: fc.constantFrom(undefined, 'node', 'node', 'chr', 'b64', 'bin', 'xml', 'int', 'odd'),
    type: fc.constantFrom(undefined, 'text/plain', 'application/vnd.syncml.dmtnds+xml'),
    mark: fc.constantFrom(undefined, undefined, 'default'),
    data: fc.option(
      fc.oneof({ weight: 6, arbitrary: value }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 9 }) }),
      { nil: undefined },
    ),
  })
  .map(({ source, format, type, mark, data }) => ({
    ...(source === undefined ? {} : { source: { locURI: source } }),
    meta: { emi: [], format, type, mark },
    data,
  }));

/** Results in pieces: what is told of their size may be wrong, and the end may never come. */
const pieces = fc.record({
  count: fc.integer({ min: 1, max: 4 }),
  length: fc.constantFrom(0, 3, 300),
  size: fc.constantFrom(undefined, 0, 0, 5),
  format: fc.constantFrom('chr', 'b64'),
});

/** How a device answers one command; what it leaves out it may say later or never. */
const behaviour = fc.record({
  code: fc.option(fc.constantFrom(...CODES), { freq: 8 }),
  /** A second Status, which says something else. */
  again: fc.option(fc.constantFrom(...CODES), { freq: 3 }),
  items: fc.array(said, { maxLength: 2 }),
  results: fc.array(said, { maxLength: 3 }),
  pieces: fc.option(pieces, { freq: 2 }),
  msgRef: fc.constantFrom('right', 'right', 'missing', 'wrong'),
  cmdRef: fc.constantFrom('right', 'right', 'right', 'next', 'missing'),
  cmd: fc.constantFrom('right', 'right', 'right', '', 'Get'),
  order: fc.nat(9),
});
type Behaviour = typeof behaviour extends fc.Arbitrary<infer T> ? T : never;
/** One that does as it is told. */
const good: fc.Arbitrary<Behaviour> = said.map((item) => ({
  code: 200,
  again: null,
  items: [],
  results: [item],
  pieces: null,
  msgRef: 'right',
  cmdRef: 'right',
  cmd: 'right',
  order: 0,
}));

const report: fc.Arbitrary<Alert> = fc
  .record({
    code: fc.constantFrom(1226, 1226, 1226, 1224, 1225, 1222, 1200, 1100, 7),
    correlator: fc.constantFrom('asked', 'asked', undefined, 'task-0/0', 'task-9/9', 'campaign-1/0', ''),
    items: fc.array(
      fc
        .record({
          source: fc.constantFrom(undefined, './N', './N/0.0', '.'),
          type: fc.constantFrom('t', undefined, 'other'),
          data: fc.constantFrom('0', '1200', '404', undefined),
          more: fc.nat(9),
        })
        .map(
          ({ source, type, data, more }): Item => ({
            ...(source === undefined ? {} : { source: { locURI: source } }),
            meta: { emi: [], type },
            data,
            ...(more === 0 ? { moreData: true } : {}),
          }),
        ),
      { maxLength: 2 },
    ),
  })
  .map(({ code, correlator, items }) => ({ name: 'Alert', cmdID: '20', code, correlator, items }));

/** A message of a device. */
export const turn = fc.record({
  behaviours: fc.array(fc.oneof({ weight: 2, arbitrary: behaviour }, { weight: 3, arbitrary: good }), {
    minLength: 1,
    maxLength: 5,
  }),
  header: fc.option(fc.constantFrom(200, 212, 200, 212, 0, 401, 407), { freq: 6 }),
  final: fc.boolean(),
  /** Whether it goes on with Results that it has begun in pieces. */
  goesOn: fc.boolean(),
  proves: fc.constantFrom('right', 'right', 'right', 'missing', 'wrong'),
  extra: fc.oneof(
    { weight: 4, arbitrary: fc.constant<Command[]>([]) },
    { weight: 2, arbitrary: fc.array<Command>(report, { minLength: 1, maxLength: 2 }) },
    {
      weight: 2,
      arbitrary: fc.constantFrom<Command[]>(
        [alert(1222)],
        [replace([{ source: { locURI: './DevInfo/Man' }, data: 'Acme' }])],
        [replace([{ source: { locURI: './X' }, data: 'a', moreData: true }])],
        [{ name: 'Get', cmdID: '21', items: [{ target: { locURI: './Y' } }] }],
      ),
    },
    { weight: 1, arbitrary: fc.constant<Command[]>([alert(1223)]) },
  ),
  /** The device forgets the session and begins another. */
  abandons: fc.nat(5).map((each) => each === 0),
  maxMsgSize: fc.option(fc.integer({ min: 1, max: 5000 }), { nil: undefined, freq: 2 }),
  maxObjSize: fc.option(fc.integer({ min: 1, max: 10_000 }), { nil: undefined, freq: 1 }),
});
export type DeviceTurn = typeof turn extends fc.Arbitrary<infer T> ? T : never;

/** Codes by which a device says that it does not believe the server, and so has done nothing. */
const REFUSALS: ReadonlySet<number> = new Set([0, 401, 407]);

/** Commands with those within them. */
export function flat(commands: readonly Command[]): Command[] {
  return commands.flatMap((command) => [command, ...('commands' in command ? flat(command.commands) : [])]);
}

/** A device with its memory: what it has begun to send in pieces, and the correlators that it was given. */
export class Hostile {
  readonly #mayRefuse: boolean;
  #open: { readonly msgRef: string; readonly cmdRef: string; left: Item[] } | undefined;
  #correlators: string[] = [];

  /** @param mayRefuse whether it may say that it does not believe the server */
  constructor(mayRefuse: boolean) {
    this.#mayRefuse = mayRefuse;
  }

  /** What it says to what the server has said. */
  answer(to: Exchange, { behaviours, header, goesOn, extra }: DeviceTurn): Command[] {
    const spoken = (code: number): number => (!this.#mayRefuse && REFUSALS.has(code) ? 500 : code);
    const msgRef = to.answer.header.msgID;
    const said: { readonly order: number; readonly command: Command }[] = [];
    if (header !== null) said.push({ order: 0, command: headerStatus(spoken(header), { msgRef }) });
    if (this.#open !== undefined && goesOn) said.push({ order: 1, command: this.#nextPiece() });
    flat(to.commands).forEach((command, index) => {
      const how = behaviours[index % behaviours.length];
      if (how === undefined) return;
      if (command.name === 'Exec' && command.correlator !== undefined)
        this.#correlators.push(command.correlator);
      const { order } = how;
      for (const each of this.#about(command, msgRef, how, spoken)) said.push({ order, command: each });
    });
    const [correlator] = this.#correlators;
    const known = extra.map((command) =>
      command.name === 'Alert' && command.correlator === 'asked' ? { ...command, correlator } : command,
    );
    return [...said.sort((a, b) => a.order - b.order).map(({ command }) => command), ...known];
  }

  #about(command: Command, to: string, how: Behaviour, spoken: (code: number) => number): Command[] {
    const refs = { right: to, missing: undefined, wrong: '99' };
    const more = { msgRef: refs[how.msgRef] };
    const cmdRef = { right: command.cmdID, next: String(Number(command.cmdID) + 1), missing: undefined }[
      how.cmdRef
    ];
    const name = command.name === 'Unknown' ? command.element : command.name;
    const cmd = how.cmd === 'right' ? name : how.cmd;
    const made: Command[] = [];
    for (const code of [how.code, how.again]) {
      if (code !== null) made.push(status(cmd, cmdRef, spoken(code), { ...more, items: how.items }));
    }
    if (name !== 'Get') return made;
    if (how.pieces === null) {
      if (how.results.length > 0) made.push(results(cmdRef ?? '', how.results, more));
      return made;
    }
    const { count, length, size, format } = how.pieces;
    const each = format === 'b64' ? 'QUJD'.repeat(Math.ceil(length / 4)) : 'p'.repeat(length);
    this.#open = {
      msgRef: to,
      cmdRef: command.cmdID,
      left: Array.from({ length: count }, (_, index) => ({
        source: { locURI: './N' },
        meta: {
          emi: [],
          format,
          ...(index === 0 && size !== undefined ? { size: size + each.length * count } : {}),
        },
        data: each,
        ...(index < count - 1 ? { moreData: true } : {}),
      })),
    };
    return [...made, this.#nextPiece()];
  }

  #nextPiece(): Command {
    const open = this.#open;
    const [item = {}, ...left] = open?.left ?? [];
    if (open !== undefined) open.left = left;
    if (left.length === 0) this.#open = undefined;
    return results(open?.cmdRef ?? '', [item], { msgRef: open?.msgRef });
  }
}
