import { parseAddress } from '@grove/push';
import { describe, expect, it, vi } from 'vitest';
import { PHONE, PI, type Rig, soon } from './rig.testing.ts';

/** What becomes of pushes that nobody wants any more. */
export function cancelSuite({ network, start, submit, codeOf, statesOf, become }: Rig): void {
  describe('a cancelled push', () => {
    it('is not sent any more', async () => {
      network('sms').state = 'down';
      const gateway = await start();
      const b = 'WAPPUSH=+15550101/TYPE=PLMN@ppg';
      await submit(gateway, 'a', {}, PHONE, b);
      await submit(gateway, 'kept');
      const only = { pushId: 'a', addresses: [{ text: b, address: parseAddress(b) }] };
      expect(await gateway.service.cancel(only, PI)).toMatchObject([{ code: 1000, addresses: [b] }]);
      expect(await gateway.service.cancel(only, PI)).toMatchObject([{ code: 1000 }]);
      network('sms').state = 'up';
      await become(gateway, 'kept', 'delivered');
      await become(gateway, 'a', 'delivered', 'cancelled');
      expect(network('sms').bodies().sort()).toEqual(['a', 'kept']);
    });

    it('is one that was not sent', async () => {
      let open = () => {};
      const opened = new Promise<void>((resolve) => {
        open = resolve;
      });
      network('sms').answer = async () => {
        await opened;
        return { kind: 'delivered', text: 'done' };
      };
      const gateway = await start();
      await submit(gateway, 'a');
      await vi.waitFor(() => expect(network('sms').sent).toHaveLength(1), soon);
      const all = { pushId: 'a', addresses: [] };
      expect(await gateway.service.cancel(all, PI)).toMatchObject([{ code: 2008, desc: /being sent/ }]);
      open();
      await become(gateway, 'a', 'delivered');
      expect(await gateway.service.cancel(all, PI)).toMatchObject([{ code: 2008, desc: /at its end/ }]);
      expect(await gateway.service.cancel({ pushId: 'b', addresses: [] }, PI)).toEqual([{ code: 2004 }]);
      expect(await gateway.service.cancel(all, { name: 'other' })).toEqual([{ code: 2004 }]);
      expect(await gateway.service.statusQuery({ pushId: 'b', addresses: [] }, PI)).toMatchObject([
        { state: 'unknown', code: 2004 },
      ]);
    });

    it('may be replaced', async () => {
      network('sms').state = 'down';
      const gateway = await start();
      const b = 'WAPPUSH=+15550101/TYPE=PLMN@ppg';
      await submit(gateway, 'old', {}, PHONE);
      const replaces = { pushId: 'old', method: 'pending-only' } as const;
      expect(await codeOf(submit(gateway, 'lost', { replaces: { ...replaces, pushId: 'no' } }))).toBe(2004);
      expect(await codeOf(submit(gateway, 'new', { replaces }, PHONE, b))).toBe(1001);
      network('sms').state = 'up';
      await become(gateway, 'new', 'delivered');
      expect(await statesOf(gateway, 'old')).toEqual(['cancelled']);
      expect(network('sms').bodies()).toEqual(['new']);
      expect(await codeOf(submit(gateway, 'newer', { replaces: { pushId: 'new', method: 'all' } }))).toBe(
        1001,
      );
    });
  });
}
