import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Attempt, after, type Happening, isOutstanding, type Life, pendingAttempts } from './life.ts';
import { nextStep, waysTo } from './plan.ts';

const HOUR = 3_600_000;
const born: Life = {
  state: 'queued',
  reason: null,
  attempts: [],
  dueAt: 0,
  expiresAt: 24 * HOUR,
  sessionRow: null,
};
const POLICY = { rounds: 2, resync: true };
const NUMBER = { kind: 'plmn', number: '+441632960001' } as const;
const SIP = { kind: 'sip', uri: 'sip:alice@ims.example' } as const;
const WAYS = waysTo([NUMBER, SIP], ['sip', 'sms']);
const begun = (resync = false): Happening => ({
  kind: 'begun',
  address: 'WAPPUSH=+441632960001/TYPE=PLMN',
  bearer: 'sms',
  resync,
  lease: 60,
});
const taken = (n: number): Happening => ({ kind: 'submitted', n, text: 'accepted', next: HOUR });
const lived = (...happenings: Happening[]): Life =>
  happenings.reduce((life, happening, index) => after(life, happening, index), born);

describe('the life of a notification', () => {
  it('goes from the gateway to the network, the device and its session', () => {
    const stages: [Happening, string, number | null][] = [
      [begun(), 'queued', 60],
      [taken(1), 'submitted', HOUR],
      [{ kind: 'sent', n: 1, text: 'the SMSC has it' }, 'sent', HOUR],
      [{ kind: 'delivered', n: 1, text: 'delivered' }, 'delivered', HOUR],
      [{ kind: 'opened', text: 'the session has begun', sessionRow: 7 }, 'opened', null],
    ];
    let life = born;
    for (const [happening, state, dueAt] of stages) {
      life = after(life, happening, 1);
      expect(life).toMatchObject({ state, dueAt });
    }
    expect(life).toMatchObject({ sessionRow: 7, reason: 'the session has begun' });
  });

  it('is as far as the attempt that has come furthest', () => {
    const sent = lived(begun(), taken(1), { kind: 'sent', n: 1, text: 'sent' }, begun());
    expect(sent.state).toBe('sent');
    expect(after(sent, { kind: 'undeliverable', n: 1, text: 'absent' }, 9)).toMatchObject({
      state: 'queued',
      // The second attempt has begun already.
      dueAt: 60,
    });
  });

  it('takes the report of the network also before the answer of the gateway', () => {
    const life = lived(begun(), { kind: 'delivered', n: 1, text: 'delivered' }, taken(1));
    expect(life.state).toBe('delivered');
    expect(life.attempts[0]).toMatchObject({ state: 'delivered', text: 'delivered' });
  });

  it('goes on at once when a push is undeliverable', () => {
    const life = lived(begun(), taken(1), { kind: 'undeliverable', n: 1, text: 'no such number' });
    expect(life).toMatchObject({ state: 'queued', dueAt: 2, reason: 'no such number' });
  });

  it('takes back from the gateway what is over, but not the one push that has led to a session', () => {
    const two = lived(begun(), taken(1), begun(), taken(2));
    const opened: Happening = { kind: 'opened', text: 'begun', sessionRow: 1 };
    expect(after(two, opened, 9).dueAt).toBe(9);
    expect(after(lived(begun(), taken(1)), opened, 9).dueAt).toBeNull();
    const cancelled = after(lived(begun(), taken(1)), { kind: 'cancelled', text: 'cancelled' }, 9);
    expect(nextStep(cancelled, WAYS, POLICY, 9)).toMatchObject({ kind: 'withdraw', attempts: [{ n: 1 }] });
    const done = after(cancelled, { kind: 'withdrawn', answers: new Map([[1, 'OK']]) }, 10);
    expect(done).toMatchObject({ state: 'cancelled', dueAt: null, attempts: [{ state: 'cancelled' }] });
  });

  it('is taken back as well where it was cancelled while the gateway was being asked', () => {
    const late = lived(begun(), { kind: 'cancelled', text: 'cancelled' }, taken(1));
    expect(late).toMatchObject({ state: 'cancelled', dueAt: 2 });
  });

  it('may still be refused when its time is over', () => {
    const refused: Happening = { kind: 'refused', text: 'refused by the user', sessionRow: 1 };
    expect(lived({ kind: 'expired', text: 'too late' }, refused).state).toBe('refused');
    expect(lived({ kind: 'opened', text: 'begun', sessionRow: 1 }, refused).state).toBe('opened');
    expect(lived({ kind: 'cancelled', text: 'cancelled' }, refused).state).toBe('cancelled');
  });

  it('keeps its rules whatever happens', () => {
    const n = fc.integer({ min: 1, max: 4 });
    const text = fc.constant('so it was said');
    const happenings: fc.Arbitrary<Happening> = fc.oneof(
      fc.boolean().map(begun),
      fc.record({ kind: fc.constant('submitted' as const), n, text, next: fc.nat(30 * HOUR) }),
      fc.record({ kind: fc.constant('unavailable' as const), n, text, again: fc.nat(30 * HOUR) }),
      fc.record({ kind: fc.constantFrom('sent' as const, 'delivered' as const), n, text }),
      fc.record({ kind: fc.constant('undeliverable' as const), n, text }),
      fc.record({
        kind: fc.constantFrom('opened' as const, 'refused' as const),
        text,
        sessionRow: fc.nat(),
      }),
      fc.record({ kind: fc.constantFrom('expired' as const, 'failed' as const, 'cancelled' as const), text }),
      fc.record({
        kind: fc.constant('withdrawn' as const),
        answers: n.map((each) => new Map([[each, 'OK']])),
      }),
      fc.record({ kind: fc.constant('postponed' as const), until: fc.nat(30 * HOUR) }),
    );
    fc.assert(
      fc.property(fc.array(happenings, { maxLength: 25 }), (all) => {
        let life = born;
        all.forEach((happening, now) => {
          const before = life;
          life = after(life, happening, now);
          if (isOutstanding(life)) {
            expect(life.dueAt, 'something is always to be done').not.toBeNull();
            if (happening.kind !== 'begun') expect(life.dueAt).toBeLessThanOrEqual(life.expiresAt);
            expect(isOutstanding(before), 'what is over stays over').toBe(true);
          } else if (!isOutstanding(before) && happening.kind !== 'refused') {
            expect(life.state).toBe(before.state);
          }
          if (happening.kind === 'withdrawn')
            expect(life.dueAt).toBe(isOutstanding(life) ? before.dueAt : null);
          expect(life.attempts.map((attempt) => attempt.n)).toEqual(
            life.attempts.map((_, index) => index + 1),
          );
          life.attempts.forEach((attempt, index) => {
            expect(isForward(before.attempts[index], attempt)).toBe(true);
          });
        });
        expect(
          pendingAttempts(life).every(({ state }) => state === 'submitting' || state === 'submitted'),
        ).toBe(true);
      }),
    );
  });
});

