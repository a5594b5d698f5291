/** Converging on the virtual phone's own tree: whatever is there and is wanted, with the least changes, also when cut short. */
import {
  createHttpTransport,
  createPhone,
  fleetAccount,
  fleetDmAcc,
  type HttpTransport,
  memoryStore,
  type Transport,
} from '@grove/device';
import { DEVICE, type ManagementTree } from '@grove/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Rig, startRig } from '../rig/rig.testing.ts';

// Hundreds of sessions, on a machine that may have other things to do.
vi.setConfig({ testTimeout: 120_000 });

/** Below an extension any node may be. */
const ROOT = './MMS/Operator/Ext/T';
const PATHS = ['a', 'b', 'g/c', 'g/d', 'g/h/e'] as const;

let rig: Rig;
let http: HttpTransport;
beforeAll(async () => {
  http = createHttpTransport();
  rig = await startRig();
});
afterAll(async () => {
  await rig.close();
  await http.close();
});

let phones = 700;
const wanted = fc.tuple(
  ...PATHS.map((path) =>
    fc.record({
      path: fc.constant(path),
      value: fc.constantFrom('1', '2'),
      policy: fc.constantFrom('enforce', 'enforce', 'default', 'keep', 'absent'),
      there: fc.constantFrom(null, '1', '2', '3'),
    }),
  ),
);
type Wanted = typeof wanted extends fc.Arbitrary<infer T> ? T : never;

function read(tree: ManagementTree, uri: string): unknown {
  if (!tree.has(uri)) return undefined;
  const found = tree.get(uri, DEVICE);
  return 'data' in found ? found.data : null;
}

/** Makes the phone's tree hold what is said to be there. @returns the URIs of what is needed to converge on the rest */
function plant(tree: ManagementTree, nodes: Wanted): Set<string> {
  const add = (uri: string) => {
    if (!tree.has(uri)) tree.add(uri, 'node', DEVICE);
  };
  const upTo = (uri: string): string[] =>
    uri === ROOT ? [ROOT] : [...upTo(uri.slice(0, uri.lastIndexOf('/'))), uri];
  const needed = new Set<string>();
  for (const { path, there } of nodes) {
    if (there === null) continue;
    const uri = `${ROOT}/${path}`;
    for (const above of upTo(uri.slice(0, uri.lastIndexOf('/')))) add(above);
    tree.add(uri, { format: 'chr', type: 'text/plain', data: there }, DEVICE);
  }
  for (const { path, value, policy, there } of nodes) {
    const uri = `${ROOT}/${path}`;
    const isMissing = there === null && (policy === 'enforce' || policy === 'default');
    if (isMissing) for (const node of upTo(uri)) if (!tree.has(node)) needed.add(node);
    if (policy === 'enforce' && there !== value) needed.add(uri);
    if (policy === 'absent' && there !== null) needed.add(uri);
  }
  return needed;
}

it('reaches what is wanted with the least changes, and finds nothing to do then', async () => {
  const options = fc.record({
    atomic: fc.boolean(),
    verify: fc.boolean(),
    unconditional: fc.constantFrom(undefined, true),
  });
  await fc.assert(
    fc.asyncProperty(wanted, options, fc.option(fc.integer({ min: 1, max: 4 })), async (nodes, how, lost) => {
      let exchanges = 0;
      const transport: Transport = {
        ...http,
        async exchange(request) {
          const answer = await http.exchange(request);
          exchanges += 1;
          if (exchanges === lost) throw new Error('the line is dead');
          return answer;
        },
      };
      const known = fleetAccount(phones++, { serverID: 'grove', clientAuth: 'md5', serverAuth: 'md5' });
      const { devId, client, server } = known;
      await rig.register(devId, { client, server });
      const account = fleetDmAcc(known, `${rig.url}/dm`);
      const phone = await createPhone({ devId, account, transport, store: memoryStore() });
      const { tree } = phone;
      const needed = plant(tree, nodes);
      const step = {
        kind: 'converge',
        root: ROOT,
        ...how,
        nodes: nodes.map(({ path, value, policy }) =>
          policy === 'keep' || policy === 'absent' ? { path, policy } : { path, value, policy },
        ),
      };
      const task = await rig.task(devId, [step]);
      const done = [];
      for (let calls = 0; calls < 3 && (await rig.showTask(task)).state !== 'succeeded'; calls++) {
        const report = await phone.session().catch(() => undefined);
        done.push(...(report?.done ?? []));
      }
      expect(await rig.showTask(task)).toMatchObject({ state: 'succeeded', reason: null });
      for (const { path, value, policy, there } of nodes) {
        const is = read(tree, `${ROOT}/${path}`);
        if (policy === 'enforce') expect(is).toBe(value);
        else if (policy === 'default') expect(is).toBe(there ?? value);
        else expect(is).toBe(policy === 'absent' ? undefined : (there ?? undefined));
      }
      if (lost === null && how.unconditional === undefined) {
        const changed = done.filter(({ command }) => !['Get', 'Atomic', 'Alert'].includes(command));
        expect(changed.map(({ uri }) => uri).sort()).toEqual([...needed].sort());
      }
      exchanges = 100;
      const again = await rig.task(devId, [{ ...step, unconditional: undefined }]);
      await phone.session();
      const [result] = (await rig.showTask(again)).results ?? [];
      expect(result).toMatchObject({ command: 'Converge', outcome: 'unchanged' });
    }),
    { numRuns: 30 },
  );
});
