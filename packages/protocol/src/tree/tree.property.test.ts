import fc from 'fast-check';
import { expect, it } from 'vitest';
import { permits } from './acl.ts';
import { DEVICE, type LeafValue, ManagementTree, ROOT_ACL, TreeError, type TreeSnapshot } from './index.ts';

/** The tree as plainly as can be: URI → value; `node` for an interior node. The root is not in it. */
type Model = ReadonlyMap<string, string>;
type Outcome = { readonly model: Model; readonly status: number };

const VALUES = 12;
const CAPACITY = { nodes: 9, bytes: VALUES + ROOT_ACL.length };
const INTERIOR = 'node';
const leafOf = (data: string): LeafValue => ({ format: 'chr', type: 'text/plain', data });
const parentOf = (uri: string): string => uri.slice(0, uri.lastIndexOf('/'));
const isAt = (uri: string, top: string): boolean => uri === top || uri.startsWith(`${top}/`);

type Op =
  | { readonly do: 'add' | 'replace' | 'rename'; readonly uri: string; readonly data: string }
  | { readonly do: 'addNode'; readonly uri: string }
  | { readonly do: 'delete'; readonly uri: string }
  | { readonly do: 'copy'; readonly uri: string; readonly to: string };

function fits(model: Model): boolean {
  let bytes = 0;
  for (const value of model.values()) if (value !== INTERIOR) bytes += value.length - 1;
  // The root counts too.
  return model.size + 1 <= CAPACITY.nodes && bytes <= VALUES;
}

/** What an operation must come to. A leaf's value is marked by `=`, so that it is never `node`. */
function expected(model: Model, op: Op): Outcome {
  const fail = (status: number): Outcome => ({ model, status });
  const done = (next: Map<string, string>): Outcome =>
    fits(next) ? { model: next, status: 200 } : fail(420);
  const value = model.get(op.uri);
  const add = (uri: string, given: string): Outcome => {
    if (model.has(uri)) return fail(418);
    const next = new Map(model).set(uri, given);
    for (let above = parentOf(uri); above !== '.'; above = parentOf(above)) {
      if ((model.get(above) ?? INTERIOR) !== INTERIOR) return fail(405);
      next.set(above, INTERIOR);
    }
    return done(next);
  };
  const replace = (uri: string, given: string): Outcome =>
    model.get(uri) === INTERIOR ? fail(405) : done(new Map(model).set(uri, given));
  switch (op.do) {
    case 'add':
      return add(op.uri, `=${op.data}`);
    case 'addNode':
      return add(op.uri, INTERIOR);
    case 'replace':
      return value === undefined ? fail(404) : replace(op.uri, `=${op.data}`);
    case 'delete':
      return value === undefined
        ? fail(404)
        : done(new Map([...model].filter(([uri]) => !isAt(uri, op.uri))));
    case 'rename': {
      const renamed = `${parentOf(op.uri)}/${op.data}`;
      if (value === undefined) return fail(404);
      if (renamed !== op.uri && model.has(renamed)) return fail(418);
      return done(
        new Map(
          [...model].map(([uri, each]) => [
            isAt(uri, op.uri) ? renamed + uri.slice(op.uri.length) : uri,
            each,
          ]),
        ),
      );
    }
    case 'copy':
      if (value === undefined) return fail(404);
      if (value === INTERIOR || model.get(op.to) === INTERIOR) return fail(403);
      return model.has(op.to) ? replace(op.to, value) : add(op.to, value);
  }
}

function perform(tree: ManagementTree, op: Op): number {
  try {
    if (op.do === 'add') tree.add(op.uri, leafOf(op.data), DEVICE);
    else if (op.do === 'addNode') tree.add(op.uri, 'node', DEVICE);
    else if (op.do === 'replace') tree.replace(op.uri, leafOf(op.data), DEVICE);
    else if (op.do === 'rename') tree.replace(`${op.uri}?prop=Name`, leafOf(op.data), DEVICE);
    else if (op.do === 'copy') tree.copy(op.uri, op.to, DEVICE);
    else tree.delete(op.uri, DEVICE);
    return 200;
  } catch (error) {
    if (error instanceof TreeError) return error.status;
    throw error;
  }
}

