import { DEVICE, type Question } from '@grove/protocol';
import { describe, expect, test } from 'vitest';
import { virtualClock } from '../clock/virtual.testing.ts';
import type { Reaction } from '../interaction/index.ts';
import type { ExecCall, ObjectHandler } from '../objects/index.ts';
import type { Context } from './context.ts';
import { Lockstep, SERVER, testTree, text, WELCOME } from './lockstep.testing.ts';

const meta = (format?: string, type?: string): string =>
  `<Meta>${format === undefined ? '' : `<Format xmlns="syncml:metinf">${format}</Format>`}${
    type === undefined ? '' : `<Type xmlns="syncml:metinf">${type}</Type>`
  }</Meta>`;
const target = (uri: string): string => `<Target><LocURI>${uri}</LocURI></Target>`;
const item = (uri: string, more = ''): string => `<Item>${target(uri)}${more}</Item>`;
const data = (value: string): string => `<Data>${value}</Data>`;
let ids = 0;
const command = (name: string, ...items: string[]): string => {
  ids += 1;
  return `<${name}><CmdID>${ids}</CmdID>${items.join('')}</${name}>`;
};
const alert = (code: number, ...texts: string[]): string =>
  command('Alert', data(String(code)), ...texts.map((each) => `<Item>${data(each)}</Item>`));
const add = (uri: string, value: string) => command('Add', item(uri, data(value)));
const replace = (uri: string, value: string) => command('Replace', item(uri, data(value)));

async function run(body: string, more: Partial<Context> = {}) {
  const session = new Lockstep(testTree(), more);
  await session.take(WELCOME + body);
  return session;
}

