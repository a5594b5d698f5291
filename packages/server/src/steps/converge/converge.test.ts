import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Answer, type ConvergeStep, isContainer, type NodeRequest } from '../index.ts';
import {
  type AnyDevice,
  carryOut,
  converse,
  type Device,
  listingDevice,
  treeDevice,
} from '../simulate.testing.ts';

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
const LISTING = ['Get ./Conn/1?list=StructData'];

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
  const device = listingDevice(tree, false);
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
    const isEmpty = !tree.has('./Conn/1');
    const { rounds, result } = carryOut([step], listingDevice(tree));
    // Where the listing is not found, the root may be there all the same.
    const reads = isEmpty ? [LISTING, ['Get ./Conn/1']] : [LISTING];
    expect(rounds).toEqual([...reads, ...changes]);
    expect(result).toMatchObject({ state: 'succeeded', reason: null });
    expect(result.results).toHaveLength(changes.flat().length + 1);
    expect(result.results.at(-1)).toMatchObject({
      command: 'Converge',
      outcome: changes.length === 0 ? 'unchanged' : 'changed',
    });
    expect(Object.fromEntries(tree)).toMatchObject({
      './Conn/1/Name': 'internet',
      './Conn/1/Auth/User': 'me',
    });
    expect(carryOut([step], listingDevice(tree)).rounds).toEqual([LISTING]);
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
      './Conn/1/Name was not changed: it is not there (404)',
    ],
    [
      'says which node was refused',
      oddDevice(({ command }) => (command === 'Replace' ? { status: 425 } : undefined)),
      'failed',
      './Conn/1/Name was not changed: the ACL there does not give the server Replace, or the node is locked (425)',
    ],
    [
      'does not take a command that was not executed for one that was',
      oddDevice(({ command }) => (command === 'Replace' ? { status: 215 } : undefined)),
      'failed',
      './Conn/1/Name was not changed: the device answered Replace with 215',
    ],
    [
      'says that a node was not answered',
      oddDevice(({ command }) => (command === 'Replace' ? { status: null } : undefined)),
      'failed',
      './Conn/1/Name was not changed: the device did not answer',
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
      './Conn/1 was not added: the device does not allow Add there, the node is permanent or read-only (405) and 1 more',
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

  it('reads a few nodes one by one, and an interior node only where something below it is missing', () => {
    const few: ConvergeStep = { ...step, nodes: step.nodes.slice(0, 2) };
    expect(carryOut([few], listingDevice(treeWith({}))).rounds).toEqual([
      ['Get ./Conn/1/Name', 'Get ./Conn/1/Auth/User'],
    ]);
    expect(carryOut([few], listingDevice(treeWith({ './Conn/1/Auth/User': null }))).rounds).toEqual([
      ['Get ./Conn/1/Name', 'Get ./Conn/1/Auth/User'],
      ['Get ./Conn/1/Auth'],
      ['Add ./Conn/1/Auth/User=me'],
    ]);
  });

  it('leaves to the user what is theirs, and takes away what is not to be', () => {
    const mixed: ConvergeStep = {
      kind: 'converge',
      root: './A',
      nodes: [
        { path: 'D', value: 'd', policy: 'default' },
        { path: 'E', value: 'e', policy: 'default' },
        { path: 'K', policy: 'keep' },
        { path: 'X', policy: 'absent' },
        { path: 'Y', policy: 'absent' },
      ],
    };
    const tree = new Map([
      ['./A', undefined],
      ['./A/D', 'mine'],
      ['./A/K', 'kept'],
      ['./A/X', undefined],
      ['./A/X/1', 'old'],
    ]);
    const { result } = carryOut([mixed], listingDevice(tree));
    expect(Object.fromEntries(tree)).toEqual({
      './A': undefined,
      './A/D': 'mine',
      './A/K': 'kept',
      './A/E': 'e',
    });
    expect(result.results.at(-1)).toEqual({
      step: 0,
      command: 'Converge',
      uri: './A',
      status: 200,
      outcome: 'changed',
      unchanged: 2,
      changes: [
        { uri: './A/E', did: 'add', now: 'e' },
        { uri: './A/X', did: 'delete' },
      ],
    });
  });

  it('sets the marks of an instance last, and all in one Atomic where that is wished', () => {
    const marked: ConvergeStep = { ...step, state: { active: true, locked: true }, atomic: true };
    const tree = treeWith({ './Conn/1/Name': 'other' });
    const device = listingDevice(tree);
    const atomic: AnyDevice = (request) =>
      isContainer(request)
        ? { status: 200, nested: request.requests.map((each) => device(each as NodeRequest)) }
        : device(request as NodeRequest);
    expect(converse([marked], atomic).rounds).toEqual([
      [...LISTING, 'Get ./Conn/1?prop=Active', 'Get ./Conn/1?prop=Locked'],
      [
        'Atomic[Replace ./Conn/1/Name=internet, Replace ./Conn/1?prop=Active=true, Replace ./Conn/1?prop=Locked=true]',
      ],
    ]);
    expect(converse([marked], atomic).result.results.at(-1)).toMatchObject({ outcome: 'unchanged' });
    // Without Atomic one after the other, and no mark on an instance that is not as wanted.
    const apart = listingDevice(treeWith({ './Conn/1/Name': 'other' }));
    expect(carryOut([marked], apart).rounds.slice(2)).toEqual([
      ['Replace ./Conn/1/Name=internet'],
      ['Replace ./Conn/1?prop=Active=true', 'Replace ./Conn/1?prop=Locked=true'],
    ]);
    const denied = listingDevice(treeWith({ './Conn/1/Name': 'other' }));
    const { rounds } = carryOut([marked], (request) =>
      request.command === 'Replace' ? { status: 425 } : denied(request),
    );
    expect(rounds.at(-1)).toEqual(['Replace ./Conn/1/Name=internet']);
  });

  it('only tells what differs when it observes', () => {
    const observing: ConvergeStep = { ...step, observe: true };
    const tree = treeWith({ './Conn/1/Name': 'other', './Conn/1/Auth/User': null });
    const { rounds, result } = carryOut([observing], listingDevice(tree));
    expect(rounds).toEqual([LISTING]);
    expect(result).toMatchObject({ state: 'succeeded' });
    expect(result.results.at(-1)).toMatchObject({
      outcome: 'different',
      unchanged: 1,
      differences: [
        {
          uri: './Conn/1/Name',
          wanted: 'internet',
          found: 'other',
          text: './Conn/1/Name is "other", not "internet"',
        },
        { uri: './Conn/1/Auth/User', wanted: 'me', text: './Conn/1/Auth/User is not there' },
      ],
    });
  });

  it('sets what stands for a mark on a device that has none', () => {
    const marked: ConvergeStep = {
      ...step,
      state: { active: true },
      reference: './Use',
      atomic: true,
    };
    const tree = treeWith({ './Conn/1/Name': 'other', './Use': './Conn/2' });
    const device = listingDevice(tree);
    const unmarked: AnyDevice = (request) => {
      if (!isContainer(request)) {
        return request.command !== 'Alert' && request.uri.includes('?prop=')
          ? { status: 406 }
          : device(request as NodeRequest);
      }
      return { status: 200, nested: request.requests.map((each) => device(each as NodeRequest)) };
    };
    const { result } = converse([marked], unmarked);
    expect(result.reason).toBe(null);
    expect(tree.get('./Use')).toBe('./Conn/1');
    expect(result.results.at(-1)).toMatchObject({
      outcome: 'changed',
      changes: [{ uri: './Conn/1/Name' }, { uri: './Conn/1?prop=Active', now: 'true' }],
    });
    expect(converse([marked], unmarked).result.results.at(-1)).toMatchObject({ outcome: 'unchanged' });
    const failing: ConvergeStep = { ...step, state: { default: true } };
    expect(converse([failing], unmarked).result.reason).toContain('cannot be made Default');
  });

  it('writes without asking, and reads back, when told to', () => {
    const told: ConvergeStep = { ...step, unconditional: true, verify: true };
    const tree = treeWith({ './Conn/1/Auth/User': null });
    const { rounds, result } = carryOut([told], listingDevice(tree));
    expect(rounds).toEqual([
      ['Replace ./Conn/1/Name=internet', 'Replace ./Conn/1/Auth/User=me', 'Replace ./Conn/1/Auth/Tries=3'],
      ['Add ./Conn/1/Auth/User=me'],
      LISTING,
    ]);
    expect(result.state).toBe('succeeded');
    const lying = (request: NodeRequest): Answer =>
      request.command === 'Get' ? listingDevice(tree)(request) : { status: 200 };
    tree.set('./Conn/1/Name', 'other');
    expect(carryOut([told], lying).result.reason).toBe(
      'read back after the changes, ./Conn/1/Name is "other", not "internet"',
    );
    const renewed: ConvergeStep = { ...step, unconditional: 'renew' };
    expect(carryOut([renewed], listingDevice(tree)).rounds.map((round) => round[0])).toEqual([
      'Delete ./Conn/1',
      'Add ./Conn/1',
      'Add ./Conn/1/Name=internet',
    ]);
  });

  it('tells nobody the values of what is secret', () => {
    const nodes = [{ path: 'Name', value: 'new-secret', secret: true }];
    const secret: ConvergeStep = { ...step, nodes, verify: true };
    const tree = treeWith({ './Conn/1/Name': 'old-secret' });
    const lying = (request: NodeRequest): Answer =>
      request.command === 'Get' ? listingDevice(tree)(request) : { status: 200 };
    for (const steps of [[secret], [{ ...secret, observe: true }]]) {
      const { reason, results } = carryOut(steps, lying).result;
      expect(
        JSON.stringify({ reason, of: results.filter(({ command }) => command === 'Converge') }),
      ).not.toMatch(/old-secret|new-secret/);
    }
    const changed = carryOut([secret], listingDevice(tree)).result.results.at(-1);
    expect(changed?.changes).toEqual([{ uri: './Conn/1/Name', did: 'replace', secret: true }]);
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
