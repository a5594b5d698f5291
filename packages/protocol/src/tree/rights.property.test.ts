import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addTnds, DEVICE, ManagementTree, type ReadTndsNode, ROOT_ACL, replaceTnds } from './index.ts';
import { chr, statusOf } from './tree.testing.ts';

const COMMANDS = ['Add', 'Delete', 'Get', 'Replace'] as const;
type Command = (typeof COMMANDS)[number];
/** Command → who may; an empty one is inherited. */
type Rights = ReadonlyMap<Command, ReadonlySet<string>>;
interface Node {
  /** Undefined = an interior node. */
  readonly value: string | undefined;
  readonly rights: Rights;
}
/** The tree as plainly as can be: URI → node. */
type Model = ReadonlyMap<string, Node>;
interface Outcome {
  readonly status: number;
  readonly model: Model;
}

const NONE: Rights = new Map();
const NAMES = ['A', 'B'] as const;
const SERVERS = ['s', 't', 'u'] as const;

const parentOf = (uri: string): string =>
  uri.lastIndexOf('/') <= 1 ? '.' : uri.slice(0, uri.lastIndexOf('/'));
const isBelow = (uri: string, top: string): boolean =>
  top === '.' || uri === top || uri.startsWith(`${top}/`);

function may(model: Model, uri: string, command: Command, server: string): boolean {
  for (let at = uri; ; at = parentOf(at)) {
    const rights = model.get(at)?.rights ?? NONE;
    if (rights.size > 0) return rights.get(command)?.has('*') || rights.get(command)?.has(server) || false;
    if (at === '.') return false;
  }
}

type Op = { readonly by: string; readonly uri: string } & (
  | { readonly do: 'get' | 'delete' | 'addNode' }
  | { readonly do: 'add' | 'replace'; readonly data: string }
  | { readonly do: 'rename'; readonly name: string }
  | { readonly do: 'copy'; readonly to: string }
  | { readonly do: 'acl'; readonly rights: Rights }
);

/** What an operation must come to, in the order in which faults are looked for. */
function expected(model: Model, op: Op): Outcome {
  const { by, uri } = op;
  const refuse = (status: number): Outcome => ({ status, model });
  const done = (next: Model): Outcome => ({ status: 200, model: next });
  const node = model.get(uri);
  if (op.do === 'addNode' || op.do === 'add')
    return add(model, by, uri, op.do === 'add' ? op.data : undefined);
  if (op.do === 'delete' && uri === '.') return refuse(405);
  if (node === undefined) return refuse(404);
  switch (op.do) {
    case 'get':
      return refuse(may(model, uri, 'Get', by) ? 200 : 425);
    case 'replace':
      if (!may(model, uri, 'Replace', by)) return refuse(425);
      if (node.value === undefined) return refuse(405);
      return done(new Map(model).set(uri, { ...node, value: op.data }));
    case 'delete':
      if (!may(model, uri, 'Delete', by)) return refuse(425);
      return done(new Map([...model].filter(([each]) => !isBelow(each, uri))));
    case 'rename': {
      if (!may(model, uri, 'Replace', by)) return refuse(425);
      if (uri === '.') return refuse(405);
      const renamed = `${parentOf(uri)}/${op.name}`;
      if (renamed !== uri && model.has(renamed)) return refuse(418);
      const moved = [...model].map(([each, kept]): [string, Node] => [
        isBelow(each, uri) ? renamed + each.slice(uri.length) : each,
        kept,
      ]);
      return done(new Map(moved));
    }
    case 'acl': {
      const own = node.value === undefined && may(model, uri, 'Replace', by);
      if (!own && (uri === '.' || !may(model, parentOf(uri), 'Replace', by))) return refuse(425);
      if (uri === '.' && !op.rights.get('Add')?.has('*')) return refuse(405);
      return done(new Map(model).set(uri, { ...node, rights: op.rights }));
    }
    case 'copy': {
      if (!may(model, uri, 'Get', by)) return refuse(425);
      const target = model.get(op.to);
      if (node.value === undefined) return refuse(403);
      if (target === undefined) return add(model, by, op.to, node.value);
      if (target.value === undefined) return refuse(403);
      if (!may(model, op.to, 'Replace', by)) return refuse(425);
      return done(new Map(model).set(op.to, { ...target, value: node.value }));
    }
  }
}