describe('each command gets the status that the tree calls for', () => {
  test.each([
    ['Get of a leaf', command('Get', item('./Open/a')), ['Get ./Open/a 200']],
    ['Get of what is not there', command('Get', item('./Open/none')), ['Get ./Open/none 404']],
    [
      'Get of an unknown property',
      command('Get', item('./Open/a?prop=Colour')),
      ['Get ./Open/a?prop=Colour 406'],
    ],
    [
      'Get of a secret',
      command('Get', item('./DMAcc/Operator/AppAuth')),
      ['Get ./DMAcc/Operator/AppAuth 404'],
    ],
    [
      'Get of several Items',
      command('Get', item('./Open/a'), item('./Open/none'), item('./Open/b')),
      ['Get ./Open/a 200', 'Get ./Open/none 404', 'Get ./Open/b 200'],
    ],
    [
      'Get without Target',
      command('Get', '<Item><Source><LocURI>./Open/a</LocURI></Source></Item>'),
      ['Get 400'],
    ],
    ['Get without Item', command('Get'), ['Get 400']],
    ['Add of a leaf', add('./Open/new', 'x'), ['Add ./Open/new 200']],
    ['Add of an interior node', command('Add', item('./Open/new', meta('node'))), ['Add ./Open/new 200']],
    ['Add of what is there', add('./Open/a', 'x'), ['Add ./Open/a 418']],
    ['Add below a leaf', add('./Open/a/b', 'x'), ['Add ./Open/a/b 405']],
    ['Add of a permanent node', add('./DevInfo/DevId', 'x'), ['Add ./DevInfo/DevId 418']],
    [
      'Add of a value of no format',
      command('Add', item('./Open/new', meta('colour') + data('red'))),
      ['Add ./Open/new 415'],
    ],
    [
      'Add of an int that is none',
      command('Add', item('./Open/new', meta('int') + data('red'))),
      ['Add ./Open/new 415'],
    ],
    [
      'Add of base64 that is none',
      command('Add', item('./Open/new', meta('b64') + data('%%'))),
      ['Add ./Open/new 415'],
    ],
    ['Add without Target', command('Add', `<Item>${data('x')}</Item>`), ['Add 400']],
    [
      'Add of a part of a value without its size',
      command('Add', item('./Open/new', `${data('x')}<MoreData/>`)),
      ['Add ./Open/new 411'],
    ],
    [
      'a command without CmdID',
      '<Delete><Item><Target><LocURI>./Open/a</LocURI></Target></Item></Delete>',
      ['Delete 400'],
    ],
    ['Replace of a value', replace('./Open/a', 'x'), ['Replace ./Open/a 200']],
    ['Replace of what is not there', replace('./Open/none', 'x'), ['Replace ./Open/none 404']],
    ['Replace of an interior node', replace('./Open/branch', 'x'), ['Replace ./Open/branch 405']],
    ['Replace against the ACL', replace('./Open/locked', 'x'), ['Replace ./Open/locked 425']],
    [
      'Replace of what the device says of itself',
      replace('./DevInfo/Mod', 'x'),
      ['Replace ./DevInfo/Mod 425'],
    ],
    ['Replace of a name', replace('./Open/a?prop=Name', 'c'), ['Replace ./Open/a?prop=Name 200']],
    [
      'Replace of a name that a sibling has',
      replace('./Open/a?prop=Name', 'b'),
      ['Replace ./Open/a?prop=Name 418'],
    ],
    [
      'Replace of a read-only property',
      replace('./Open/a?prop=Size', '1'),
      ['Replace ./Open/a?prop=Size 405'],
    ],
    ['Delete of a branch', command('Delete', item('./Open/branch')), ['Delete ./Open/branch 200']],
    ['Delete of what is not there', command('Delete', item('./Open/none')), ['Delete ./Open/none 404']],
    ['Delete of a property', command('Delete', item('./Open/a?prop=ACL')), ['Delete ./Open/a?prop=ACL 405']],
    ['Delete of the root', command('Delete', item('.')), ['Delete . 405']],
    [
      'Copy to a new leaf',
      command('Copy', item('./Open/c', '<Source><LocURI>./Open/a</LocURI></Source>')),
      ['Copy ./Open/c 200'],
    ],
    [
      'Copy over a leaf',
      command('Copy', item('./Open/b', '<Source><LocURI>./Open/a</LocURI></Source>')),
      ['Copy ./Open/b 200'],
    ],
    [
      'Copy of a branch',
      command('Copy', item('./Open/c', '<Source><LocURI>./Open/branch</LocURI></Source>')),
      ['Copy ./Open/c 403'],
    ],
    ['Copy without Source', command('Copy', item('./Open/c')), ['Copy ./Open/c 400']],
    ['Exec of what is not there', command('Exec', item('./Open/none')), ['Exec ./Open/none 404']],
    ['Exec of what nothing stands behind', command('Exec', item('./Open/a')), ['Exec ./Open/a 406']],
    ['Exec where it may not be', command('Exec', item('./DevInfo/Mod')), ['Exec ./DevInfo/Mod 425']],
    ['a URI that is none', command('Get', item('./Open/../a')), ['Get ./Open/../a 400']],
    ['a URI without end', command('Get', item(`./${'x'.repeat(300)}`)), [`Get ./${'x'.repeat(300)} 414`]],
    ['a question without a user', alert(1101, '', 'Yes?'), ['Alert 406']],
    ['a request for more', alert(1222), ['Alert 200']],
    ['an alert that a server does not send', alert(1226, 'x'), ['Alert 406']],
    [
      'a command of data synchronisation',
      '<Put><CmdID>2</CmdID><Item><Data>x</Data></Item></Put>',
      ['Put 406'],
    ],
    ['Results from a server', '<Results><CmdID>2</CmdID><CmdRef>1</CmdRef></Results>', ['Results 406']],
  ])('%s', async (_, body, answers) => {
    const session = await run(body);
    expect(session.answers).toEqual(answers);
    expect(session.decoded.message.body.final).toBe(true);
  });
});

