import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type Actor,
  type DdfNode,
  DEVICE,
  type LeafValue,
  ManagementTree,
  type Mark,
  serviceOf,
  TreeError,
  type TreeSnapshot,
  USER,
} from './index.ts';

/** An instance as plainly as can be. */
interface Known {
  readonly urn: string;
  readonly value: string;
  readonly active: boolean;
  readonly default: boolean;
  readonly lockedBy: string | undefined;
}
type Model = ReadonlyMap<string, Known>;

type Op =
  | { readonly do: 'add'; readonly uri: string; readonly urn: string; readonly as: Actor }
  | { readonly do: 'delete'; readonly uri: string; readonly as: Actor }
  | { readonly do: 'write'; readonly uri: string; readonly value: string; readonly as: Actor }
  | { readonly do: 'rename'; readonly uri: string; readonly to: string; readonly as: Actor }
  | {
      readonly do: 'mark';
      readonly uri: string;
      readonly mark: Mark;
      readonly on: boolean;
      readonly as: Actor;
    }
  | { readonly do: 'leave'; readonly server: string };

const SERVERS = ['opco', 'other'] as const;
const ALL = ['Add', 'Copy', 'Delete', 'Exec', 'Get', 'Replace'] as const;
const DDF: readonly DdfNode[] = [
  { path: './Mail', access: ALL, format: 'node', types: [], occurrence: 'ZeroOrMore' },
];
const ROOT: TreeSnapshot = {
  version: 1,
  root: {
    name: '',
    acl: 'Add=*&Get=*',
    children: [{ name: 'Mail', acl: 'Add=*&Delete=*&Get=*&Replace=*', children: [] }],
  },
};
const make = (snapshot: TreeSnapshot = ROOT): ManagementTree =>
  new ManagementTree({ ddf: DDF, now: () => new Date(1e12), snapshot });
const text = (data: string): LeafValue => ({ format: 'chr', type: 'text/plain', data });

/** What an operation comes to, by rules written anew. */
function expected(model: Model, op: Op): { status: number; model: Model } {
  const done = (entries: Iterable<[string, Known]>) => ({ status: 200, model: new Map(entries) });
  if (op.do === 'leave') {
    return done(
      [...model].map(([uri, each]) => [
        uri,
        each.lockedBy === op.server ? { ...each, lockedBy: undefined } : each,
      ]),
    );
  }
  const { uri, as } = op;
  const one = model.get(uri);
  const fail = (status: number) => ({ status, model });
  if (op.do === 'add') {
    if (one !== undefined) return fail(418);
    const fresh = { urn: op.urn, value: '', active: false, default: false, lockedBy: undefined };
    return done([...model, [uri, fresh]]);
  }
  if (one === undefined) return fail(404);
  const holds = (each: Known): boolean =>
    as !== DEVICE && each.lockedBy !== undefined && each.lockedBy !== as;
  if (holds(one)) return fail(425);
  switch (op.do) {
    case 'delete':
      return done([...model].filter(([each]) => each !== uri));
    case 'write':
      return done([...model].map(([each, was]) => [each, each === uri ? { ...was, value: op.value } : was]));
    case 'rename': {
      const to = `./Mail/${op.to}`;
      if (to !== uri && model.has(to)) return fail(418);
      return done([...model].map(([each, was]) => [each === uri ? to : each, was]));
    }
    case 'mark': {
      const { mark, on } = op;
      if (mark === 'Locked') {
        if (on && typeof as !== 'string') return fail(405);
        const lockedBy = on && typeof as === 'string' ? (one.lockedBy ?? as) : undefined;
        return done([...model].map(([each, was]) => [each, each === uri ? { ...was, lockedBy } : was]));
      }
      const key = mark === 'Active' ? 'active' : 'default';
      if (one[key] === on) return { status: 200, model };
      const rivals = [...model].filter(
        ([each, was]) => each !== uri && was[key] && serviceOf(was.urn) === serviceOf(one.urn),
      );
      if (on && rivals.some(([, rival]) => holds(rival))) return fail(425);
      return done(
        [...model].map(([each, was]) => {
          if (each === uri) return [each, { ...was, [key]: on }];
          return [each, on && rivals.some(([rival]) => rival === each) ? { ...was, [key]: false } : was];
        }),
      );
    }
  }
}

