import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TokenBucket } from './bucket.ts';

it('lets no more through than its rate, however it is asked, and no less to whoever waits as it says', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 500 }),
      fc.array(fc.integer({ min: -50, max: 2_000 }), { maxLength: 200 }),
      (rate, pauses) => {
        let now = 1_000_000;
        const start = now;
        let latest = now;
        let taken = 0;
        const bucket = new TokenBucket(rate, now);
        for (const pause of pauses) {
          now += pause;
          latest = Math.max(latest, now);
          const wait = bucket.take(now);
          if (wait === 0) taken++;
          else {
            now += wait;
            latest = Math.max(latest, now);
            expect(bucket.take(now)).toBe(0);
            taken++;
          }
        }
        // Each step back of the clock may be counted twice when it goes on.
        const lost = pauses.filter((pause) => pause < 0).reduce((sum, pause) => sum - pause, 0);
        const most = ((latest - start + lost) * rate) / 1000 + Math.max(1, rate / 10) + 1;
        expect(taken).toBeLessThanOrEqual(most);
      },
    ),
  );
});
