import { DEVICE, type LeafValue } from '@grove/protocol';
import { describe, expect, it } from 'vitest';
import type { Abilities } from '../kind.ts';
import {
  type StateProgress,
  type StateWork,
  startState,
  stateAnswered,
  stateFailure,
  stateRequests,
} from './index.ts';
import { type MmsDevice, mmsDevice } from './tree.testing.ts';

const WORK: StateWork = { root: './MMS/One', state: { active: true, locked: true } };

function bring(device: MmsDevice, work: StateWork, abilities: Abilities = {}) {
  const told = { abilities, serverID: 'grove' };
  const rounds: string[][] = [];
  let progress: StateProgress = startState(work);
  for (;;) {
    const due = stateRequests(work, progress, told);
    if (due.length === 0) return { rounds, failure: stateFailure(work, progress) };
    expect(due.every(({ id }) => id.startsWith('state/'))).toBe(true);
    rounds.push(
      due.map(({ command, uri, value }) => `${command} ${uri}${value === undefined ? '' : `=${value}`}`),
    );
    for (const request of due) progress = stateAnswered(work, progress, request, device.answer(request));
    progress = JSON.parse(JSON.stringify(progress));
    if (rounds.length > 10) throw new Error('no end');
  }
}

describe('the state of an instance', () => {
  it('is asked, and set where it is another', () => {
    const device = mmsDevice();
    device.tree.replace('./MMS/One?prop=Active', { format: 'chr', type: '', data: 'true' }, DEVICE);
    expect(bring(device, WORK)).toEqual({
      rounds: [
        ['Get ./MMS/One?prop=Active', 'Get ./MMS/One?prop=Locked'],
        ['Replace ./MMS/One?prop=Locked=true'],
      ],
      failure: undefined,
    });
    expect(bring(device, WORK).rounds).toHaveLength(1);
    expect(bring(device, { ...WORK, unasked: true }).rounds).toEqual([
      ['Replace ./MMS/One?prop=Active=true', 'Replace ./MMS/One?prop=Locked=true'],
    ]);
  });

  it('is brought about by what stands for it, once', () => {
    const work = { ...WORK, reference: './MMS/Two/Addr' };
    const device = mmsDevice({ instanceState: false });
    for (const abilities of [{}, { instanceState: false }]) {
      const { failure } = bring(device, work, abilities);
      expect(failure).toBe(undefined);
      expect((device.tree.get('./MMS/Two/Addr', DEVICE) as LeafValue).data).toBe('./MMS/One');
    }
    expect(bring(device, work, { instanceState: false }).rounds).toEqual([
      ['Get ./MMS/Two/Addr', 'Get ./MMS/One?prop=ACL'],
    ]);
    const unlocked = { root: './MMS/One', state: { locked: false } };
    expect(bring(device, unlocked).rounds.at(-1)).toEqual(['Replace ./MMS/One?prop=ACL=']);
  });

  it.each<Abilities>([{}, { instanceState: false }])(
    'fails where nothing stands for it, unless told to go on: %j',
    (abilities) => {
      const device = mmsDevice({ instanceState: false });
      const work = { root: './MMS/One', state: { default: true } };
      expect(bring(device, work, abilities).failure).toBe(
        './MMS/One cannot be made Default: the device has no such properties, and nothing stands for it',
      );
      expect(bring(device, { ...work, unsupported: 'continue' }, abilities).failure).toBe(undefined);
      expect(bring(device, { ...WORK, unsupported: 'fail' }, abilities).failure).toContain(
        'Active and Locked',
      );
    },
  );

  it('fails where another authority has locked it', () => {
    const device = mmsDevice();
    device.tree.replace('./MMS/One?prop=Locked', { format: 'chr', type: '', data: 'true' }, 'rival');
    expect(bring(device, { ...WORK, state: { active: true } }).failure).toContain(
      'another authority has locked it',
    );
  });
});