describe('Results', () => {
  test.each([
    ['a leaf', './Open/a', { data: 'one' }],
    ['an interior node', './Open/branch', { meta: { format: 'node', type: 'text/plain' }, data: 'leaf' }],
    ['several children', './DevInfo', { meta: { format: 'node' }, data: 'DevId/Man/Mod/DmV/Lang' }],
    ['no children', './Open/empty', { meta: { format: 'node' }, data: '' }],
    ['binary data', './Open/bytes', { meta: { format: 'b64', type: 'image/png' }, data: 'AAH/' }],
    ['a property', './Open/locked?prop=ACL', { data: 'Get=*' }],
    ['an ACL that is inherited', './Open/a?prop=ACL', { data: '' }],
    ['a format', './Open/bytes?prop=Format', { data: 'bin' }],
  ])('of a Get of %s', async (_, uri, expected) => {
    const session = await run(command('Get', item(uri)));
    const results = session.commands.find(({ name }) => name === 'Results');
    expect(results).toMatchObject({ items: [{ source: { locURI: uri }, ...expected }] });
  });

  test('larger than the server takes are not sent', async () => {
    const session = new Lockstep(testTree());
    const small = '<Meta><MaxObjSize xmlns="syncml:metinf">3</MaxObjSize></Meta>';
    await session.take({
      body: WELCOME + command('Get', item('./Open/a'), item('./Open/branch/leaf')),
      meta: small,
    });
    expect(session.answers).toEqual(['Get ./Open/a 200', 'Get ./Open/branch/leaf 413']);
  });
});

describe('values', () => {
  test('take format and type from the Item before the command', async () => {
    const session = await run(
      `<Add><CmdID>1</CmdID>${meta('int', 'text/x-number')}${item('./Open/n', data('7'))}${item('./Open/t', meta('chr', 'text/x-words') + data('x'))}</Add>`,
    );
    expect(session.answers).toEqual(['Add ./Open/n 200', 'Add ./Open/t 200']);
    expect(session.context.tree.get('./Open/n', DEVICE)).toEqual({
      format: 'int',
      type: 'text/x-number',
      data: '7',
    });
    expect(session.context.tree.get('./Open/t', DEVICE)).toEqual({
      format: 'chr',
      type: 'text/x-words',
      data: 'x',
    });
  });

  test('in base64 become bytes, and Chr is chr', async () => {
    const session = await run(
      command('Add', item('./Open/n', meta('B64', 'application/octet-stream') + data('AQID'))) +
        command('Replace', item('./Open/a', meta('Chr', 'text/plain') + data('x'))),
    );
    expect(session.context.tree.get('./Open/n', DEVICE)).toMatchObject({
      format: 'bin',
      data: Uint8Array.of(1, 2, 3),
    });
    expect(session.read('./Open/a')).toBe('x');
  });

  test('added with parents that the device will not make name the one that failed', async () => {
    const session = await run(add('./DevInfo/Mod/x/y', 'v') + add('./Elsewhere/x/y', 'v'));
    expect(session.answers).toEqual(['Add ./DevInfo/Mod/x/y 405', 'Add ./Elsewhere/x/y 405']);
    expect(session.statuses.map(({ items }) => items[0]?.target?.locURI)).toEqual([
      undefined,
      './DevInfo/Mod',
      './Elsewhere',
    ]);
  });
});

describe('Sequence', () => {
  test('is begun, and its commands are done in order', async () => {
    const session = await run(
      command(
        'Sequence',
        add('./Open/n', '1'),
        replace('./Open/n', '2'),
        replace('./Open/none', '3'),
        command('Get', item('./Open/n')),
      ),
    );
    expect(session.answers).toEqual([
      'Sequence 200',
      'Add ./Open/n 200',
      'Replace ./Open/n 200',
      'Replace ./Open/none 404',
      'Get ./Open/n 200',
    ]);
    expect(session.read('./Open/n')).toBe('2');
  });

  test('ends where the user says no; what follows it goes on', async () => {
    const asked: Question[] = [];
    const interaction = {
      ask: async (question: Question): Promise<Reaction> => {
        asked.push(question);
        return { kind: 'no' };
      },
    };
    const session = await run(
      command(
        'Sequence',
        alert(1101, 'MINDT=10', 'Erase?'),
        command('Delete', item('./Open/a')),
        command('Atomic', add('./Open/n', 'x')),
      ) + command('Delete', item('./Open/b')),
      { interaction },
    );
    expect(session.answers).toEqual([
      'Sequence 200',
      'Alert 304',
      'Delete ./Open/a 215',
      'Atomic 215',
      'Add ./Open/n 215',
      'Delete ./Open/b 200',
    ]);
    expect(asked).toEqual([{ kind: 'confirm', text: 'Erase?', minDisplay: 10, maxDisplay: 300 }]);
  });

  test('and all that follows ends where the user cancels', async () => {
    const interaction = { ask: async (): Promise<Reaction> => ({ kind: 'cancelled' }) };
    const session = await run(
      command('Sequence', alert(1100, '', 'Wait'), command('Delete', item('./Open/a'))) +
        command('Delete', item('./Open/b')),
      { interaction },
    );
    expect(session.answers).toEqual([
      'Sequence 200',
      'Alert 214',
      'Delete ./Open/a 215',
      'Delete ./Open/b 215',
    ]);
  });
});

