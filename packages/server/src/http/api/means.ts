import type { GatewayMeans } from '@grove/gateway';
import type { Campaigns } from '../../campaigns/index.ts';
import type { LockoutPolicy } from '../../devices/index.ts';
import type { EventFeed } from '../../events/index.ts';
import type { ImportMeans } from '../../imports/index.ts';
import type { NotificationPolicy } from '../../notifications/index.ts';
import type { PolicyBook } from '../../policies/index.ts';
import type { DryRuns } from '../../profiles/index.ts';
import type { Rules } from '../../rules/index.ts';
import type { Store } from '../../store/index.ts';
import type { TaskHub } from '../../tasks/index.ts';
import type { WebhookPolicy } from '../../webhooks/index.ts';

/** How devices are asked to call. */
export interface Notifying {
  readonly policy: NotificationPolicy;
  /** To be told that something is to be sent, or not any more. */
  readonly wake: () => void;
}

/** How addresses are told of events. */
export interface Webhooking {
  readonly policy: WebhookPolicy;
  /** To be told that something is to be posted. */
  readonly wake: () => void;
}

/** What the API works with. */
export interface ApiMeans extends ImportMeans {
  store: Store;
  /** Milliseconds since the epoch. */
  now: () => number;
  hub: TaskHub;
  campaigns: Campaigns;
  /** The policies as devices meet them. */
  policies: PolicyBook;
  /** What finds out what profiles would change. */
  dryRuns: DryRuns;
  /** Events as they come. */
  feed: EventFeed;
  rules: Rules;
  /** Has rules look at devices soon. */
  sweep: () => void;
  /** Aborted when the server closes: nobody waits any longer. */
  closing: AbortSignal;
  /** Version of Grove. */
  version: string;
  /** Where devices reach the DM endpoint of a server that is reached at this host and port. */
  dmUrl: (host: string) => string;
  /** When wrong credentials lock somebody out. */
  lockout: LockoutPolicy;
  /** How devices are asked to call; undefined where there is no gateway that could push. */
  notifying?: Notifying | undefined;
  webhooks: Webhooking;
  /** The push gateway of this process, if it has one. */
  gateway?: GatewayMeans | undefined;
  /** Bytes of a content that is uploaded. */
  contentLimit: number;
}
