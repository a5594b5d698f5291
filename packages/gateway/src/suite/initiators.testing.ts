import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { notificationReceiver } from '@grove/push';
import { describe, expect, it, vi } from 'vitest';
import { type Rig, soon } from './rig.testing.ts';

/** What initiators are told. */
export function initiatorSuite({ network, start, stop, submit, lifeOf }: Rig): void {
  describe('an initiator', () => {
    /** An initiator that takes results; or, before, answers with statuses of HTTP. */
    async function initiator(...statuses: number[]) {
      const told: { from: string; state: string; code: number | undefined; pushId: string }[] = [];
      const receiver = notificationReceiver({
        authenticate: (credentials) => credentials?.user ?? 'nobody',
        onNotification: async ({ state, code, pushId }, from) => {
          told.push({ from, state, code, pushId });
          return undefined;
        },
        onFailure: (error) => {
          throw error;
        },
      });
      const server = createServer((request, response) => {
        const status = statuses.shift();
        if (status === undefined) receiver(request, response);
        else response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end();
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      return { url: `http://127.0.0.1:${port}/results`, told, server };
    }

    it('is told of the outcome, with credentials, until it says that it has it', async () => {
      const pi = await initiator(503);
      const gateway = await start();
      await submit(gateway, 'a', { notifyRequestedTo: pi.url });
      await vi.waitFor(() => expect(pi.told).toHaveLength(1), soon);
      expect(pi.told).toEqual([{ from: 'ppg', state: 'delivered', code: 1000, pushId: 'a' }]);
      await vi.waitFor(
        async () =>
          expect((await lifeOf(gateway, 'a')).at(-1)).toBe('notified -: the initiator was told: 1000 OK'),
        soon,
      );
      pi.server.close();
    });

    it('is told after a restart, and where it is wanted of what the network took', async () => {
      network('sms').answer = () => ({
        kind: 'accepted',
        references: ['1'],
        text: 'accepted',
        awaitsReceipt: true,
      });
      const pi = await initiator();
      const clients = [{ name: 'pi', password: 'x', notify: { accepted: true } }];
      const first = await start({ clients });
      await submit(first, 'a', { notifyRequestedTo: pi.url });
      await vi.waitFor(() => expect(pi.told).toHaveLength(1), soon);
      await stop(first);
      await start({ clients });
      await network('sms').report({ reference: '1', outcome: 'delivered', text: 'DELIVRD' });
      await vi.waitFor(() => expect(pi.told).toHaveLength(2), soon);
      expect(pi.told.map(({ state }) => state)).toEqual(['pending', 'delivered']);
      pi.server.close();
    });

    it('leads the gateway nowhere else', async () => {
      const pi = await initiator(302);
      const gateway = await start();
      await submit(gateway, 'a', { notifyRequestedTo: pi.url });
      await vi.waitFor(async () => {
        const [row] = await gateway.means.store.reader.selectFrom('push_notifications').selectAll().execute();
        expect(row).toMatchObject({ state: 'waiting', text: expect.stringContaining('HTTP 302') });
      }, soon);
      pi.server.close();
    });
  });
}
