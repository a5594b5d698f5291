/** The queue against a model: whatever clients, processes, networks and clocks do, what holds for a push holds. */
import { type Attempt, parseAddress, type Quality } from '@grove/push';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Router } from '../routing/index.ts';
import { openStore, type Store } from '../store/index.ts';
import {
  type Claimed,
  cancelDeliveries,
  claimDeliveries,
  deliveriesOf,
  enrol,
  expireDeliveries,
  type Rules,
  recover,
  settleAttempt,
  submit,
  TakenForDead,
  takeReceipt,
} from './index.ts';

const QUALITY: Quality = {
  priority: 'medium',
  deliveryMethod: 'notspecified',
  networkRequired: false,
  bearerRequired: false,
};
const BEARERS = ['sms', 'sip'];
const PUSHES = ['a', 'b'];
const FINAL = ['delivered', 'undeliverable', 'expired', 'timeout', 'cancelled'];
const LIFETIME = 100_000;

const RULES: Rules = {
  router: new Router(
    BEARERS.map((name) => ({ name, papNames: [], networks: [], reaches: () => true })),
    { order: BEARERS, byAddress: {} },
  ),
  backoffOf: () => ({ first: 1_000, longest: 4_000, attempts: 2 }),
  tellsAccepted: () => false,
  random: (bytes) => new Uint8Array(bytes),
};

type Step =
  | { do: 'submit' | 'cancel'; push: string }
  | { do: 'claim'; process: number }
  | { do: 'settle'; which: number; kind: Attempt['kind'] }
  | { do: 'report'; which: number; outcome: 'delivered' | 'undeliverable' | 'expired' }
  | { do: 'wait'; milliseconds: number }
  | { do: 'take over' };

const push = fc.constantFrom(...PUSHES);
const which = fc.nat(2);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('submit' as const, 'cancel' as const), push }),
  fc.record({ do: fc.constant('claim' as const), process: fc.nat(1) }),
  fc.record({
    do: fc.constant('settle' as const),
    which,
    kind: fc.constantFrom<Attempt['kind']>('accepted', 'delivered', 'retry', 'failed'),
  }),
  fc.record({
    do: fc.constant('report' as const),
    which,
    outcome: fc.constantFrom('delivered' as const, 'undeliverable' as const, 'expired' as const),
  }),
  fc.record({ do: fc.constant('wait' as const), milliseconds: fc.constantFrom(1_000, 5_000, 60_000) }),
  fc.record({ do: fc.constant('take over' as const) }),
);

let store: Store;
beforeAll(async () => {
  store = await openStore({ url: 'sqlite::memory:' });
});
afterAll(() => store.close());

/** A world of two processes and a network that does what it is told. */
class World {
  now = 1_000_000;
  readonly #names = ['', ''];
  #enrolled = 0;
  #claims = 0;
  #references = 0;
  /** What is claimed, by whom, and whether the network has it already. */
  readonly handed: Claimed[] = [];
  readonly references: { bearer: string; reference: string }[] = [];
  /** Attempts that are being made, by the delivery: nobody else may make one. */
  readonly live = new Map<number, number>();
  readonly taken = new Set<string>();
  readonly cancelled = new Set<string>();

  async empty(): Promise<void> {
    await store.transaction(async (db) => {
      for (const table of ['push_messages', 'push_processes', 'push_references'] as const) {
        await db.deleteFrom(table).execute();
      }
    });
    for (const process of [0, 1]) await this.#enrol(process);
  }

