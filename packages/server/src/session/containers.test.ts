import {
  type Command,
  contentMarkup,
  encodeBase64,
  readTnds,
  serializeTnds,
  type TndsNode,
  Uri,
} from '@grove/protocol';
import { describe, expect, it } from 'vitest';
import type { Step } from '../steps/index.ts';
import {
  alert,
  Engine,
  type Exchange,
  headerStatus,
  messageOf,
  results,
  status,
  task,
} from './engine.testing.ts';

const add: Step = { kind: 'add', uri: './A', value: '1' };
const get: Step = { kind: 'get', uri: './B' };
const exec: Step = { kind: 'exec', uri: './X' };
const sequence = (...steps: Step[]): Step => ({ kind: 'sequence', steps });

/** A command with those within it as `Name CmdID`. */
function numbers(commands: readonly Command[]): string[] {
  return commands.flatMap((command) => [
    `${command.name} ${command.cmdID}`,
    ...('commands' in command ? numbers(command.commands) : []),
  ]);
}

function begin(...steps: Step[]) {
  const engine = new Engine({ work: [task(1, ...steps)] });
  return { engine, first: engine.say(messageOf([alert()])) };
}

const resultOf = (last: Exchange) => last.effects.finished[0]?.result;

describe('a container', () => {
  const steps = [sequence(add, { kind: 'atomic', steps: [add] }, get, exec)];

  it('gives each command a CmdID of its own, and each command its answer', () => {
    const { engine, first } = begin(...steps);
    expect(numbers(first.commands)).toEqual(['Sequence 3', 'Add 4', 'Atomic 5', 'Add 6', 'Get 7', 'Exec 8']);
    const last = engine.say(
      messageOf([
        headerStatus(),
        status('Sequence', '3', 200),
        status('Add', '4', 200),
        status('Atomic', '5', 200),
        status('Add', '6', 200),
        status('Get', '7', 200),
        results('7', [{ source: { locURI: './B' }, data: 'b' }]),
        status('Exec', '8', 202),
      ]),
    );
    expect(resultOf(last)).toMatchObject({ state: 'succeeded' });
    expect(resultOf(last)?.results.map((each) => [each.command, each.status, each.value])).toEqual([
      ['Sequence', 200, undefined],
      ['Add', 200, undefined],
      ['Atomic', 200, undefined],
      ['Add', 200, undefined],
      ['Get', 200, 'b'],
      ['Exec', 202, undefined],
    ]);
    expect(last.effects.nodes.map(({ uri, value }) => [uri, value])).toEqual([
      ['./A', '1'],
      ['./A', '1'],
      ['./B', 'b'],
    ]);
  });

  it('waits for all that it holds while the device is still speaking', () => {
    const { engine } = begin(sequence(add, get));
    const more = engine.say(
      messageOf([headerStatus(), status('Sequence', '3', 200), status('Add', '4', 200)], {}, false),
    );
    expect(more.asks).toEqual(['Alert 1222']);
    const last = engine.say(
      messageOf([headerStatus(200, { msgRef: '2' }), status('Get', '5', 200), results('5', [{ data: 'b' }])]),
    );
    expect(resultOf(last)).toMatchObject({ state: 'succeeded' });
  });

  it('is not sent again when it holds an Exec', () => {
    const { engine } = begin(sequence(exec));
    const last = engine.say(messageOf([headerStatus()]));
    expect(last.asks).toEqual([]);
    expect(resultOf(last)?.reason).toBe('the device did not answer Sequence of 1 command');
  });

  it('is sent again whole by another session', () => {
    const { engine } = begin(sequence(add, get));
    const next = new Engine({ work: engine.work });
    next.previous = engine.state;
    expect(numbers(next.say(messageOf([alert()])).commands)).toEqual(['Sequence 3', 'Add 4', 'Get 5']);
  });

  it('teaches nothing of the tree when its Atomic failed', () => {
    const { engine } = begin({ kind: 'atomic', steps: [add] });
    const last = engine.say(messageOf([headerStatus(), status('Atomic', '3', 507), status('Add', '4', 200)]));
    expect(last.effects.nodes).toEqual([]);
    expect(resultOf(last)?.state).toBe('failed');
  });

  it('fits into one message or is not sent', () => {
    const engine = new Engine({
      work: [task(1, { kind: 'atomic', steps: [{ ...add, value: 'x'.repeat(5000) } as Step] }, get)],
    });
    const last = engine.say(messageOf([alert()], { meta: { maxMsgSize: 2000, emi: [] } }));
    expect(last.asks).toEqual([]);
    expect(resultOf(last)?.reason).toBe(
      'Atomic of 1 command was not sent: it does not fit into the 2000 bytes that the device takes',
    );
  });
});

describe('a question', () => {
  const ask: Step = {
    kind: 'ask',
    question: { kind: 'input', text: 'Password?', hidden: true, maxLength: 8 },
    steps: [get],
  };

  it('goes as an Alert, and what is typed is a secret', () => {
    const { engine, first } = begin(ask);
    expect(first.commands).toEqual([expect.objectContaining({ name: 'Alert', code: 1102, cmdID: '3' })]);
    const [question] = first.commands;
    expect(question).toMatchObject({ items: [{ data: 'MAXLEN=8&IT=A&ET=P' }, { data: 'Password?' }] });
    const next = engine.say(
      messageOf([headerStatus(), status('Alert', '3', 200, { items: [{ data: 'geheim' }] })]),
    );
    expect(next.asks).toEqual(['Get ./B']);
    expect(next.effects.secrets).toEqual(['geheim']);
    expect(JSON.stringify(engine.state)).not.toContain('geheim');
  });

  it('is not answered by the Status of a request for more', () => {
    const { engine } = begin(ask);
    engine.say(messageOf([headerStatus(), alert(1222)], {}, false));
    const next = engine.say(messageOf([headerStatus(), status('Alert', '3', 408, { msgRef: undefined })]));
    // Asked once more, as nothing was said of it.
    expect(next.asks).toEqual(['Alert 1102']);
  });
});

