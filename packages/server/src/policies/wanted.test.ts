import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConvergeStep, convergeSteps, type Step } from '../steps/index.ts';
import { keepBefore, noteChanges, stepsBack } from './before.ts';
import { driftIn } from './drift.ts';
import { settle, urisOf, type Wish } from './wanted.ts';

const step = (nodes: ConvergeStep['nodes'], more: Partial<ConvergeStep> = {}): ConvergeStep => ({
  kind: 'converge',
  root: './A/1',
  nodes,
  ...more,
});
const wish = (id: number, priority: number, ...steps: Step[]): Wish => ({
  id,
  name: `p${id}`,
  priority,
  steps,
});
const settled = (...wishes: Wish[]) =>
  settle(wishes).map(({ steps, disputes }) => ({
    sets: [...urisOf(steps)],
    disputes: disputes.map(({ uri, other, isOverridden }) => [uri, other, isOverridden]),
  }));

describe('policies that want the same nodes', () => {
  it('are settled by priority, and where that is the same neither counts', () => {
    const low = wish(
      1,
      0,
      step([
        { path: 'a', value: '1' },
        { path: 'b', value: '1' },
      ]),
    );
    const same = wish(
      2,
      0,
      step([
        { path: 'a', value: '2' },
        { path: 'b', value: '1' },
      ]),
    );
    const high = wish(3, 1, step([{ path: 'a', value: '3' }]));
    expect(settled(low, same)).toEqual([
      { sets: ['./A/1/b'], disputes: [['./A/1/a', 'p2', false]] },
      { sets: ['./A/1/b'], disputes: [['./A/1/a', 'p1', false]] },
    ]);
    expect(settled(low, high)).toEqual([
      { sets: ['./A/1/b'], disputes: [['./A/1/a', 'p3', true]] },
      { sets: ['./A/1/a'], disputes: [] },
    ]);
  });

  it('are at odds over what is to be absent above, over policies of nodes, and over marks', () => {
    const absent = wish(1, 0, step([{ path: 'g', policy: 'absent' }]));
    const leaf = wish(2, 0, step([{ path: 'g/x', value: '1' }]));
    expect(settled(absent, leaf).map(({ sets }) => sets)).toEqual([[], []]);
    const kept = wish(3, 0, step([{ path: 'a', policy: 'keep' }]));
    const byDefault = wish(4, 0, step([{ path: 'a', value: '1', policy: 'default' }]));
    const forced = wish(5, 0, step([{ path: 'a', value: '2' }]));
    expect(settled(byDefault, kept).every(({ disputes }) => disputes.length === 0)).toBe(true);
    expect(settled(byDefault, forced).every(({ disputes }) => disputes.length === 0)).toBe(true);
    expect(settled(kept, forced).every(({ disputes }) => disputes.length === 1)).toBe(true);
    const active = (id: number, root: string) =>
      wish(id, id, step([], { root, object: 'urn:oma:mo:x:1.0', state: { active: true } }));
    expect(settled(active(1, './A/1'), active(2, './A/2')).map(({ sets }) => sets)).toEqual([
      [],
      ['./A/2?prop=Active'],
    ]);
  });

  it('come to the same in whatever order they are, and never set one node twice to different values', () => {
    const node = fc.oneof(
      fc.record({
        path: fc.constantFrom('a', 'b', 'g/x', 'g/y'),
        value: fc.constantFrom('1', '2'),
        policy: fc.constantFrom('enforce' as const, 'default' as const),
      }),
      fc.record({
        path: fc.constantFrom('a', 'g', 'g/x'),
        policy: fc.constantFrom('absent' as const, 'keep' as const),
      }),
    );
    const some = fc.array(
      fc.record({
        priority: fc.nat({ max: 1 }),
        nodes: fc.uniqueArray(node, { selector: ({ path }) => path, minLength: 1 }),
      }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(some, fc.nat(), (given, seed) => {
        const wishes = given.map(({ priority, nodes }, index) => wish(index, priority, step(nodes)));
        const turned = wishes.toSorted(
          (a, b) => (((a.id + 1) * (seed + 7)) % 5) - (((b.id + 1) * (seed + 7)) % 5),
        );
        const one = settle(wishes);
        const other = settle(turned);
        for (const each of one) expect(other.find(({ id }) => id === each.id)?.steps).toEqual(each.steps);
        const values = new Map<string, string>();
        for (const { steps } of one) {
          for (const { root, nodes } of convergeSteps(steps)) {
            for (const { path, policy, value } of nodes) {
              if (policy !== 'enforce') continue;
              expect(values.get(`${root}/${path}`) ?? value).toBe(value);
              values.set(`${root}/${path}`, value ?? '');
            }
          }
        }
      }),
    );
  });
});

describe('how nodes were before', () => {
  const steps = [
    step([
      { path: 'a', value: '2' },
      { path: 'n', value: '1', format: 'int' },
      { path: 'd', value: 'x', policy: 'default' },
    ]),
  ];
  const results = (changes: object[]) => [{ step: 0, command: 'Converge', status: 200, changes }] as never;
  const before = noteChanges(
    {},
    steps,
    results([
      { uri: './A/1/g', did: 'add' },
      { uri: './A/1/g/n', did: 'add', now: '1' },
      { uri: './A/1/a', did: 'replace', was: '1', now: '2' },
      { uri: './A/1/d', did: 'add', now: 'x' },
      { uri: './A/1?prop=Locked', did: 'replace', was: 'false', now: 'true' },
    ]),
  );

  it('is what was known first, without what is the user’s', () => {
    expect(Object.keys(before)).toEqual(['./A/1/g', './A/1/g/n', './A/1/a', './A/1?prop=Locked']);
    expect(noteChanges(before, steps, results([{ uri: './A/1/a', did: 'replace', was: '9' }]))).toEqual(
      before,
    );
  });

  it('comes back: the lock first, then the nodes, and nothing below what goes as a whole', () => {
    expect(stepsBack(before, () => false)).toEqual([
      { kind: 'converge', root: './A/1', nodes: [], state: { locked: false } },
      {
        kind: 'converge',
        root: './A/1',
        nodes: [
          { path: 'g', policy: 'absent' },
          { path: 'a', value: '1' },
        ],
      },
    ]);
    const taken = keepBefore(before, (uri) => uri === './A/1/g');
    expect(stepsBack(taken, (uri) => uri === './A/1/g')).toEqual([]);
  });

  it('knows drift by what was told, but not of secrets and defaults', () => {
    const known = new Map(
      ['a', 'd', 'n'].map((name) => [`./A/1/${name}`, { uri: `./A/1/${name}`, format: 'chr', value: '01' }]),
    );
    expect(driftIn(steps, known)).toEqual([
      { uri: './A/1/a', wanted: '2', found: '01', text: './A/1/a is "01", not "2"' },
    ]);
    const secret = [step([{ path: 'Password', value: 'x' }])];
    const told = new Map([['./A/1/Password', { uri: './A/1/Password', format: 'chr', value: 'y' }]]);
    expect(driftIn(secret, told)).toEqual([]);
  });
});
