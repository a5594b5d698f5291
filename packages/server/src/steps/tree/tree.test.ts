import { describe, expect, it } from 'vitest';
import { type Answer, isContainer, isQuestion, type Request, type TreeStep } from '../index.ts';
import { converse, treeDevice } from '../simulate.testing.ts';

const add: TreeStep = {
  kind: 'tree',
  uri: './A',
  mode: 'add',
  object: 'urn:x',
  nodes: [
    { path: 'B/C', value: '1', format: 'int', acl: 'Get=*' },
    { path: 'D', format: 'node' },
  ],
};
const replace: TreeStep = { ...add, mode: 'replace' };

/** A device without serialized trees, and perhaps without Atomic. */
function device(nodes: Map<string, string | undefined>, atomic: number) {
  const single = treeDevice(nodes);
  return (request: Request): Answer => {
    if (isQuestion(request)) return { status: 406 };
    if (isContainer(request)) {
      if (atomic !== 200) return { status: atomic };
      return { status: 200, nested: request.requests.map((each) => answer(each)) };
    }
    return answer(request);
  };
  function answer(request: Request): Answer {
    if (isContainer(request) || isQuestion(request)) return { status: 406 };
    if (request.tree !== undefined) return { status: 415 };
    return request.uri.includes('?') ? { status: 200 } : single(request);
  }
}

const ADDED = ['./A', './A/B', './A/D', './A/B/C'];

describe('a sub-tree', () => {
  it('goes as one value', () => {
    const { rounds, result } = converse([add], (request) => {
      expect(request).toMatchObject({
        command: 'Add',
        tree: [
          { uri: './A', format: 'node', type: 'urn:x' },
          { uri: './A/B', format: 'node' },
          { uri: './A/D', format: 'node' },
          { uri: './A/B/C', value: '1', format: 'int', acl: 'Get=*' },
        ],
      });
      return { status: 200 };
    });
    expect(rounds).toEqual([['Add ./A']]);
    expect(result).toMatchObject({
      state: 'succeeded',
      results: [{ command: 'Add', uri: './A', status: 200 }],
    });
  });

  it('goes in an Atomic where the device takes no serialized tree', () => {
    const nodes = new Map<string, string | undefined>();
    const { rounds, result } = converse([add], device(nodes, 200));
    expect(rounds).toEqual([
      ['Add ./A'],
      ['Atomic[Add ./A, Add ./A/B, Add ./A/D, Add ./A/B/C=1, Replace ./A/B/C?prop=ACL=Get=*]'],
    ]);
    expect(result.reason).toBe(null);
    expect([...nodes.keys()]).toEqual(ADDED);
  });

  it('goes from the top down where the device has no Atomic either', () => {
    const nodes = new Map<string, string | undefined>();
    const { rounds, result } = converse([add], device(nodes, 406), { tnds: false, atomic: false });
    expect(rounds).toEqual([
      ['Add ./A'],
      ['Add ./A/B', 'Add ./A/D'],
      ['Add ./A/B/C=1'],
      ['Replace ./A/B/C?prop=ACL=Get=*'],
    ]);
    expect(result.reason).toBe(null);
    expect(converse([add], device(new Map(), 406)).rounds.slice(2)).toEqual(rounds);
  });

  it('takes the place of what was below a node', () => {
    const nodes = new Map<string, string | undefined>([
      ['./A', undefined],
      ['./A/X', 'x'],
    ]);
    const single = device(nodes, 406);
    const { rounds, result } = converse([replace], (request) =>
      request.command === 'Get' ? { status: 200, format: 'node', value: 'X' } : single(request),
    );
    expect(rounds.map(([first]) => first)).toEqual([
      'Replace ./A',
      'Get ./A',
      'Atomic[Delete ./A/X, Add ./A/B, Add ./A/D, Add ./A/B/C=1, Replace ./A/B/C?prop=ACL=Get=*]',
      'Delete ./A/X',
      'Add ./A/B',
      'Add ./A/B/C=1',
      'Replace ./A/B/C?prop=ACL=Get=*',
    ]);
    expect(result.reason).toBe(null);
    expect([...nodes.keys()]).toEqual(ADDED);
  });

  it('does not take the place of what cannot be addressed', () => {
    const { rounds, result } = converse([replace], (request) =>
      request.command === 'Get' ? { status: 200, format: 'node', value: 'X/..' } : { status: 415 },
    );
    expect(rounds).toEqual([['Replace ./A'], ['Get ./A']]);
    expect(result.reason).toBe('./A has a child that cannot be addressed: ".."');
  });

  it.each<[TreeStep, (request: Request) => number, string]>([
    [add, () => 418, 'the device answered Add ./A with 418'],
    [replace, ({ command }) => (command === 'Replace' ? 415 : 404), 'the device answered Get ./A with 404'],
    [
      add,
      (request) =>
        'tree' in request
          ? 415
          : isContainer(request)
            ? 406
            : 'uri' in request && request.uri === './A/D'
              ? 420
              : 200,
      'the device answered Add ./A/D with 420; what was done before it stays',
    ],
  ])('%o fails in words', (step, status, reason) => {
    expect(converse([step], (request) => ({ status: status(request) })).result.reason).toBe(reason);
  });
});