const ORDER = ['submitting', 'submitted', 'sent', 'delivered', 'failed', 'cancelled'];

function isForward(before: Attempt | undefined, now: Attempt): boolean {
  return before === undefined || ORDER.indexOf(now.state) >= ORDER.indexOf(before.state);
}

describe('what comes next', () => {
  const attempt = (n: number, state: Attempt['state'] = 'submitted'): Attempt => ({
    n,
    address: 'WAPPUSH=+441632960001/TYPE=PLMN',
    bearer: 'sms',
    resync: false,
    state,
    text: 'no such number',
    tries: 0,
    beganAt: 0,
    changedAt: 0,
  });
  const life = (...attempts: Attempt[]): Life => ({ ...born, attempts });

  it('tries each bearer in the order of the policy, again and again, and in the end another nonce', () => {
    const steps = [0, 1, 2, 3, 4].map((count) =>
      nextStep(life(...Array.from({ length: count }, (_, index) => attempt(index + 1))), WAYS, POLICY, 5),
    );
    expect(steps).toEqual([
      { kind: 'begin', address: 'sip:alice@ims.example', bearer: 'sip', resync: false },
      { kind: 'begin', address: 'WAPPUSH=+441632960001/TYPE=PLMN', bearer: 'sms', resync: false },
      { kind: 'begin', address: 'sip:alice@ims.example', bearer: 'sip', resync: false },
      { kind: 'begin', address: 'WAPPUSH=+441632960001/TYPE=PLMN', bearer: 'sms', resync: true },
      { kind: 'wait', until: born.expiresAt },
    ]);
  });

  it('never makes the first attempt with the resynchronisation nonce', () => {
    expect(nextStep(life(), WAYS.slice(0, 1), { rounds: 1, resync: true }, 5)).toMatchObject({
      resync: false,
    });
  });

  it('asks the gateway again for what it may have', () => {
    expect(nextStep(life(attempt(1, 'submitting')), WAYS, POLICY, 5)).toMatchObject({
      kind: 'submit again',
      attempt: { n: 1 },
    });
  });

  it('fails with the reason of each way', () => {
    const failed = [1, 2, 3, 4].map((n) => attempt(n, 'failed'));
    expect(nextStep(life(...failed), WAYS, POLICY, 5)).toEqual({
      kind: 'fail',
      text: 'sms to +441632960001: no such number',
    });
    expect(nextStep(life(), [], POLICY, 5)).toMatchObject({
      kind: 'fail',
      text: expect.stringContaining('no address'),
    });
  });

  it('ends when its time is over', () => {
    expect(nextStep(life(attempt(1)), WAYS, POLICY, born.expiresAt)).toEqual({ kind: 'expire' });
  });

  it('leaves the bearer to the gateway where nobody has named any', () => {
    const addresses = [SIP, { kind: 'ipv4', host: '192.0.2.1', port: 2948 } as const, NUMBER];
    expect(waysTo(addresses, undefined)).toEqual([
      { address: 'WAPPUSH=+441632960001/TYPE=PLMN', bearer: null },
      { address: 'sip:alice@ims.example', bearer: null },
      { address: 'WAPPUSH=192.0.2.1:2948/TYPE=IPV4', bearer: null },
    ]);
    expect(waysTo(addresses, ['http'])).toEqual([
      { address: 'WAPPUSH=192.0.2.1:2948/TYPE=IPV4', bearer: 'http' },
    ]);
    expect(waysTo(addresses, ['ours', 'SMS']).map(({ bearer }) => bearer)).toEqual([
      'ours',
      'ours',
      'ours',
      'SMS',
    ]);
  });
});
