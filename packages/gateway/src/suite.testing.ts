/** What holds for a gateway whatever its queue is on. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { notificationReceiver, parseAddress, type Quality, type Submission } from '@grove/push';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { shortKey } from './address/index.ts';
import { type Gateway, type GatewayConfig, type GatewayOptions, openGateway } from './index.ts';
import { kindOf, Network } from './network.testing.ts';
import { showPush } from './queue/index.ts';

const QUALITY: Quality = {
  priority: 'medium',
  deliveryMethod: 'notspecified',
  networkRequired: false,
  bearerRequired: false,
};
const PI = { name: 'pi' };
const PHONE = 'WAPPUSH=+15550100/TYPE=PLMN@ppg';

/** Milliseconds that a test waits for something at most. */
const soon = { timeout: 8_000, interval: 5 };

export function gatewaySuite(freshUrl: () => Promise<string>): void {
  let db: string;
  let networks: Record<string, Network>;
  let clock: { ahead: number };
  let open: Gateway[];

  beforeEach(async () => {
    db = await freshUrl();
    networks = { sms: new Network(), sip: new Network() };
    clock = { ahead: 0 };
    open = [];
  });
  afterEach(async () => {
    await Promise.all(open.map((gateway) => gateway.close()));
  });

  const network = (name: string): Network => {
    const found = networks[name];
    if (found === undefined) throw new Error(name);
    return found;
  };

  async function start(
    config: Partial<GatewayConfig> = {},
    options: Partial<GatewayOptions> = {},
  ): Promise<Gateway> {
    const retry = { first: 0.01, longest: 0.02, attempts: 3 };
    const gateway = await openGateway({
      db,
      kinds: [kindOf(networks)],
      now: () => Date.now() + clock.ahead,
      times: { poll: 20, lease: 600, close: 100 },
      config: {
        listen: { port: 0 },
        clients: [{ name: 'pi', password: 'secret', notify: { user: 'ppg', password: 'told' } }],
        bearers: [
          { kind: 'test', name: 'sms', retry },
          { kind: 'test', name: 'sip', retry },
        ],
        ...config,
      },
      ...options,
    });
    open.push(gateway);
    await gateway.listen();
    return gateway;
  }

  async function stop(gateway: Gateway): Promise<void> {
    open.splice(open.indexOf(gateway), 1);
    await gateway.close();
  }

  function submission(pushId: string, more: Partial<Submission> = {}, ...to: string[]): Submission {
    return {
      pushId,
      addresses: (to.length > 0 ? to : [PHONE]).map((text) => ({ text, address: parseAddress(text) })),
      content: {
        contentType: 'text/plain',
        applicationId: 'x-wap-application:syncml.dm',
        headers: [['content-language', 'en']],
        body: new TextEncoder().encode(pushId),
      },
      progressNotesRequested: false,
      quality: QUALITY,
      version: '2.1',
      ...more,
    };
  }

  const submit = (gateway: Gateway, ...args: Parameters<typeof submission>) =>
    gateway.service.submit(submission(...args), PI);
  const codeOf = async (answer: Promise<{ code: number }>) => (await answer).code;

  async function statesOf(gateway: Gateway, pushId: string): Promise<string[]> {
    const rows = await gateway.means.store.reader
      .selectFrom('push_deliveries')
      .innerJoin('push_messages', 'push_messages.id', 'push_deliveries.message_id')
      .select('push_deliveries.state')
      .where('push_messages.push_id', '=', pushId)
      .orderBy('push_deliveries.id')
      .execute();
    return rows.map(({ state }) => state);
  }
  const become = (gateway: Gateway, pushId: string, ...states: string[]) =>
    vi.waitFor(async () => expect(await statesOf(gateway, pushId)).toEqual(states), soon);

  async function lifeOf(gateway: Gateway, pushId: string): Promise<string[]> {
    const { id } = await gateway.means.store.reader
      .selectFrom('push_deliveries')
      .innerJoin('push_messages', 'push_messages.id', 'push_deliveries.message_id')
      .select('push_deliveries.id')
      .where('push_messages.push_id', '=', pushId)
      .executeTakeFirstOrThrow();
    const { events } = await showPush(gateway.means.store.reader, id);
    return events.map(({ kind, bearer, text }) => `${kind} ${bearer ?? '-'}: ${text}`);
  }

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
      for (const id of ['a', 'b', 'c']) await submit(gateway, id);
      await vi.waitFor(async () => expect(gateway.means.bearers()[0]?.health.state).toBe('down'), soon);
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
      clock.ahead = 59_000;
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
      const dead = await start({}, { times: { poll: 20, lease: 600, close: 1 } });
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
    expect(shortKey('WAPPUSH=+15550100/TYPE=PLMN')).toBe('+15550100');
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
