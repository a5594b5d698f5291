import { parseAddress, type Quality } from '@grove/push';
import { describe, expect, it, vi } from 'vitest';
import { PHONE, PI, QUALITY, type Rig, soon } from './rig.testing.ts';

/** How pushes go. */
export function pushSuite({
  network,
  clock,
  start,
  submission,
  submit,
  codeOf,
  statesOf,
  become,
  lifeOf,
}: Rig): void {
  describe('a push', () => {
    it('is stored, sent and delivered', async () => {
      const gateway = await start();
      const answer = await submit(gateway, 'a', { progressNotesRequested: true });
      expect(answer).toMatchObject({ code: 1001, progressNotes: [{ stage: 'queued' }] });
      await become(gateway, 'a', 'delivered');
      expect(network('sms').sent).toMatchObject([
        {
          to: { kind: 'plmn', number: '+15550100' },
          confirmed: true,
          content: {
            contentType: 'text/plain',
            applicationId: 'x-wap-application:syncml.dm',
            headers: [['content-language', 'en']],
          },
        },
      ]);
      expect(network('sms').bodies()).toEqual(['a']);
      expect(await lifeOf(gateway, 'a')).toEqual([
        'queued sms: queued for sms',
        'delivered sms: the terminal has it',
      ]);
      const status = await gateway.service.statusQuery({ pushId: 'a', addresses: [] }, PI);
      expect(status).toMatchObject([{ state: 'delivered', code: 1000, addresses: [PHONE] }]);
    });

    it('goes to each of its addresses once', async () => {
      const gateway = await start();
      const [b, c] = ['WAPPUSH=+15550101/TYPE=PLMN@ppg', 'WAPPUSH=+1-555-0100/TYPE=PLMN@ppg'];
      expect(await submit(gateway, 'a', {}, PHONE, b, c)).toMatchObject({ code: 1001 });
      await become(gateway, 'a', 'delivered', 'delivered');
      expect(network('sms').sent).toHaveLength(2);
    });

    it('is taken once for an id of a client', async () => {
      const gateway = await start({ clients: [PI, { name: 'other' }].map((c) => ({ ...c, password: 'x' })) });
      const both = await Promise.all([submit(gateway, 'a'), submit(gateway, 'a')]);
      expect(both.map(({ code }) => code).sort()).toEqual([1001, 2007]);
      expect(await gateway.service.submit(submission('a'), { name: 'other' })).toMatchObject({ code: 1001 });
      await vi.waitFor(() => expect(network('sms').sent).toHaveLength(2), soon);
    });

    it('is tried again until it is delivered', async () => {
      network('sms').answer = (_, n) =>
        n < 3 ? { kind: 'retry', text: 'throttled' } : { kind: 'delivered', text: 'done' };
      const gateway = await start();
      await submit(gateway, 'a');
      await become(gateway, 'a', 'delivered');
      expect(await lifeOf(gateway, 'a')).toEqual([
        'queued sms: queued for sms',
        'attempt-failed sms: throttled',
        'attempt-failed sms: throttled',
        'delivered sms: done',
      ]);
      expect(new Set(network('sms').sent.map(({ id }) => id)).size).toBe(1);
    });

    it('goes over the next bearer when one fails for good, or too often', async () => {
      network('sms').answer = () => ({ kind: 'failed', text: 'no such number' });
      const gateway = await start();
      await submit(gateway, 'a');
      await become(gateway, 'a', 'delivered');
      expect(await lifeOf(gateway, 'a')).toEqual([
        'queued sms: queued for sms',
        'attempt-failed sms: no such number',
        'rerouted sip: goes over sip from now on',
        'delivered sip: the terminal has it',
      ]);
      network('sms').answer = () => ({ kind: 'retry', text: 'busy' });
      network('sms').sent.length = 0;
      await submit(gateway, 'b');
      await become(gateway, 'b', 'delivered');
      expect(network('sms').sent).toHaveLength(3);
    });

    it('is undeliverable when every bearer has failed for good', async () => {
      network('sms').answer = () => ({ kind: 'failed', text: 'no such number' });
      network('sip').answer = () => ({ kind: 'failed', text: '404 Not Found' });
      const gateway = await start();
      await submit(gateway, 'a');
      await become(gateway, 'a', 'undeliverable');
      const status = await gateway.service.statusQuery({ pushId: 'a', addresses: [] }, PI);
      expect(status).toMatchObject([{ state: 'undeliverable', code: 4000, desc: '404 Not Found' }]);
    });

    it('begins anew with bearers that came to nothing for a while', async () => {
      const answers = { sms: 0, sip: 0 };
      network('sms').answer = () =>
        ++answers.sms > 4 ? { kind: 'delivered', text: 'done' } : { kind: 'retry', text: 'busy' };
      network('sip').answer = () => {
        answers.sip++;
        return { kind: 'failed', text: '404' };
      };
      const gateway = await start();
      await submit(gateway, 'a');
      await become(gateway, 'a', 'delivered');
      expect(answers).toEqual({ sms: 5, sip: 1 });
    });

    it('waits for a bearer that is down, and no attempt is lost', async () => {
      network('sms').state = 'down';
      const gateway = await start();
      for (const id of ['a', 'b', 'c']) {
        const desc = 'stored; it waits for sms to be up';
        expect(await submit(gateway, id)).toMatchObject({ code: 1001, desc });
      }
      network('sms').state = 'up';
      for (const id of ['a', 'b', 'c']) await become(gateway, id, 'delivered');
      expect(network('sms').bodies()).toEqual(['a', 'b', 'c']);
      const rows = await gateway.means.store.reader.selectFrom('push_deliveries').select('attempt').execute();
      expect(rows.map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
    });

    it('waits for a bearer no longer than it has to, where there is another', async () => {
      network('sms').state = 'down';
      network('sip').reaches = (to) => to.kind === 'plmn' && to.number === '+15550100';
      const gateway = await start();
      await submit(gateway, 'stays', {}, 'WAPPUSH=+15550101/TYPE=PLMN@ppg');
      await submit(gateway, 'later', { deliverAfter: Date.now() + 3_600_000 });
      await submit(gateway, 'goes');
      clock.ahead = 30_000;
      await new Promise((resolve) => setImmediate(resolve));
      expect(network('sip').sent).toEqual([]);
      clock.ahead = 61_000;
      await become(gateway, 'goes', 'delivered');
      expect(await lifeOf(gateway, 'goes')).toEqual([
        'queued sms: queued for sms',
        'rerouted sip: sms is down; goes over sip from now on',
        'delivered sip: the terminal has it',
      ]);
      expect(await statesOf(gateway, 'stays')).toEqual(['queued']);
      expect(await statesOf(gateway, 'later')).toEqual(['queued']);
      network('sms').state = 'up';
      await become(gateway, 'stays', 'delivered');
      expect(network('sip').sent).toHaveLength(1);
    });

    it('that meets a bearer going down has not been tried', async () => {
      const sms = network('sms');
      sms.answer = (_, n) => {
        if (n > 8) return { kind: 'delivered', text: 'done' };
        sms.state = 'down';
        setTimeout(() => {
          sms.state = 'up';
        }, 5);
        return { kind: 'retry', text: 'the connection was lost' };
      };
      const gateway = await start();
      await submit(gateway, 'a');
      await become(gateway, 'a', 'delivered');
      expect(network('sip').sent).toEqual([]);
    });

    it('of high priority goes first', async () => {
      network('sms').state = 'down';
      network('sms').window = 1;
      const gateway = await start();
      for (const priority of ['low', 'medium', 'high'] as const) {
        for (const n of [1, 2])
          await submit(gateway, `${priority}${n}`, { quality: { ...QUALITY, priority } });
      }
      network('sms').state = 'up';
      await vi.waitFor(() => expect(network('sms').sent).toHaveLength(6), soon);
      expect(network('sms').bodies()).toEqual(['high1', 'high2', 'medium1', 'medium2', 'low1', 'low2']);
      expect(network('sms').mostInFlight).toBe(1);
    });

    it('waits until it may be delivered, and expires when it may no longer', async () => {
      const gateway = await start();
      const now = Date.now();
      await submit(gateway, 'later', { deliverAfter: now + 60_000, deliverBefore: now + 120_000 });
      network('sip').state = 'down';
      network('sms').answer = () => ({ kind: 'retry', text: 'absent' });
      await submit(gateway, 'short', { deliverBefore: now + 30_000 });
      await vi.waitFor(() => expect(network('sms').sent.length).toBeGreaterThan(2), soon);
      expect(network('sms').bodies()).not.toContain('later');
      clock.ahead = 40_000;
      await become(gateway, 'short', 'expired');
      expect((await lifeOf(gateway, 'short')).at(-1)).toBe(
        'expired sip: its time was over; the last that was said: absent',
      );
      network('sms').answer = () => ({ kind: 'delivered', text: 'done' });
      expect(await statesOf(gateway, 'later')).toEqual(['queued']);
      clock.ahead = 61_000;
      await become(gateway, 'later', 'delivered');
    });

    it('is refused with a reason', async () => {
      const gateway = await start({
        clients: [
          {
            name: 'pi',
            password: 'x',
            addresses: ['plmn', 'user'],
            maxAddresses: 2,
            notify: { to: ['http://pi.example'] },
          },
        ],
      });
      const now = Date.now();
      const sip = 'sip:alice@example.com';
      const user = 'WAPPUSH=alice/TYPE=USER@ppg';
      const b = 'WAPPUSH=+15550101/TYPE=PLMN@ppg';
      const c = 'WAPPUSH=+15550102/TYPE=PLMN@ppg';
      const quality = (more: Partial<Quality>) => ({ quality: { ...QUALITY, ...more } });
      expect(await codeOf(submit(gateway, 'a', {}, sip))).toBe(2001);
      expect(await codeOf(submit(gateway, 'a', {}, PHONE, b, c))).toBe(2001);
      expect(await codeOf(submit(gateway, 'a', {}, user))).toBe(2003);
      expect(await codeOf(submit(gateway, 'a', { deliverBefore: now - 1 }))).toBe(3003);
      expect(
        await codeOf(submit(gateway, 'a', { deliverAfter: now + 2_000, deliverBefore: now + 1_000 })),
      ).toBe(2000);
      expect(await codeOf(submit(gateway, 'a', { notifyRequestedTo: 'http://10.0.0.1/' }))).toBe(2001);
      expect(await codeOf(submit(gateway, 'a', quality({ bearer: 'FLEX', bearerRequired: true })))).toBe(
        3010,
      );
      expect(await codeOf(submit(gateway, 'a', quality({ network: 'GSM', networkRequired: true })))).toBe(
        3009,
      );
      network('sms').reaches = () => false;
      network('sip').reaches = () => false;
      expect(await codeOf(submit(gateway, 'a'))).toBe(2003);
      expect(await gateway.means.store.reader.selectFrom('push_messages').selectAll().execute()).toEqual([]);
    });

    it('goes over the bearer that the initiator or the operator prefers', async () => {
      const gateway = await start({
        bearers: [
          { kind: 'test', name: 'sms' },
          { kind: 'test', name: 'sip', papNetworks: ['ims'] },
        ],
        policy: { order: ['sip'], byAddress: { ipv4: ['sms'] } },
      });
      const quality = (more: Partial<Quality>) => ({ quality: { ...QUALITY, ...more } });
      await submit(gateway, 'policy');
      await submit(gateway, 'ip', {}, 'WAPPUSH=192.0.2.1/TYPE=IPV4@ppg');
      await submit(gateway, 'asked', quality({ bearer: 'sms' }));
      await submit(gateway, 'network', quality({ network: 'IMS', networkRequired: true }));
      await vi.waitFor(() => {
        expect(network('sip').bodies().sort()).toEqual(['network', 'policy']);
      }, soon);
      await vi.waitFor(() => expect(network('sms').sent).toHaveLength(2), soon);
    });

    it('to a user whom the directory does not know goes to a bearer that knows users', async () => {
      network('sip').reaches = ({ kind }) => kind === 'user';
      const gateway = await start();
      await submit(gateway, 'a', {}, 'WAPPUSH=bob%40example.com/TYPE=USER@ppg');
      await become(gateway, 'a', 'delivered');
      expect(network('sip').sent).toMatchObject([{ to: { kind: 'user', user: 'bob@example.com' } }]);
    });

    it('to a user goes where the directory says', async () => {
      network('sms').reaches = ({ kind }) => kind === 'plmn';
      network('sip').reaches = ({ kind }) => kind === 'sip';
      network('sms').answer = () => ({ kind: 'failed', text: 'absent' });
      const gateway = await start({
        directory: {
          alice: {
            addresses: ['sip:alice@example.com', '+15550100'],
            accepts: ['text/*'],
            capabilities: '<rdf/>',
          },
        },
      });
      const user = 'WAPPUSH=alice/TYPE=USER@ppg';
      await submit(gateway, 'a', {}, user);
      await become(gateway, 'a', 'delivered');
      expect(network('sms').sent).toMatchObject([{ to: { kind: 'plmn', number: '+15550100' } }]);
      expect(network('sip').sent).toMatchObject([{ to: { kind: 'sip', uri: 'sip:alice@example.com' } }]);
      const image = { content: { contentType: 'image/png', headers: [], body: new Uint8Array(1) } };
      expect(await codeOf(submit(gateway, 'b', image, user))).toBe(2006);
      const address = { text: user, address: parseAddress(user) };
      const answer = await gateway.service.ccq({ address }, PI);
      expect(answer).toEqual({ code: 1000, capabilities: new TextEncoder().encode('<rdf/>') });
      const phone = { text: PHONE, address: parseAddress(PHONE) };
      expect(await codeOf(gateway.service.ccq({ address: phone }, PI))).toBe(3008);
    });

    it('goes out no faster than the rate of its bearer', async () => {
      const gateway = await start({ bearers: [{ kind: 'test', name: 'sms', rate: 50 }] });
      const begun = Date.now();
      await Promise.all(Array.from({ length: 20 }, (_, n) => submit(gateway, `${n}`)));
      await vi.waitFor(() => expect(network('sms').sent).toHaveLength(20), soon);
      // A tenth of a second's shipments may go at once.
      expect(Date.now() - begun).toBeGreaterThan((20 - 5) * 20 * 0.9);
    });
  });
}
