import { describe, expect, it, vi } from 'vitest';
import type { Gateway } from '../index.ts';
import { type Rig, soon } from './rig.testing.ts';

/** Several gateways on one database, one after the other and at the same time. */
export function processSuite({ network, clock, start, stop, submit, become, lifeOf }: Rig): void {
  describe('several gateways on one database', () => {
    it('send each push once', async () => {
      const gateways = await Promise.all([1, 2, 3].map(() => start()));
      const ids = Array.from({ length: 300 }, (_, n) => `${n}`);
      await Promise.all(ids.map((id, n) => submit(gateways[n % 3] ?? (gateways[0] as Gateway), id)));
      await vi.waitFor(() => expect(network('sms').sent.length).toBeGreaterThanOrEqual(300), soon);
      await Promise.all(gateways.map(stop));
      expect(network('sms').bodies().sort()).toEqual(ids.sort());
    });

    it('take over from one that is gone', async () => {
      network('sms').answer = () => new Promise(() => {});
      const dead = await start({}, { times: { poll: 20, close: 1 } });
      await submit(dead, 'a');
      await vi.waitFor(() => expect(network('sms').sent).toHaveLength(1), soon);
      // As if it had been killed: it says no more that it is alive, and its claim stays.
      const { store } = dead.means;
      await store.transaction((db) => db.updateTable('push_processes').set({ alive_until: 1 }).execute());
      network('sms').answer = () => ({ kind: 'delivered', text: 'done' });
      const gateway = await start();
      await become(gateway, 'a', 'delivered');
      expect((await lifeOf(gateway, 'a')).join('\n')).toContain('recovered sms: the gateway ended while');
    });
  });

  it('finds another way for what waits for a bearer that is no more', async () => {
    network('sms').state = 'down';
    const first = await start();
    await submit(first, 'a');
    await stop(first);
    const second = await start({ bearers: [{ kind: 'test', name: 'sip' }] });
    await become(second, 'a', 'delivered');
  });

  it('forgets what has been at its end for long', async () => {
    const first = await start({ policy: { retention: 60 } });
    await submit(first, 'a');
    await become(first, 'a', 'delivered');
    await stop(first);
    clock.ahead = 61_000;
    const second = await start({ policy: { retention: 60 } });
    await become(second, 'a');
    for (const table of ['push_messages', 'push_events'] as const) {
      expect(await second.means.store.reader.selectFrom(table).selectAll().execute()).toEqual([]);
    }
  });
}