function add(model: Model, by: string, uri: string, value: string | undefined): Outcome {
  if (model.has(uri)) return { status: 418, model };
  const missing = [uri];
  let above = parentOf(uri);
  for (; !model.has(above); above = parentOf(above)) missing.unshift(above);
  if (model.get(above)?.value !== undefined) return { status: 405, model };
  if (!may(model, above, 'Add', by)) return { status: 425, model };
  const next = new Map(model);
  for (const each of missing) {
    const isLeaf = each === uri && value !== undefined;
    const rights = isLeaf || may(next, parentOf(each), 'Replace', by) ? NONE : withCreator(next, each, by);
    next.set(each, { value: isLeaf ? value : undefined, rights });
  }
  return { status: 200, model: next };
}

/** What is inherited, and Add, Delete and Replace for the creator. */
function withCreator(model: Model, uri: string, creator: string): Rights {
  const rights = new Map<Command, ReadonlySet<string>>();
  for (const command of COMMANDS) {
    const servers = [...SERVERS, 'owner'].filter((each) => may(model, parentOf(uri), command, each));
    const isEverybody = may(model, parentOf(uri), command, 'whoever');
    const granted = isEverybody ? ['*'] : command === 'Get' ? servers : [...servers, creator];
    if (granted.length > 0) rights.set(command, new Set(granted));
  }
  return rights;
}

const aclOf = (rights: Rights): string =>
  [...rights].map(([command, servers]) => `${command}=${[...servers].join('+')}`).join('&');

function perform(tree: ManagementTree, op: Op): number {
  return statusOf(() => {
    switch (op.do) {
      case 'get':
        return tree.get(op.uri, op.by);
      case 'delete':
        return tree.delete(op.uri, op.by);
      case 'addNode':
        return tree.add(op.uri, 'node', op.by);
      case 'add':
        return tree.add(op.uri, chr(op.data), op.by);
      case 'replace':
        return tree.replace(op.uri, chr(op.data), op.by);
      case 'rename':
        return tree.replace(`${op.uri}?prop=Name`, chr(op.name), op.by);
      case 'acl':
        return tree.replace(`${op.uri}?prop=ACL`, chr(aclOf(op.rights)), op.by);
      case 'copy':
        return tree.copy(op.uri, op.to, op.by);
    }
  });
}

const server = fc.constantFrom(...SERVERS);
const uri = fc
  .array(fc.constantFrom(...NAMES), { maxLength: 3 })
  .map((names) => (names.length === 0 ? '.' : `./${names.join('/')}`));
const below = uri.filter((each) => each !== '.');
const servers = fc.oneof(
  fc.constant(new Set(['*'])),
  fc.uniqueArray(server, { minLength: 1 }).map((each) => new Set(each)),
);
const rights: fc.Arbitrary<Rights> = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...COMMANDS), servers), { selector: ([command]) => command })
  .map((entries) => new Map(entries));
const data = fc.constantFrom('x', 'y');
const operation: fc.Arbitrary<Op> = fc.oneof(
  fc.record({ by: server, uri, do: fc.constantFrom('get' as const, 'delete' as const) }),
  fc.record({ by: server, uri: below, do: fc.constant('addNode' as const) }),
  fc.record({ by: server, uri: below, do: fc.constantFrom('add' as const, 'replace' as const), data }),
  fc.record({ by: server, uri, do: fc.constant('rename' as const), name: fc.constantFrom(...NAMES) }),
  fc.record({ by: server, uri, do: fc.constant('acl' as const), rights }),
  fc.record({ by: server, uri, do: fc.constant('copy' as const), to: below }),
);

/** A tree with ACLs all over it, as the device has made it, and its model. */
function grown(nodes: Iterable<readonly [string, Node]>): { tree: ManagementTree; model: Model } {
  const tree = new ManagementTree({ ddf: [], now: () => new Date(0) });
  const model = new Map<string, Node>([['.', { value: undefined, rights: NONE }]]);
  for (const [at, node] of nodes) {
    const everybody = new Map(node.rights).set('Add', new Set(['*']));
    if (at === '.') model.set(at, { value: undefined, rights: everybody });
    else if (model.get(parentOf(at))?.value !== undefined || !model.has(parentOf(at))) continue;
    else model.set(at, node);
    if (at !== '.') tree.add(at, node.value === undefined ? 'node' : chr(node.value), DEVICE);
    tree.replace(`${at}?prop=ACL`, chr(aclOf(at === '.' ? everybody : node.rights)), DEVICE);
  }
  return { tree, model };
}

