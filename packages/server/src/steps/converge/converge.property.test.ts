import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Answer, type ConvergeStep, isContainer, NODE_POLICIES, type NodeRequest } from '../index.ts';
import { type AnyDevice, converse, listingDevice } from '../simulate.testing.ts';

describe('converge on any tree', () => {
  it('reaches what is wanted with the least changes, whatever is there and wherever it is interrupted', () => {
    const paths = ['a', 'b', 'g/c', 'g/d', 'g/h/e', 'i/f'];
    const node = (path: string) =>
      fc.record({
        path: fc.constant(path),
        value: fc.constantFrom('1', '2'),
        policy: fc.constantFrom(...NODE_POLICIES),
        there: fc.constantFrom(null, '1', '2', '3'),
      });
    const situation = fc.record({
      nodes: fc.tuple(...paths.map(node)),
      root: fc.boolean(),
      lists: fc.boolean(),
      hasAtomic: fc.boolean(),
      options: fc.record({
        verify: fc.boolean(),
        atomic: fc.boolean(),
        unconditional: fc.constantFrom(undefined, true),
        state: fc.constantFrom(undefined, { active: true }, { active: true, locked: false }),
      }),
      lost: fc.array(fc.nat({ max: 6 }), { maxLength: 2 }),
    });
    fc.assert(
      fc.property(situation, ({ nodes, root, lists, hasAtomic, options, lost }) => {
        const wanted: ConvergeStep = {
          kind: 'converge',
          root: './R/1',
          object: 'urn:x',
          ...options,
          nodes: nodes.map(({ path, value, policy }) =>
            policy === 'keep' || policy === 'absent' ? { path, policy } : { path, value, policy },
          ),
        };
        const tree = new Map<string, string | undefined>([['./R', undefined]]);
        for (const { path, there } of root ? nodes : []) {
          if (there === null) continue;
          for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1))
            tree.set(`./R/1/${path.slice(0, end)}`, undefined);
          tree.set(`./R/1/${path}`, there);
        }
        if (root) tree.set('./R/1', undefined);
        const needed = new Set<string>();
        for (const { path, value, policy } of nodes) {
          const uri = `./R/1/${path}`;
          const differs =
            policy === 'enforce' ? tree.get(uri) !== value : policy === 'default' && !tree.has(uri);
          if (policy === 'absent' ? tree.has(uri) : differs) needed.add(uri);
          if (!differs || tree.has(uri)) continue;
          for (let end = uri.lastIndexOf('/'); end > 3; end = uri.lastIndexOf('/', end - 1))
            if (!tree.has(uri.slice(0, end))) needed.add(uri.slice(0, end));
        }
        if (!root) needed.add('./R/1');
        if (options.state !== undefined) needed.add('./R/1?prop=Active');
        const before = new Map(tree);
        let changes = 0;
        const device = modelDevice(tree, { lists, hasAtomic }, () => {
          changes += 1;
        });
        const { result } = converse([wanted], interrupted(device, lost));
        expect(result).toMatchObject({ state: 'succeeded', reason: null });
        for (const { path, value, policy } of nodes) {
          const uri = `./R/1/${path}`;
          if (policy === 'enforce') expect(tree.get(uri)).toBe(value);
          else if (policy === 'default') expect(tree.get(uri)).toBe(before.get(uri) ?? value);
          else expect(tree.get(uri)).toBe(policy === 'absent' ? undefined : before.get(uri));
        }
        if (options.unconditional === undefined && lost.length === 0) expect(changes).toBe(needed.size);
        const again = converse([{ ...wanted, unconditional: undefined }], device);
        expect(again.result.results.at(-1)).toMatchObject({ outcome: 'unchanged' });
      }),
      { numRuns: 400 },
    );
  });
});

/** A device with Atomic or without, which tells of each command that has changed something. */
function modelDevice(
  tree: Map<string, string | undefined>,
  { lists, hasAtomic }: { lists: boolean; hasAtomic: boolean },
  changed: () => void,
): AnyDevice {
  const one = (request: NodeRequest): Answer => {
    const answer = listingDevice(tree, lists)(request);
    if (request.command !== 'Get' && answer.status === 200) changed();
    return answer;
  };
  return (request) => {
    if (!isContainer(request)) return one(request as NodeRequest);
    if (!hasAtomic) return { status: 406 };
    const before = new Map(tree);
    const nested = request.requests.map((each) => one(each as NodeRequest));
    if (nested.every(({ status }) => status === 200)) return { status: 200, nested };
    tree.clear();
    for (const [uri, value] of before) tree.set(uri, value);
    return { status: 507, nested: nested.map(({ status }) => ({ status: status === 200 ? 216 : status })) };
  };
}

/** A device of which some answers are lost, so that it is asked the same again. */
function interrupted(device: AnyDevice, lost: readonly number[]): AnyDevice {
  let asked = 0;
  return (request) => {
    asked += 1;
    if (!lost.includes(asked)) return device(request);
    device(request);
    const answer = device(request);
    return { ...answer, repeated: true };
  };
}
