/** What the suites have in common: gateways on one database, and the networks behind their bearers. */
import { parseAddress, type Quality, type Submission } from '@grove/push';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { type Gateway, type GatewayConfig, type GatewayOptions, openGateway } from '../index.ts';
import { kindOf, Network } from '../network.testing.ts';
import { showPush } from '../queue/index.ts';

export const QUALITY: Quality = {
  priority: 'medium',
  deliveryMethod: 'notspecified',
  networkRequired: false,
  bearerRequired: false,
};
export const PI = { name: 'pi' };
export const PHONE = 'WAPPUSH=+15550100/TYPE=PLMN@ppg';

/** Milliseconds that a test waits for something at most. */
export const soon = { timeout: 15_000, interval: 5 };

export type Rig = ReturnType<typeof useRig>;

/**
 * For each test that follows: an empty database, networks named `sms` and `sip`, and means to start gateways on them.
 *
 * @param freshUrl makes an empty database that outlives its store
 */
export function useRig(freshUrl: () => Promise<string>) {
  let db: string;
  let networks: Record<string, Network>;
  const clock = { ahead: 0 };
  let open: Gateway[];

  vi.setConfig({ testTimeout: 20_000 });
  beforeEach(async () => {
    db = await freshUrl();
    networks = { sms: new Network(), sip: new Network() };
    clock.ahead = 0;
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
      times: { poll: 20, close: 100 },
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

  return { network, clock, start, stop, submission, submit, codeOf, statesOf, become, lifeOf };
}
