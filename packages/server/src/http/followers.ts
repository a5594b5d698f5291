/** Those within the server who do something about what has happened: cases, triggers, messages for webhooks. */
import { CARE_EVENTS, openCasesFor } from '../care/index.ts';
import { EVENT_NAMES, type EventFeed, Follower } from '../events/index.ts';
import type { Store } from '../store/index.ts';
import { followTriggers, hasOpenTriggers, TRIGGER_EVENTS, type TriggerMeans } from '../triggers/index.ts';
import { Deliverer, hasWebhooks, queueEvents, type WebhookPolicy } from '../webhooks/index.ts';

/** Milliseconds after which events of other processes are looked for. */
const INTERVAL = 1_000;

export interface FollowersOptions {
  readonly store: Store;
  readonly feed: EventFeed;
  readonly webhooks: WebhookPolicy;
  /** How devices are asked to call for triggers; undefined where there is no gateway. Asked when it is needed. */
  readonly notifying: () => (NonNullable<TriggerMeans['notifying']> & { wake(): void }) | undefined;
  /** Opens what is sealed. */
  readonly open: (sealed: string) => string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array;
  readonly onError: (error: unknown) => void;
}

/** All of them together. */
export interface Followers {
  start(): void;
  /** Told that events were committed. */
  wake(): void;
  /** Told that something is to be posted to webhooks. */
  deliver(): void;
  stop(): Promise<void>;
}

export function createFollowers(options: FollowersOptions): Followers {
  const { store, feed, webhooks, notifying, open, now, random, onError } = options;
  const deliverer = new Deliverer({ store, open, policy: webhooks, now, onError });
  const deliver = () => deliverer.wake();
  const followers = [
    new Follower({ store, feed, name: 'care', types: CARE_EVENTS, handle: openCasesFor, onError }),
    new Follower({
      store,
      feed,
      name: 'triggers',
      types: TRIGGER_EVENTS,
      isWanted: () => hasOpenTriggers(store.reader),
      handle: (db, events) => followTriggers(db, events, { random, notifying: notifying() }, now()),
      onHandled: () => {
        deliver();
        notifying()?.wake();
      },
      onError,
    }),
    new Follower({
      store,
      feed,
      name: 'webhooks',
      types: EVENT_NAMES,
      isWanted: () => hasWebhooks(store.reader),
      handle: (db, events) => queueEvents(db, events, now()),
      onHandled: deliver,
      onError,
    }),
  ];
  return {
    start() {
      for (const follower of followers) follower.start(INTERVAL);
      deliverer.start(INTERVAL);
    },
    wake() {
      for (const follower of followers) follower.wake();
    },
    deliver,
    async stop() {
      await Promise.all([deliverer.stop(), ...followers.map((follower) => follower.stop())]);
    },
  };
}
