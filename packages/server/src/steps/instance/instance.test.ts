import { DEVICE, type LeafValue, type ManagementTree } from '@grove/protocol';
import { describe, expect, it } from 'vitest';
import { checkSteps, type InstanceStep } from '../index.ts';
import { MMS, type MmsDevice, mmsDevice } from '../instance-state/tree.testing.ts';
import type { Abilities } from '../kind.ts';
import { converse } from '../simulate.testing.ts';

const NEW: InstanceStep = {
  kind: 'instance',
  uri: './MMS/New',
  add: { object: MMS, nodes: [{ path: 'Addr', value: 'http://new' }] },
  state: { active: true, default: true, locked: true },
};
const LOCK: InstanceStep = {
  kind: 'instance',
  uri: './MMS/One',
  state: { locked: true },
  expect: { active: true },
};
const set = (tree: ManagementTree, uri: string, data: string, as: string | typeof DEVICE = DEVICE) =>
  tree.replace(uri, { format: 'chr', type: 'text/plain', data }, as);
const run = (device: MmsDevice, step: InstanceStep, abilities?: Abilities) =>
  converse(checkSteps([step]), device.answer, abilities);

describe('an instance', () => {
  it('is added and becomes Active, Default and Locked in one Atomic', () => {
    const device = mmsDevice();
    set(device.tree, './MMS/One?prop=Active', 'true');
    const { rounds, result } = run(device, NEW);
    expect(rounds).toEqual([
      [
        'Atomic[Add ./MMS/New, Add ./MMS/New/Addr=http://new, Replace ./MMS/New?prop=Active=true, ' +
          'Replace ./MMS/New?prop=Default=true, Replace ./MMS/New?prop=Locked=true]',
      ],
    ]);
    expect(result).toMatchObject({ state: 'succeeded', reason: null });
    expect(device.tree.instances(MMS)).toMatchObject([
      { uri: './MMS/One', active: false, default: false, lockedBy: undefined },
      { uri: './MMS/Two', active: false },
      { uri: './MMS/New', active: true, default: true, lockedBy: 'grove' },
    ]);
  });

  it.each(['yes', 'no'] as const)('waits for the consent of the user, who says %s', (user) => {
    const device = mmsDevice({ user });
    const before = device.tree.snapshot();
    const { rounds, result } = run(device, { ...NEW, confirm: { text: 'New MMS settings?' } });
    expect(rounds).toEqual([[expect.stringMatching(/^Atomic\[confirm New MMS settings\?, Add/)]]);
    if (user === 'yes') {
      expect(result.state).toBe('succeeded');
      return;
    }
    expect(result.reason).toBe(
      'the Atomic failed, so that nothing of it holds: "New MMS settings?" was rejected by the user (304)',
    );
    expect(device.tree.snapshot()).toEqual(before);
  });

  it('is as before when one part fails', () => {
    const device = mmsDevice();
    set(device.tree, './MMS/Two?prop=ACL', 'Get=*&Replace=rival');
    set(device.tree, './MMS/Two?prop=Active', 'true', 'rival');
    set(device.tree, './MMS/Two?prop=Locked', 'true', 'rival');
    const before = device.tree.snapshot();
    const { result } = run(device, NEW);
    expect(result.reason).toContain('Replace ./MMS/New?prop=Active with 425');
    expect(device.tree.snapshot()).toEqual(before);
  });

  it('is locked only if it is still what somebody has seen', () => {
    const device = mmsDevice();
    expect(run(device, LOCK)).toMatchObject({
      rounds: [['Get ./MMS/One?prop=Active']],
      result: { state: 'failed', reason: './MMS/One is not Active any more, so that nothing was done' },
    });
    set(device.tree, './MMS/One?prop=Active', 'true');
    expect(run(device, LOCK)).toMatchObject({
      rounds: [['Get ./MMS/One?prop=Active'], ['Replace ./MMS/One?prop=Locked=true']],
      result: { state: 'succeeded' },
    });
  });

  it('is made command by command where the device has no Atomic', () => {
    const device = mmsDevice({ atomic: false });
    const { rounds, result } = run(device, { ...NEW, confirm: { text: 'Sure?' } });
    expect(rounds.slice(1).map(([each]) => each)).toEqual([
      'confirm Sure?',
      'Add ./MMS/New',
      'Add ./MMS/New/Addr=http://new',
      'Replace ./MMS/New?prop=Active=true',
      'Replace ./MMS/New?prop=Default=true',
      'Replace ./MMS/New?prop=Locked=true',
    ]);
    expect(result.state).toBe('succeeded');
  });

  it('that is none is said to be none', () => {
    const { result } = run(mmsDevice(), { kind: 'instance', uri: './MMS/No', state: { active: true } });
    expect(result.reason).toBe(
      'the device answered Replace ./MMS/No?prop=Active with 404: there is no such instance, or it has no such property',
    );
    const leaf = run(mmsDevice(), { kind: 'instance', uri: './MMS', state: { active: true } });
    expect(leaf.result.reason).toBe(
      './MMS is no instance of a service that can be Active, as the device says',
    );
  });
});

describe('an instance on a device without the properties', () => {
  const state = { active: true, locked: true };
  const step: InstanceStep = { ...NEW, state, reference: './MMS/Two/Addr' };
  const ACL = 'Add=grove&Delete=grove&Get=*&Replace=grove';

  it.each<[string, Abilities, number]>([
    ['turns out to', {}, 2],
    ['is known to', { instanceState: false }, 1],
  ])('that %s lack them gets what stands for them, as one', (_, abilities, rounds) => {
    const device = mmsDevice({ instanceState: false });
    const run1 = run(device, { ...step, confirm: { text: 'Sure?' } }, abilities);
    expect(run1.result).toMatchObject({ state: 'succeeded' });
    expect(run1.rounds).toHaveLength(rounds);
    expect(run1.rounds.at(-1)).toEqual([
      `Atomic[${rounds === 1 ? 'confirm Sure?, ' : ''}Add ./MMS/New, Add ./MMS/New/Addr=http://new, ` +
        `Replace ./MMS/Two/Addr=./MMS/New, Replace ./MMS/New?prop=ACL=${ACL}]`,
    ]);
    const { data } = device.tree.get('./MMS/New?prop=ACL', DEVICE) as LeafValue;
    expect(data).toBe(ACL);
  });

  it.each<Abilities>([{}, { instanceState: false }])(
    'is not begun where nothing stands for Default: %j',
    (abilities) => {
      const device = mmsDevice({ instanceState: false });
      const before = device.tree.snapshot();
      const { result } = run(device, NEW, abilities);
      expect(result.reason).toBe(
        './MMS/New cannot be made Active and Default: the device has no such properties, and nothing stands for them',
      );
      expect(device.tree.snapshot()).toEqual(before);
    },
  );

  it.each([
    ['406', 406],
    ['404', 404],
  ])('and without Atomic has no half of it left: %s', (_, status) => {
    for (const abilities of [{}, { instanceState: false, atomic: false }]) {
      const device = mmsDevice({ instanceState: false, atomic: false });
      const before = device.tree.instances();
      const answer: typeof device.answer = (request) => {
        const said = device.answer(request);
        return said.status === 406 && 'uri' in request ? { status } : said;
      };
      const { rounds, result } = run({ ...device, answer }, NEW, abilities);
      expect(rounds.at(-1)).toEqual(['Delete ./MMS/New']);
      expect(result.reason).toBe(
        './MMS/New cannot be made Active and Default: the device has no such properties, and nothing stands for them; ' +
          'the new instance was deleted again',
      );
      expect(device.tree.instances()).toEqual(before);
    }
  });

  it('has what can be done done, where the step says so', () => {
    const device = mmsDevice({ instanceState: false });
    const { result } = run(device, { ...NEW, unsupported: 'continue' });
    expect(result.state).toBe('succeeded');
    expect(device.tree.has('./MMS/New/Addr')).toBe(true);
  });

  it('that was deleted since somebody has seen it is said to be gone', () => {
    const { result } = run(mmsDevice(), { ...LOCK, uri: './MMS/Gone' });
    expect(result.reason).toBe(
      './MMS/Gone is not there, or has no property Active, so that nothing was done',
    );
  });

  it('cannot be held against what somebody has seen', () => {
    const { result } = run(mmsDevice({ instanceState: false }), LOCK);
    expect(result.reason).toContain('the device has no such property');
  });
});

it.each<[Partial<InstanceStep>, string]>([
  [{ uri: './MMS/One?prop=Active' }, 'steps/0/uri'],
  [{ state: {}, add: undefined }, 'steps/0/state'],
  [{ expect: { active: true } }, 'steps/0/expect'],
  [{ reference: './A', state: { locked: true } }, 'steps/0/reference'],
  [{ add: { object: MMS, nodes: [{ path: 'Nothing', value: '' }] } }, 'steps/0/add/nodes/0/path'],
])('refuses %j', (change, field) => {
  expect(() => checkSteps([{ ...NEW, ...change } as InstanceStep])).toThrow(
    expect.objectContaining({ problems: expect.arrayContaining([expect.objectContaining({ field })]) }),
  );
});
