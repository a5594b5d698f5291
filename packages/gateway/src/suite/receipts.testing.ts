import { describe, expect, it } from 'vitest';
import { PI, type Rig } from './rig.testing.ts';

/** What networks report. */
export function receiptSuite({ network, clock, start, stop, submit, statesOf, become, lifeOf }: Rig): void {
  describe('a receipt', () => {
    const accept = (references: string[]) => ({
      kind: 'accepted' as const,
      references,
      text: `accepted as ${references.join(' and ')}`,
      awaitsReceipt: true,
    });

    it('of each part makes a push delivered', async () => {
      network('sms').answer = () => accept(['1', '2']);
      const gateway = await start();
      await submit(gateway, 'a');
      await become(gateway, 'a', 'accepted');
      expect(await gateway.service.statusQuery({ pushId: 'a', addresses: [] }, PI)).toMatchObject([
        { state: 'pending', code: 1001, desc: 'accepted as 1 and 2' },
      ]);
      const report = (reference: string) =>
        network('sms').report({ reference, outcome: 'delivered', text: `DELIVRD ${reference}` });
      await report('2');
      await report('2');
      expect(await statesOf(gateway, 'a')).toEqual(['accepted']);
      await report('1');
      expect(await statesOf(gateway, 'a')).toEqual(['delivered']);
      await report('1');
      expect(await lifeOf(gateway, 'a')).toHaveLength(5);
    });

    it('of two parts at once is not lost', async () => {
      network('sms').answer = ({ id }) => accept([`${id}-1`, `${id}-2`]);
      const gateway = await start();
      const ids = Array.from({ length: 20 }, (_, n) => `${n}`);
      for (const id of ids) await submit(gateway, id);
      for (const id of ids) await become(gateway, id, 'accepted');
      await Promise.all(
        network('sms').sent.flatMap(({ id }) =>
          [1, 2].map((n) =>
            network('sms').report({ reference: `${id}-${n}`, outcome: 'delivered', text: '' }),
          ),
        ),
      );
      for (const id of ids) expect(await statesOf(gateway, id)).toEqual(['delivered']);
    });

    it('may come before the attempt has ended', async () => {
      network('sms').answer = async () => {
        await network('sms').report({ reference: '1', outcome: 'delivered', text: 'DELIVRD' });
        return accept(['1']);
      };
      const gateway = await start();
      await submit(gateway, 'a');
      await become(gateway, 'a', 'delivered');
      expect(await lifeOf(gateway, 'a')).toEqual([
        'queued sms: queued for sms',
        'accepted sms: accepted as 1',
        'receipt sms: DELIVRD',
        'delivered sms: DELIVRD',
      ]);
    });

    it('may come after a restart', async () => {
      network('sms').answer = () => accept(['1']);
      const first = await start();
      await submit(first, 'a');
      await become(first, 'a', 'accepted');
      await stop(first);
      const second = await start();
      await network('sms').report({ reference: '1', outcome: 'delivered', text: 'DELIVRD' });
      expect(await statesOf(second, 'a')).toEqual(['delivered']);
    });

    it('of a loss takes the push over the next bearer', async () => {
      network('sms').answer = () => accept(['1', '2']);
      const gateway = await start();
      await submit(gateway, 'a');
      await become(gateway, 'a', 'accepted');
      await network('sms').report({ reference: '2', outcome: 'undeliverable', text: 'UNDELIV 1' });
      await become(gateway, 'a', 'delivered');
      expect(network('sip').sent).toHaveLength(1);
    });

    it('that never comes ends in a timeout', async () => {
      network('sms').answer = () => accept(['1']);
      const gateway = await start();
      await submit(gateway, 'a', { deliverBefore: Date.now() + 30_000 });
      await become(gateway, 'a', 'accepted');
      clock.ahead = 80_000;
      await new Promise((resolve) => setImmediate(resolve));
      expect(await statesOf(gateway, 'a')).toEqual(['accepted']);
      clock.ahead = 100_000;
      await become(gateway, 'a', 'timeout');
    });

    it('of nothing that is known is kept for a while only', async () => {
      const gateway = await start();
      await network('sms').report({ reference: '9', outcome: 'delivered', text: 'DELIVRD' });
      clock.ahead = 11 * 60_000;
      network('sms').answer = () => accept(['9']);
      await submit(gateway, 'a');
      await become(gateway, 'a', 'accepted');
    });
  });
}
