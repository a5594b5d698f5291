import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan } from './plan.ts';
import { baselineOf, type Counts, decide, NO_COUNTS, type Standing, tripOf } from './standing.ts';

const of = (counts: Partial<Counts>): Counts => ({ ...NO_COUNTS, ...counts });

function standing(plan: Plan, ...counts: [devices: number, counts: Partial<Counts>][]): Standing {
  return {
    plan,
    wave: 0,
    waves: counts.map(([devices, each], n) => ({
      devices,
      counts: of(each),
      openedAt: n === 0 ? 1_000 : null,
    })),
    baseline: [],
    dynamic: false,
    endBy: null,
    now: 2_000,
  };
}

describe('a campaign that runs', () => {
  it.each<[string, Standing, object]>([
    ['goes on while devices are left', standing({}, [10, { changed: 9 }]), { kind: 'wait', obstacles: [] }],
    [
      'finishes when each device has an outcome',
      standing({}, [10, { changed: 5, unchanged: 2, failed: 1, declined: 1, skipped: 1 }]),
      { kind: 'finish' },
    ],
    ['does not while one is in hand', standing({}, [10, { changed: 9, begun: 1 }]), { kind: 'wait' }],
    [
      'does not while one is to be tried again',
      standing({}, [10, { changed: 9, retrying: 1 }]),
      { kind: 'wait' },
    ],
    [
      'does not while others may join',
      { ...standing({}, [1, { changed: 1 }]), dynamic: true },
      { kind: 'wait' },
    ],
    ['ends when its time is over', { ...standing({}, [10, {}]), endBy: 2_000 }, { kind: 'expire' }],
    [
      'pauses at a number of failures',
      standing({ errors: { count: 3 } }, [10, { failed: 2, retrying: 1 }]),
      { kind: 'trip', text: '3 devices have failed, and it pauses at 3' },
    ],
    [
      'pauses at more than a share of failures',
      standing({ errors: { percent: 10, minimum: 5 } }, [100, { failed: 2, changed: 8 }]),
      { kind: 'trip', text: '2 of 10 devices have failed, which is more than 10 %' },
    ],
    [
      'does not at the share itself',
      standing({ errors: { percent: 20, minimum: 5 } }, [100, { failed: 2, changed: 8 }]),
      { kind: 'wait' },
    ],
    [
      'does not before enough have ended',
      standing({ errors: { percent: 10 } }, [100, { failed: 10, changed: 9 }]),
      { kind: 'wait' },
    ],
    [
      'pauses for its newest wave alone',
      {
        ...standing(
          { waves: [{ percent: 50 }], errors: { percent: 10 } },
          [1000, { changed: 1000 }],
          [1000, { failed: 20, changed: 10 }],
        ),
        wave: 1,
      },
      { kind: 'trip', text: 'in wave 2 20 of 30 devices have failed, which is more than 10 %' },
    ],
    [
      'opens the next wave when enough have succeeded',
      standing(
        { waves: [{ count: 10, next: { success: 50 } }] },
        [10, { changed: 4, declined: 2 }],
        [90, {}],
      ),
      { kind: 'open', wave: 1 },
    ],
    [
      'says what it waits for',
      standing(
        { waves: [{ count: 10, next: { success: 50, wait: 60, approval: true } }] },
        [10, { unchanged: 4, failed: 1 }],
        [90, {}],
      ),
      {
        kind: 'wait',
        obstacles: [
          { kind: 'success', succeeded: 4, needed: 5, possible: 9 },
          { kind: 'time', until: 61_000 },
          { kind: 'approval' },
        ],
      },
    ],
    [
      'passes over an empty wave',
      standing({ waves: [{ percent: 1 }] }, [0, {}], [9, {}]),
      { kind: 'open', wave: 1 },
    ],
  ])('%s', (_, campaign, decision) => {
    expect(decide(campaign)).toMatchObject(decision);
  });

  it('does not pause again for what has failed before somebody went on', () => {
    const counts = fc.record({ failed: fc.nat(1000), retrying: fc.nat(1000), changed: fc.nat(1000) });
    fc.assert(
      fc.property(fc.array(counts, { minLength: 1, maxLength: 3 }), (waves) => {
        const campaign = standing(
          { errors: { percent: 1, minimum: 1, count: 1 } },
          ...waves.map((each): [number, Partial<Counts>] => [5000, each]),
        );
        const resumed = { ...campaign, baseline: baselineOf(campaign.waves) };
        expect(tripOf(resumed)).toBeUndefined();
      }),
    );
  });
});
