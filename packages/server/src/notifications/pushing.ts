/** All that asks devices to call: the notifier, its gateway, and where the gateway reports to. */
import type { RequestListener } from 'node:http';
import { isEqual } from '@grove/protocol';
import { type Credentials, notificationReceiver, pushInitiator } from '@grove/push';
import type { Keyring } from '../secrets/index.ts';
import type { Store } from '../store/index.ts';
import type { Callers } from './campaigns.ts';
import { Notifier } from './notifier.ts';
import { papGateway } from './pap.ts';
import { recordResult } from './results.ts';
import { runUnit } from './rows.ts';
import { DEFAULT_POLICY, type NotificationPolicy } from './wish.ts';

/** The push proxy gateway, and how devices are asked to call. */
export interface PushOptions {
  /** Where the gateway takes PAP. */
  readonly ppgUrl: string;
  /** How the server proves itself to it; not at all when absent. */
  readonly credentials?: Credentials | undefined;
  /** How the gateway is called in addresses, behind `@`. */
  readonly gateway?: string | undefined;
  /** Authorities for https besides the usual ones, in PEM. */
  readonly authorities?: string | undefined;
  /** Where the gateway reaches {@link RESULTS_PATH} of this server; at the server's own address when absent. */
  readonly notifyUrl?: string | undefined;
  readonly policy?: Partial<NotificationPolicy> | undefined;
  /** Milliseconds after which the server looks again what is due, if nobody has told it; a second when absent. */
  readonly interval?: number | undefined;
}

/** Where gateways report what became of pushes. */
export const RESULTS_PATH = '/push/results';

const USER = 'gateway';
const PURPOSE = 'results of pushes';

/** By what a gateway proves itself when it reports: the same whichever process of this server is asked. */
export function resultCredentials(keyring: Keyring): Credentials {
  const [password = ''] = keyring.derive(PURPOSE);
  return { user: USER, password };
}

export interface PushingMeans {
  readonly store: Store;
  readonly keyring: Keyring;
  /** Who of campaigns' devices may be asked. */
  readonly callers: Callers;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array;
  readonly onError: (error: unknown) => void;
  /** Told why the gateway takes nothing for now, and with undefined once it does again. */
  readonly onTrouble: (trouble: string | undefined) => void;
}

export interface Pushing {
  readonly policy: NotificationPolicy;
  /** Tells it that something may be due. */
  wake(): void;
  /** Begins to push. @param ownUrl where this server is reached from its own machine */
  start(ownUrl: string): void;
  /** Answers at {@link RESULTS_PATH}. */
  readonly results: RequestListener;
  /** Pushes no more; what has begun is begun anew by the next process. */
  stop(): Promise<void>;
}

/** Connections to the gateway. */
const CONNECTIONS = 64;

/** @throws {TypeError} when the gateway's URL is none */
export function createPushing(options: PushOptions, means: PushingMeans): Pushing {
  const { store, keyring, now, onError } = means;
  const policy: NotificationPolicy = { ...DEFAULT_POLICY, ...options.policy };
  let ownUrl: string | undefined;
  const initiator = pushInitiator({
    url: options.ppgUrl,
    credentials: options.credentials,
    gateway: options.gateway,
    authorities: options.authorities,
    connections: CONNECTIONS,
  });
  const notifyTo = () =>
    options.notifyUrl ?? (ownUrl === undefined ? undefined : new URL(RESULTS_PATH, ownUrl).href);
  const notifier = new Notifier({ ...means, policy, gateway: papGateway(initiator, notifyTo) });
  const passwords = keyring.derive(PURPOSE);
  return {
    policy,
    wake: () => notifier.wake(),
    start(url) {
      ownUrl = url;
      notifier.start(options.interval ?? 1000);
    },
    results: notificationReceiver<true>({
      authenticate: (given) =>
        given?.user === USER && passwords.some((password) => isEqual(given.password, password))
          ? true
          : undefined,
      async onNotification(result) {
        const answer = await runUnit(store, (db) => recordResult(db, result, now()));
        notifier.wake();
        return answer;
      },
      onFailure: onError,
    }),
    async stop() {
      await notifier.stop();
      initiator.close();
    },
  };
}