describe('Atomic', () => {
  test('does all of its commands', async () => {
    const session = await run(
      command('Atomic', add('./Open/n', '1'), replace('./Open/n', '2'), command('Delete', item('./Open/b'))),
    );
    expect(session.answers).toEqual([
      'Atomic 200',
      'Add ./Open/n 200',
      'Replace ./Open/n 200',
      'Delete ./Open/b 200',
    ]);
    expect(session.read('./Open/n')).toBe('2');
  });

  test.each([
    ['a failure', replace('./Open/none', '3'), 'Replace ./Open/none 404'],
    ['a Get', command('Get', item('./Open/b')), 'Get 500'],
    ['an Exec', command('Exec', item('./Open/b')), 'Exec 500'],
    ['another Atomic', command('Atomic', add('./Open/x', 'x')), 'Atomic 500', 'Add 215'],
    ['a part of a value', add('./Open/x', 'x</Data><MoreData/><Data>'), 'Add ./Open/x 406'],
    ['a question without a user', alert(1101, '', 'Yes?'), 'Alert 406'],
    ['a command without Item', command('Delete'), 'Delete 400'],
  ])('with %s does none of them', async (_, wrong, ...answers) => {
    const tree = testTree();
    const before = JSON.stringify(tree.snapshot());
    const session = new Lockstep(tree);
    await session.take(
      WELCOME +
        command(
          'Atomic',
          add('./Open/n', '1'),
          replace('./Open/a', '2'),
          wrong,
          command('Delete', item('./Open/b')),
        ),
    );
    expect(session.answers).toEqual([
      'Atomic 507',
      'Add ./Open/n 216',
      'Replace ./Open/a 216',
      ...answers,
      'Delete ./Open/b 215',
    ]);
    expect(JSON.stringify(tree.snapshot())).toBe(before);
  });

  test('whose answers are more than one message is not done', async () => {
    const many = Array.from({ length: 30 }, () => replace('./Open/a', 'x'));
    const session = new Lockstep(testTree());
    const limit = (size: number) => `<Meta><MaxMsgSize xmlns="syncml:metinf">${size}</MaxMsgSize></Meta>`;
    await session.take({ body: WELCOME + command('Atomic', ...many), meta: limit(2000) });
    expect(session.answers).toEqual(['Atomic 517']);
    expect(session.read('./Open/a')).toBe('one');
    await session.take({ body: WELCOME + command('Atomic', ...many), meta: limit(10_000) });
    expect(session.answers).toEqual(['Atomic 200', ...many.map(() => 'Replace ./Open/a 200')]);
  });

  test('that the user cancels ends all that follows it', async () => {
    const interaction = { ask: async (): Promise<Reaction> => ({ kind: 'cancelled' }) };
    const session = await run(
      command('Atomic', replace('./Open/a', 'x'), alert(1101, '', 'Sure?')) + replace('./Open/b', 'x'),
      { interaction },
    );
    expect(session.answers).toEqual([
      'Atomic 507',
      'Replace ./Open/a 216',
      'Alert 214',
      'Replace ./Open/b 215',
    ]);
  });

  test('asks before it does anything', async () => {
    const tree = testTree();
    const seen: (string | undefined)[] = [];
    const interaction = {
      ask: async (): Promise<Reaction> => {
        seen.push(tree.has('./Open/n') ? 'changed' : 'untouched');
        return { kind: seen.length === 1 ? 'yes' : 'no' };
      },
    };
    const session = new Lockstep(tree, { interaction });
    await session.take(
      WELCOME + command('Atomic', add('./Open/n', '1'), alert(1101, '', 'Sure?'), alert(1101, '', 'Really?')),
    );
    expect(seen).toEqual(['untouched', 'untouched']);
    expect(session.answers).toEqual(['Atomic 507', 'Add ./Open/n 216', 'Alert 216', 'Alert 304']);
    expect(tree.has('./Open/n')).toBe(false);
  });
});