function contents(tree: ManagementTree): Map<string, string> {
  const found = new Map<string, string>();
  for (const { uri, children, data } of tree.list('.', DEVICE))
    if (uri !== '.') found.set(uri, children === undefined ? `=${data}` : INTERIOR);
  return found;
}
const sorted = (model: Model): [string, string][] => [...model].sort(([a], [b]) => (a < b ? -1 : 1));

const name = fc.constantFrom('A', 'B', 'constructor');
const uri = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => `./${names.join('/')}`);
const data = fc.constantFrom('', 'x', 'four', 'B');
const operation: fc.Arbitrary<Op> = fc.oneof(
  fc.record({ do: fc.constantFrom('add', 'replace'), uri, data }),
  fc.record({ do: fc.constant('rename'), uri, data: name }),
  fc.record({ do: fc.constantFrom('addNode', 'delete'), uri }),
  fc.record({ do: fc.constant('copy'), uri, to: uri }),
);
const make = (snapshot?: TreeSnapshot): ManagementTree =>
  new ManagementTree({ ddf: [], now: () => new Date(1e12), capacity: CAPACITY, snapshot });

it('behaves as a plain map of URIs does, in commands and in their statuses', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 40 }), (ops) => {
      const tree = make();
      let model: Model = new Map();
      for (const op of ops) {
        const { revision } = tree;
        const outcome = expected(model, op);
        expect([op, perform(tree, op)]).toEqual([op, outcome.status]);
        if (outcome.status !== 200) expect(tree.revision).toBe(revision);
        model = outcome.model;
      }
      expect(sorted(contents(tree))).toEqual(sorted(model));
    }),
  );
});

it('undoes a transaction that throws, wherever it does and however they nest', () => {
  const batch = fc.array(operation, { maxLength: 12 });
  fc.assert(
    fc.property(batch, batch, batch, batch, (first, second, third, last) => {
      const tree = make();
      const straight = make();
      for (const op of first) perform(tree, op);
      const before = tree.snapshot();
      const shared = make(before);
      expect(() =>
        tree.transaction(() => {
          for (const op of second) perform(tree, op);
          tree.transaction(() => {
            for (const op of third) perform(tree, op);
          });
          throw new RangeError('undo');
        }),
      ).toThrow(RangeError);
      expect(tree.snapshot()).toEqual(before);
      // Counts of nodes and bytes are undone too, or the capacity would show it.
      for (const op of first) perform(straight, op);
      for (const op of last) expect(perform(tree, op)).toBe(perform(straight, op));
      expect(tree.snapshot()).toEqual(straight.snapshot());
      expect(shared.snapshot()).toEqual(before);
    }),
  );
});

it('comes back from JSON as it was, and leaves the snapshot alone', () => {
  fc.assert(
    fc.property(
      fc.array(operation, { maxLength: 20 }),
      fc.array(operation, { maxLength: 10 }),
      (ops, more) => {
        const tree = make();
        for (const op of ops) perform(tree, op);
        const json = JSON.stringify(tree.snapshot());
        const snapshot = JSON.parse(json) as TreeSnapshot;
        const restored = make(snapshot);
        const twin = make(snapshot);
        for (const op of more) expect(perform(restored, op)).toBe(perform(tree, op));
        expect(restored.snapshot()).toEqual(tree.snapshot());
        expect(JSON.stringify(twin.snapshot())).toBe(json);
      },
    ),
  );
});

it('lets a server read what the nearest ACL on the way up says', () => {
  const acl = fc.constantFrom('', 'Get=*', 'Get=a', 'Get=a+b&Replace=b', 'Replace=*');
  fc.assert(
    fc.property(acl, acl, acl, fc.constantFrom('a', 'b'), (root, middle, leaf, server) => {
      const children = [{ name: 'M', acl: middle, children: [{ name: 'L', acl: leaf, data: 'x' }] }];
      const tree = make({ version: 1, root: { name: '', acl: root || 'Add=*', children } });
      const inForce = leaf || middle || root || 'Add=*';
      const status = permits(inForce, 'Get', server) ? 'x' : 425;
      const read = () => (tree.get('./M/L', server) as LeafValue).data;
      if (status === 425) expect(read).toThrow(expect.objectContaining({ status }));
      else expect(read()).toBe('x');
    }),
  );
});
