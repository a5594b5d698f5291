import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Answer, ConvergeStep, NodeRequest } from '../index.ts';
import { carryOut, type Device, treeDevice } from '../simulate.testing.ts';

const step: ConvergeStep = {
  kind: 'converge',
  root: './Conn/1',
  object: 'urn:oma:mo:oma-connmo:1.0',
  nodes: [
    { path: 'Name', value: 'internet' },
    { path: 'Auth/User', value: 'me' },
    { path: 'Auth/Tries', value: '3', format: 'int' },
  ],
};
const inPlace = new Map<string, string | undefined>([
  ['./Conn', undefined],
  ['./Conn/1', undefined],
  ['./Conn/1/Name', 'internet'],
  ['./Conn/1/Auth', undefined],
  ['./Conn/1/Auth/User', 'me'],
  ['./Conn/1/Auth/Tries', '3'],
]);
const READS = [
  'Get ./Conn/1',
  'Get ./Conn/1/Auth',
  'Get ./Conn/1/Name',
  'Get ./Conn/1/Auth/User',
  'Get ./Conn/1/Auth/Tries',
];

/** The tree above, with some of it changed or, where the value is null, gone. */
function treeWith(changes: Record<string, string | null | undefined>): Map<string, string | undefined> {
  const tree = new Map(inPlace);
  for (const [uri, value] of Object.entries(changes)) {
    if (value === null) tree.delete(uri);
    else tree.set(uri, value);
  }
  return tree;
}

/** Answers some requests in its own way, and the others as the standard says. */
function oddDevice(
  odd: (request: NodeRequest) => Answer | undefined,
  tree = treeWith({ './Conn/1/Name': 'other' }),
): Device {
  const device = treeDevice(tree);
  return (request) => odd(request) ?? device(request);
}