  async #enrol(process: number): Promise<void> {
    const name = `process ${++this.#enrolled}`;
    this.#names[process] = name;
    await store.transaction((db) => enrol(db, name, this.now + 10_000));
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'submit': {
        const { answer } = await submit(
          store,
          {
            pushId: step.push,
            addresses: [{ text: 'a', address: parseAddress('WAPPUSH=+15550100/TYPE=PLMN') }],
            content: { contentType: 'text/plain', headers: [], body: new Uint8Array(1) },
            progressNotesRequested: false,
            notifyRequestedTo: 'http://pi.example/',
            quality: QUALITY,
            version: '2.1',
          },
          { name: 'pi', maxAddresses: 1, mayNotify: () => true },
          { usual: LIFETIME, longest: LIFETIME },
          RULES,
          this.now,
        );
        expect(answer.code).toBe(this.taken.has(step.push) ? 2007 : 1001);
        this.taken.add(step.push);
        return;
      }
      case 'cancel':
        await store.transaction(async (db) => {
          const deliveries = await deliveriesOf(db, 'pi', step.push);
          const [outcome] = await cancelDeliveries(db, deliveries, 'cancelled', this.now);
          if (outcome?.isCancelled) this.cancelled.add(step.push);
        });
        return;
      case 'claim':
        for (const bearer of BEARERS) await this.claim(step.process, bearer);
        return;
      case 'settle': {
        const [delivery] = this.handed.splice(step.which % Math.max(1, this.handed.length), 1);
        if (delivery !== undefined) await this.settle(delivery, step.kind);
        return;
      }
      case 'report': {
        const known = this.references[step.which % Math.max(1, this.references.length)];
        if (known === undefined) return;
        const receipt = { ...known, outcome: step.outcome, text: step.outcome };
        await store.transaction((db) => takeReceipt(db, receipt, RULES, this.now));
        return;
      }
      case 'wait':
        this.now += step.milliseconds;
        await store.transaction((db) => expireDeliveries(db, this.now, 100));
        return;
      case 'take over':
        // Nobody was heard of for that long.
        this.now += 11_000;
        this.live.clear();
        while (await store.transaction((db) => recover(db, this.now, 100)));
    }
  }

  async claim(process: number, bearer: string): Promise<void> {
    const owner = this.#names[process] ?? '';
    const by = { owner, claim: ++this.#claims, until: this.now + 10_000 };
    try {
      const claimed = await claimDeliveries(store, bearer, 2, by, this.now);
      for (const delivery of claimed) {
        expect(this.cancelled).not.toContain(delivery.pushId);
        expect(delivery.expiresAt).toBeGreaterThan(this.now);
        expect([...this.live.keys()]).not.toContain(delivery.id);
        this.live.set(delivery.id, delivery.attempt);
      }
      this.handed.push(...claimed);
    } catch (error) {
      expect(error).toBeInstanceOf(TakenForDead);
      await this.#enrol(process);
    }
  }

  async settle(delivery: Claimed, kind: Attempt['kind']): Promise<void> {
    if (this.live.get(delivery.id) === delivery.attempt) this.live.delete(delivery.id);
    const reference = `${++this.#references}`;
    const attempt: Attempt =
      kind === 'accepted'
        ? { kind, references: [reference], text: 'accepted', awaitsReceipt: true }
        : { kind, text: kind };
    if (kind === 'accepted' && delivery.bearer !== null) {
      this.references.push({ bearer: delivery.bearer, reference });
    }
    await store.transaction((db) => settleAttempt(db, delivery, attempt, false, RULES, this.now));
  }
}

it('keeps its promises, whatever happens in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80, size: 'max' }), async (steps) => {
      const world = new World();
      await world.empty();
      const ended = new Map<number, string>();
      const check = async () => {
        const rows = await store.reader
          .selectFrom('push_deliveries')
          .innerJoin('push_messages', 'push_messages.id', 'push_deliveries.message_id')
          .select(['push_deliveries.id', 'state', 'owner', 'ended_at', 'push_id', 'push_deliveries.bearer'])
          .execute();
        expect(new Set(rows.map((row) => row.push_id))).toEqual(world.taken);
        for (const row of rows) {
          const isFinal = FINAL.includes(row.state);
          expect(row.ended_at !== null).toBe(isFinal);
          expect(row.owner !== null).toBe(row.state === 'sending');
          // What is being sent is not touched, but by a receipt of an earlier attempt.
          if (world.live.has(row.id)) expect(['sending', 'delivered']).toContain(row.state);
          // What is at its end stays so.
          const before = ended.get(row.id);
          if (before !== undefined) expect(row.state).toBe(before);
          if (isFinal) ended.set(row.id, row.state);
          expect(row.state === 'cancelled').toBe(world.cancelled.has(row.push_id));
        }
        const told = await store.reader
          .selectFrom('push_notifications')
          .select(['delivery_id', 'message'])
          .execute();
        // Initiators are told of each end, once.
        expect(told.map((row) => row.delivery_id).sort()).toEqual([...ended.keys()].sort());
      };
      for (const one of steps) {
        await world.take(one);
        await check();
      }
      // The gateways die, others come, and the network takes all: everything comes to its end.
      world.handed.length = 0;
      await world.take({ do: 'take over' });
      for (let round = 0; round < 8; round++) {
        for (const bearer of BEARERS) {
          await world.claim(0, bearer);
          await world.claim(0, bearer);
          for (const delivery of world.handed.splice(0)) await world.settle(delivery, 'delivered');
        }
        await world.take({ do: 'wait', milliseconds: 40_000 });
        await check();
      }
      expect(ended.size).toBe(world.taken.size);
    }),
    { numRuns: 300 },
  );
}, 60_000);