describe('a listing', () => {
  const nodes: TndsNode[] = [
    { uri: './A', format: 'node', type: 'urn:x', acl: 'Get=*' },
    { uri: './A/B', format: 'bin', type: 'application/x', data: new Uint8Array([0, 255]) },
    { uri: './A/C', format: 'int', type: 'text/plain', data: '7' },
  ];
  const xml = new TextDecoder().decode(serializeTnds(nodes, Uri.parse('./A'), 'xml'));
  const wbxml = serializeTnds(nodes, Uri.parse('./A'), 'wbxml');

  it.each<[string, string | Uint8Array, string | undefined]>([
    ['escaped text', xml, 'xml'],
    ['WBXML in an OPAQUE', wbxml, 'bin'],
    ['WBXML in base64', encodeBase64(wbxml), 'b64'],
  ])('as a serialized tree is known in %s', (_, data, format) => {
    const { engine } = begin({ kind: 'list', uri: './A', as: 'TNDS' });
    const item = { source: { locURI: './A' }, meta: { format, emi: [] }, data };
    const last = engine.say(messageOf([headerStatus(), status('Get', '3', 200), results('3', [item])]));
    expect(last.effects.nodes).toEqual([
      { uri: './A', format: 'node', type: 'urn:x', value: 'B/C' },
      { uri: './A/B', format: 'bin', type: 'application/x', value: 'AP8=' },
      { uri: './A/C', format: 'int', type: 'text/plain', value: '7' },
    ]);
    expect(resultOf(last)?.results[0]?.items).toMatchObject([
      { uri: './A', acl: 'Get=*' },
      { value: 'AP8=' },
      {},
    ]);
  });

  it('comes in any number of Results, and leaves values alone of which it says nothing', () => {
    const { engine } = begin({ kind: 'list', uri: './A', as: 'Struct' });
    const node = (uri: string, format?: string) => [{ source: { locURI: uri }, meta: { format, emi: [] } }];
    const said = messageOf(
      [
        headerStatus(),
        status('Get', '3', 200),
        results('3', node('./A', 'node')),
        results('3', node('A/C', 'int')),
      ],
      {},
      false,
    );
    expect(engine.say(said).asks).toEqual(['Alert 1222']);
    const last = engine.say(messageOf([results('3', node('./A/B', 'Node')), results('3', node('./Other'))]));
    expect(last.effects.nodes).toEqual([
      { uri: './A', format: 'node', type: null, value: 'C/B' },
      { uri: './A/C', format: 'int', type: null, value: undefined },
      { uri: './A/B', format: 'node', type: null, value: '' },
    ]);
    expect(resultOf(last)?.results[0]?.items).toHaveLength(4);
  });

  it('is kept as it came when it cannot be read', () => {
    const { engine } = begin({ kind: 'list', uri: './A', as: 'TNDS' });
    const data = xml.replaceAll('<NodeName>', '<NodeName>a/');
    const last = engine.say(messageOf([headerStatus(), status('Get', '3', 200), results('3', [{ data }])]));
    expect(last.effects.deviations[0]).toMatch(/^the serialized tree of .\/A\?list=TNDS: /);
    expect(resultOf(last)?.results[0]?.items).toMatchObject([{ value: data }]);
  });
});

describe('a sub-tree', () => {
  const tree: Step = {
    kind: 'tree',
    uri: './A',
    mode: 'add',
    nodes: [
      { path: 'B/C', value: 'a<b', acl: 'Get=*' },
      { path: 'D', value: 'AP8=', format: 'bin' },
    ],
  };

  it.each(['xml', 'wbxml'] as const)('travels as one Item in %s', (encoding) => {
    const engine = new Engine({ work: [task(1, tree)], answer: { encoding } });
    const [command, ...others] = engine.say(messageOf([alert()])).commands;
    expect(others).toEqual([]);
    const item = command?.name === 'Add' ? command.items[0] : undefined;
    expect(item?.target?.locURI).toBe('./A');
    // A message of WBXML holds the tree in an OPAQUE, which reads as markup; one of XML holds it as text.
    expect(item?.meta).toMatchObject({ type: 'application/vnd.syncml.dmtnds+xml', format: 'xml' });
    expect(typeof item?.data).toBe(encoding === 'xml' ? 'string' : 'object');
    const markup = contentMarkup(item?.data ?? '');
    const read = markup === undefined ? [] : readTnds(markup, Uri.parse('./A'));
    expect(read.map(({ uri, data, acl }) => ({ uri, data, acl }))).toEqual([
      { uri: './A', data: undefined, acl: undefined },
      { uri: './A/B', data: undefined, acl: undefined },
      { uri: './A/B/C', data: 'a<b', acl: 'Get=*' },
      { uri: './A/D', data: new Uint8Array([0, 255]), acl: undefined },
    ]);
    const last = engine.say(messageOf([headerStatus(), status('Add', '3', 200)]));
    expect(last.effects.nodes.map(({ uri, value }) => [uri, value])).toEqual([
      ['./A', undefined],
      ['./A/B', undefined],
      ['./A/D', 'AP8='],
      ['./A/B/C', 'a<b'],
    ]);
  });
});