describe('handlers', () => {
  const calls: string[] = [];
  const handler: ObjectHandler = {
    mount: './Open',
    object: { urn: '', title: '', ddf: { access: [], format: 'node', types: [] } },
    initial: () => [],
    changed: ({ command: name, uri }, tree) => {
      calls.push(`${name} ${uri}`);
      if (uri === './Open/a') tree.replace('./Open/b', text('derived'), DEVICE);
    },
    exec: async ({ uri, data: argument, correlator, server }: ExecCall) => {
      calls.push([`Exec ${uri}`, argument, correlator, server].join(' '));
      if (argument === 'break') throw new Error('broken');
      return 202;
    },
  };

  test('hear of what was changed, and not of what was undone or refused', async () => {
    calls.length = 0;
    const session = await run(
      replace('./Open/a', 'x') +
        replace('./Open/locked', 'x') +
        command('Atomic', add('./Open/n', '1'), replace('./Open/none', '2')) +
        command('Get', item('./Open/a')),
      { handlers: [handler] },
    );
    expect(calls).toEqual(['Replace ./Open/a']);
    expect(session.read('./Open/b')).toBe('derived');
  });

  test('do what an Exec asks, if they can', async () => {
    calls.length = 0;
    const session = await run(
      `<Exec><CmdID>5</CmdID><Correlator>c1</Correlator>${item('./Open/branch/leaf', data('now'))}${item('./Open/a', data('break'))}</Exec>`,
      { handlers: [handler] },
    );
    expect(session.answers).toEqual(['Exec ./Open/branch/leaf 202', 'Exec ./Open/a 500']);
    expect(calls).toEqual([`Exec ./Open/branch/leaf now c1 ${SERVER}`, `Exec ./Open/a break c1 ${SERVER}`]);
  });

  test('hear of a change before an Exec that follows it, and their faults hinder nobody', async () => {
    calls.length = 0;
    const faulty: ObjectHandler = {
      ...handler,
      mount: './Open/branch',
      changed: () => {
        throw new Error('broken');
      },
    };
    const session = await run(
      replace('./Open/branch/leaf', 'x') + replace('./Open/a', 'x') + command('Exec', item('./Open/b')),
      { handlers: [handler, faulty] },
    );
    expect(calls).toEqual(['Replace ./Open/a', `Exec ./Open/b   ${SERVER}`]);
    expect(session.answers).toEqual([
      'Replace ./Open/branch/leaf 200',
      'Replace ./Open/a 200',
      'Exec ./Open/b 202',
    ]);
  });

  test('that do not come back from an Exec are waited for no longer than may be', async () => {
    const clock = virtualClock();
    let given: AbortSignal | undefined;
    const stuck: ObjectHandler = {
      ...handler,
      exec: ({ signal }) => {
        given = signal;
        return new Promise(() => {});
      },
    };
    const answered = run(command('Exec', item('./Open/b')) + command('Get', item('./Open/a')), {
      handlers: [stuck],
      clock,
      limits: { exec: 1000 },
    });
    await clock.pass(999);
    expect(given?.aborted).toBe(false);
    await clock.pass(1);
    expect((await answered).answers).toEqual(['Exec ./Open/b 500', 'Get ./Open/a 200']);
    expect((await answered).step.done[0]?.reason).toBe('has not ended within 1000 ms');
    expect(given?.aborted).toBe(true);
  });
});