function perform(tree: ManagementTree, op: Op): number {
  try {
    if (op.do === 'add') {
      tree.add(op.uri, { format: 'node', type: op.urn, data: '' }, op.as);
      tree.add(`${op.uri}/Value`, text(''), DEVICE);
    } else if (op.do === 'delete') tree.delete(op.uri, op.as);
    else if (op.do === 'write') tree.replace(`${op.uri}/Value`, text(op.value), op.as);
    else if (op.do === 'rename') tree.replace(`${op.uri}?prop=Name`, text(op.to), op.as);
    else if (op.do === 'mark') tree.replace(`${op.uri}?prop=${op.mark}`, text(String(op.on)), op.as);
    else tree.removeServer(op.server);
    return 200;
  } catch (error) {
    if (error instanceof TreeError) return error.status;
    throw error;
  }
}

function seen(tree: ManagementTree): Model {
  return new Map(
    tree.instances().map(({ uri, ...state }) => {
      const { data } = tree.get(`${uri}/Value`, DEVICE) as LeafValue;
      return [uri, { ...state, value: String(data) }];
    }),
  );
}
const sorted = (model: Model): [string, Known][] => [...model].sort(([a], [b]) => (a < b ? -1 : 1));

const name = fc.constantFrom('A', 'B', 'C', 'D');
const uri = name.map((each) => `./Mail/${each}`);
const as: fc.Arbitrary<Actor> = fc.constantFrom(...SERVERS, USER, DEVICE);
const operation: fc.Arbitrary<Op> = fc.oneof(
  fc.record({
    do: fc.constant('add'),
    uri,
    urn: fc.constantFrom('urn:x:mail:1.0', 'urn:x:mail:1.1', 'urn:x:mail:2.0'),
    as,
  }),
  fc.record({ do: fc.constant('delete'), uri, as }),
  fc.record({ do: fc.constant('write'), uri, value: fc.constantFrom('x', 'y'), as }),
  fc.record({ do: fc.constant('rename'), uri, to: name, as }),
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('mark'),
      uri,
      mark: fc.constantFrom('Active', 'Default', 'Locked'),
      on: fc.boolean(),
      as,
    }),
  },
);

it('keeps one Active and one Default for each service, and what is locked as it is', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 60 }), (ops) => {
      const tree = make();
      let model: Model = new Map();
      for (const op of ops) {
        const before = seen(tree);
        const outcome = expected(model, op);
        expect([op, perform(tree, op)]).toEqual([op, outcome.status]);
        model = outcome.model;
        const after = seen(tree);
        expect(sorted(after)).toEqual(sorted(model));
        for (const key of ['active', 'default'] as const) {
          const services = [...after.values()].filter((each) => each[key]).map(({ urn }) => serviceOf(urn));
          expect(new Set(services).size).toBe(services.length);
        }
        if (!('as' in op) || op.as === DEVICE) continue;
        for (const [at, was] of before)
          if (was.lockedBy !== undefined && was.lockedBy !== op.as) expect(after.get(at)).toEqual(was);
      }
    }),
  );
});

it('uses the Active instance, else the Default one, and none else', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 40 }), (ops) => {
      const tree = make();
      for (const op of ops) perform(tree, op);
      const ofService = tree.instances('urn:x:mail:1.2');
      const active = ofService.find((each) => each.active);
      const byDefault = ofService.find((each) => each.default);
      expect(tree.instanceInUse('urn:x:mail:1.0')).toEqual(active ?? byDefault);
    }),
  );
});

it('comes back from JSON, and from a transaction that throws, as it was', () => {
  const leave = fc.record({ do: fc.constant('leave'), server: fc.constantFrom(...SERVERS) });
  const ops = fc.array(fc.oneof({ weight: 9, arbitrary: operation }, leave), { maxLength: 30 });
  fc.assert(
    fc.property(ops, ops, (first, second) => {
      const tree = make();
      for (const op of first) perform(tree, op);
      const before = tree.snapshot();
      const restored = make(JSON.parse(JSON.stringify(before)) as TreeSnapshot);
      expect(() =>
        tree.transaction(() => {
          for (const op of second) perform(tree, op);
          throw new RangeError('undo');
        }),
      ).toThrow(RangeError);
      expect(tree.snapshot()).toEqual(before);
      for (const op of second) expect(perform(restored, op)).toBe(perform(tree, op));
      expect(restored.snapshot()).toEqual(tree.snapshot());
    }),
  );
});