describe('converge', () => {
  it.each([
    ['changes nothing where all is in place', treeWith({}), []],
    [
      'replaces a value that differs',
      treeWith({ './Conn/1/Name': 'other' }),
      [['Replace ./Conn/1/Name=internet']],
    ],
    ['takes an int for what it means', treeWith({ './Conn/1/Auth/Tries': ' 03 ' }), []],
    [
      'adds a leaf that is missing',
      treeWith({ './Conn/1/Auth/User': null }),
      [['Add ./Conn/1/Auth/User=me']],
    ],
    [
      'adds an interior node before what is below it',
      treeWith({ './Conn/1/Auth': null, './Conn/1/Auth/User': null, './Conn/1/Auth/Tries': null }),
      [['Add ./Conn/1/Auth'], ['Add ./Conn/1/Auth/User=me', 'Add ./Conn/1/Auth/Tries=3']],
    ],
    [
      'adds everything where the root is missing, parents first',
      new Map([['./Conn', undefined]]),
      [
        ['Add ./Conn/1', 'Add ./Conn/1/Auth'],
        ['Add ./Conn/1/Name=internet', 'Add ./Conn/1/Auth/User=me', 'Add ./Conn/1/Auth/Tries=3'],
      ],
    ],
  ])('%s', (_, tree, changes) => {
    const { rounds, result } = carryOut([step], treeDevice(tree));
    expect(rounds).toEqual([READS, ...changes]);
    expect(result).toMatchObject({ state: 'succeeded', reason: null });
    expect(result.results).toHaveLength(changes.flat().length);
    expect(Object.fromEntries(tree)).toMatchObject({
      './Conn/1/Name': 'internet',
      './Conn/1/Auth/User': 'me',
    });
    expect(carryOut([step], treeDevice(tree)).rounds).toEqual([READS]);
  });

  it.each<[string, Device, 'succeeded' | 'failed', string | null]>([
    [
      'writes a leaf that cannot be read',
      oddDevice(({ command, uri }) =>
        command === 'Get' && uri.endsWith('/User') ? { status: 405 } : undefined,
      ),
      'succeeded',
      null,
    ],
    [
      'writes a leaf whose value did not come',
      oddDevice(({ command, uri }) =>
        command === 'Get' && uri.endsWith('/User') ? { status: 200 } : undefined,
      ),
      'succeeded',
      null,
    ],
    [
      'goes on below an interior node that cannot be read',
      oddDevice(({ command, uri }) =>
        command === 'Get' && uri === './Conn/1' ? { status: 425 } : undefined,
      ),
      'succeeded',
      null,
    ],
    [
      'adds what Replace does not find',
      oddDevice(
        ({ command, uri }) => (command === 'Get' && uri.endsWith('/User') ? { status: 500 } : undefined),
        treeWith({ './Conn/1/Auth/User': null }),
      ),
      'succeeded',
      null,
    ],
    [
      'replaces what Add finds there',
      oddDevice(({ command, uri }) =>
        command === 'Get' && uri.endsWith('/Name') ? { status: 404 } : undefined,
      ),
      'succeeded',
      null,
    ],
    [
      'is content with an interior node that Add finds there',
      oddDevice(({ command, uri }) =>
        command === 'Get' && uri.endsWith('/Auth') ? { status: 404 } : undefined,
      ),
      'succeeded',
      null,
    ],
    [
      'gives up with a device that contradicts itself',
      oddDevice(({ command, uri }) => {
        if (!uri.endsWith('/Name')) return undefined;
        if (command === 'Add') return { status: 418 };
        return { status: 404 };
      }),
      'failed',
      './Conn/1/Name was answered with 418',
    ],
    [
      'says which node was refused',
      oddDevice(({ command }) => (command === 'Replace' ? { status: 425 } : undefined)),
      'failed',
      './Conn/1/Name was answered with 425',
    ],
    [
      'does not take a command that was not executed for one that was',
      oddDevice(({ command }) => (command === 'Replace' ? { status: 215 } : undefined)),
      'failed',
      './Conn/1/Name was answered with 215',
    ],
    [
      'says that a node was not answered',
      oddDevice(({ command }) => (command === 'Replace' ? { status: null } : undefined)),
      'failed',
      './Conn/1/Name was not answered',
    ],
    [
      'says why a node was not asked for',
      oddDevice(({ command }) =>
        command === 'Replace' ? { status: null, reason: 'it does not fit' } : undefined,
      ),
      'failed',
      'it does not fit',
    ],
    [
      'adds nothing below an interior node that cannot be added',
      oddDevice(
        ({ command, uri }) => (command === 'Add' && uri === './Conn/1' ? { status: 405 } : undefined),
        new Map([['./Conn', undefined]]),
      ),
      'failed',
      './Conn/1 was answered with 405 and 1 more',
    ],
  ])('%s', (_, device, state, reason) => {
    const { result } = carryOut([step], device);
    expect(result.state).toBe(state);
    expect(result.reason).toBe(reason);
  });

  it('compares values by what their formats mean', () => {
    const same = (
      format: 'int' | 'bool' | 'bin' | 'float' | 'chr',
      wanted: string,
      value: string,
    ): boolean => {
      const one: ConvergeStep = {
        kind: 'converge',
        root: './A',
        nodes: [{ path: 'B', value: wanted, format }],
      };
      return (
        carryOut(
          [one],
          treeDevice(
            new Map([
              ['./A', undefined],
              ['./A/B', value],
            ]),
          ),
        ).rounds.length === 1
      );
    };
    expect(same('int', '7', '007')).toBe(true);
    expect(same('int', '0', '')).toBe(false);
    expect(same('float', '1.50', '1.5')).toBe(true);
    expect(same('bool', 'true', 'TRUE')).toBe(true);
    expect(same('bin', 'AQID', 'AQ\r\nID')).toBe(true);
    expect(same('chr', 'a', 'a ')).toBe(false);
    expect(same('chr', 'a', 'A')).toBe(false);
  });

  it('ends on any device, whatever it answers, and names the same nodes each time', () => {
    const answer = fc.record({
      status: fc.option(fc.constantFrom(0, 200, 202, 215, 401, 404, 405, 418, 425, 500, 999)),
      value: fc.option(fc.constantFrom('internet', 'x', ''), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(answer, { minLength: 1, maxLength: 12 }), (script) => {
        let at = 0;
        const { rounds, result } = carryOut([step], () => script[at++ % script.length] as Answer);
        expect(rounds.length).toBeLessThan(12);
        expect(result.reason === null).toBe(result.state === 'succeeded');
      }),
    );
  });

  it('takes names for nodes that mean something in JavaScript', () => {
    const odd: ConvergeStep = {
      kind: 'converge',
      root: './A',
      nodes: ['__proto__', 'constructor/toString', '0/1'].map((path) => ({ path, value: path })),
    };
    const tree = new Map<string, string | undefined>();
    expect(carryOut([odd], treeDevice(tree)).result.state).toBe('succeeded');
    expect(tree.get('./A/__proto__')).toBe('__proto__');
    expect(tree.get('./A/constructor/toString')).toBe('constructor/toString');
  });
});
