// Both ends of push over SIP, as tests use them with other people's programs.
import { randomBytes } from 'node:crypto';
import {
  BEARERS,
  type Bearer,
  DM_APPLICATION,
  type Health,
  type PushContent,
  RECEIVERS,
  type ReceivedPush,
  type Receiver,
  type Shipment,
} from '@grove/push';

/** A terminal with what it has got. */
export interface SipPhone extends Receiver {
  readonly pushes: ReceivedPush[];
  readonly log: string[];
  /** Resolves once its health is so. */
  isAt(state: Health['state']): Promise<Health>;
}

/** Opens a terminal that stores each push at once. */
export async function openSipPhone(url: string): Promise<SipPhone> {
  const kind = RECEIVERS.find(({ bearer }) => bearer === 'sip');
  if (!kind) throw new Error('there is no receiver for SIP');
  const pushes: ReceivedPush[] = [];
  const log: string[] = [];
  const watchers = new Set<() => void>();
  const receiver = await kind.open(url, {
    now: Date.now,
    random: randomBytes,
    onPush: async (push) => {
      pushes.push(push);
    },
    onHealth: () => {
      for (const watch of watchers) watch();
    },
    log: (text) => log.push(text),
  });
  return {
    address: receiver.address,
    pushes,
    log,
    health: () => receiver.health(),
    close: () => receiver.close(),
    isAt: (state) =>
      new Promise((resolve) => {
        const watch = (): void => {
          if (receiver.health().state !== state) return;
          watchers.delete(watch);
          resolve(receiver.health());
        };
        watchers.add(watch);
        watch();
      }),
  };
}

export async function openSipBearer(settings: object): Promise<Bearer> {
  const kind = BEARERS.find((one) => one.kind === 'sip');
  if (!kind) throw new Error('there is no bearer for SIP');
  return kind.open(settings, {
    name: 'sip',
    now: Date.now,
    random: randomBytes,
    onReceipt: async () => undefined,
    log: () => undefined,
  });
}

/** A push for the DM application of a user. */
export function shipmentTo(uri: string, content: Partial<PushContent> = {}): Shipment {
  return {
    id: randomBytes(8).toString('hex'),
    to: { kind: 'sip', uri },
    content: {
      contentType: 'application/vnd.syncml.notification',
      applicationId: DM_APPLICATION,
      headers: [],
      body: Buffer.from('a notification'),
      ...content,
    },
    deliverBefore: Date.now() + 60_000,
    confirmed: true,
  };
}