/** The model as the tree shows it: what there is, which nodes have an ACL of their own, and who may do what. */
function shown(tree: ManagementTree): string[] {
  const can = (at: string, command: Command, by: string) =>
    statusOf(() => tree.authorize(at, command, by)) === 200;
  return [...tree.list('.', DEVICE)]
    .map(({ uri: at, children, data: held, acl }) =>
      lineOf(at, children === undefined ? String(held) : undefined, acl !== '', can),
    )
    .sort();
}

function modelled(model: Model): string[] {
  const can = (at: string, command: Command, by: string) => may(model, at, command, by);
  return [...model].map(([at, { value, rights: own }]) => lineOf(at, value, own.size > 0, can)).sort();
}

function lineOf(
  at: string,
  value: string | undefined,
  hasOwn: boolean,
  can: (uri: string, command: Command, server: string) => boolean,
): string {
  const who = COMMANDS.map((command) =>
    [...SERVERS, 'whoever'].filter((each) => can(at, command, each)).join('+'),
  );
  return `${at} = ${value} ${hasOwn ? 'has' : 'inherits'} ${who.join(' ')}`;
}

const start = fc.tuple(
  rights,
  fc.uniqueArray(
    fc.tuple(
      below,
      fc.record({ value: fc.option(data, { nil: undefined }), rights: fc.oneof(rights, fc.constant(NONE)) }),
    ),
    { selector: ([at]) => at, maxLength: 10 },
  ),
);

it('lets each of several servers do what the ACLs say, and nothing else', () => {
  fc.assert(
    fc.property(start, fc.array(operation, { maxLength: 30 }), ([root, nodes], ops) => {
      const sorted = nodes.toSorted(([a], [b]) => a.length - b.length);
      const { tree, model: first } = grown([['.', { value: undefined, rights: root }], ...sorted]);
      let model = first;
      for (const op of ops) {
        const { revision } = tree;
        const outcome = expected(model, op);
        expect([op, perform(tree, op)]).toEqual([op, outcome.status]);
        if (outcome.status !== 200) expect(tree.revision).toBe(revision);
        model = outcome.model;
      }
      expect(shown(tree)).toEqual(modelled(model));
    }),
    { numRuns: 500 },
  );
});

it('keeps what is of one server from all others, whatever they try', () => {
  const OWN = './A/B';
  const protectedTree = (): ManagementTree => {
    const tree = new ManagementTree({ ddf: [], now: () => new Date(0) });
    tree.add(`${OWN}/Leaf`, chr('secret'), DEVICE);
    tree.replace(`${OWN}?prop=ACL`, chr('Add=owner&Delete=owner&Get=owner&Replace=owner'), DEVICE);
    tree.replace('./A?prop=ACL', chr('Add=*&Get=*'), DEVICE);
    tree.replace('.?prop=ACL', chr(ROOT_ACL), DEVICE);
    return tree;
  };
  const node: fc.Arbitrary<ReadTndsNode> = fc.record({
    uri: below,
    format: fc.constantFrom('chr' as const, 'node' as const),
    acl: rights.map(aclOf),
    title: fc.constantFrom('', 'T'),
  });
  const attempt: fc.Arbitrary<(tree: ManagementTree) => unknown> = fc.oneof(
    { weight: 4, arbitrary: operation.map((op) => (tree: ManagementTree) => perform(tree, op)) },
    fc
      .record({ by: server, uri, nodes: fc.array(node, { maxLength: 4 }), replaces: fc.boolean() })
      .map(({ by, uri: target, nodes, replaces }) => (tree: ManagementTree) => {
        if (!replaces) return statusOf(() => addTnds(tree, nodes, by));
        const inside = nodes.filter((each) => isBelow(each.uri, target));
        return statusOf(() => replaceTnds(tree, target, inside, by));
      }),
    fc.record({ by: server, uri }).map(({ by, uri: at }) => (tree: ManagementTree) => {
      statusOf(() => {
        for (const { uri: listed } of tree.list(at, by)) expect(isBelow(listed, OWN)).toBe(false);
      });
    }),
  );
  fc.assert(
    fc.property(fc.array(attempt, { maxLength: 40 }), (attempts) => {
      const tree = protectedTree();
      const own = JSON.stringify([...tree.list(OWN, 'owner')]);
      for (const each of attempts) each(tree);
      expect(JSON.stringify([...tree.list(OWN, 'owner')])).toBe(own);
      for (const by of SERVERS) {
        const read = [...tree.list('.', by)].map(({ data: held }) => held);
        expect(read).not.toContain('secret');
      }
    }),
  );
});
