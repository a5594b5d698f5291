// What bearers and receivers are opened with in tests: what they do is kept, and can be awaited.
import type { BearerMeans, ReceivedPush, ReceiverMeans, Shipment } from './index.ts';
import { DM_APPLICATION } from './push.ts';

/** A notification for a terminal. */
export function shipmentTo(to: Shipment['to'], change: Partial<Shipment['content']> = {}): Shipment {
  return {
    id: 'push-1',
    to,
    content: {
      contentType: 'application/vnd.syncml.notification',
      applicationId: DM_APPLICATION,
      headers: [],
      body: Uint8Array.of(1, 2, 3),
      ...change,
    },
    deliverBefore: Date.now() + 60_000,
    confirmed: false,
  };
}

export function bearerMeans(): BearerMeans & { readonly logged: readonly string[] } {
  const logged: string[] = [];
  return {
    name: 'lab',
    now: Date.now,
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    onReceipt: async () => {},
    log: (text) => logged.push(text),
    logged,
  };
}

/** What a receiver says, one thing after the other. */
export interface Heard {
  readonly means: ReceiverMeans;
  push(): Promise<ReceivedPush>;
  log(): Promise<string>;
}

/** @param store what becomes of a push before it is acknowledged */
export function receiverMeans(store: (push: ReceivedPush) => Promise<void> = async () => {}): Heard {
  const pushes = queue<ReceivedPush>();
  const logs = queue<string>();
  return {
    means: {
      now: Date.now,
      random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
      onPush: async (push) => {
        await store(push);
        pushes.put(push);
      },
      onHealth: () => {},
      log: logs.put,
    },
    push: pushes.take,
    log: logs.take,
  };
}

function queue<Thing>(): { put: (thing: Thing) => void; take: () => Promise<Thing> } {
  const waiting: ((thing: Thing) => void)[] = [];
  const things: Thing[] = [];
  return {
    put: (thing) => {
      const next = waiting.shift();
      if (next === undefined) things.push(thing);
      else next(thing);
    },
    take: () => {
      const { promise, resolve } = Promise.withResolvers<Thing>();
      const next = things.shift();
      if (next === undefined) waiting.push(resolve);
      else resolve(next);
      return promise;
    },
  };
}
