/** Grove's server, its phones and a gateway between them, for tests of devices that are asked to call. */
import {
  createHttpTransport,
  createPhone,
  type Decision,
  fleetAccount,
  fleetDmAcc,
  type HttpTransport,
  type Ignored,
  type Phone,
  type SessionReport,
  type UserInteraction,
} from '@grove/device';
import { MMS_OBJECT, MMS_URI } from '@grove/protocol';
import type { Submission } from '@grove/push';
import type { GroveOptions, Notification } from '@grove/server';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, vi } from 'vitest';
import { startGateway, type TestGateway } from '../rig/gateway.testing.ts';
import { type Rig, startRig, type Task } from '../rig/rig.testing.ts';

export const MINUTE = 60_000;
export const NUMBER = '+441632960001';
export const REASON = {
  text: 'Your MMS settings are about to change',
  consequence: 'Without this you will not be able to send or receive MMS',
  language: 'en',
};
export const PROXY = 'http://mms.example/';
export const ROOT = `${MMS_URI}/Operator`;
export const SETTINGS = [
  {
    kind: 'converge',
    root: ROOT,
    object: MMS_OBJECT.urn,
    nodes: [
      { path: 'Name', value: 'MMS' },
      { path: 'Addr', value: PROXY },
    ],
  },
];

export interface Shown {
  readonly asked: unknown[];
}

/** A user who does the same to every notice. */
export function user(reaction: 'yes' | 'no' | 'cancelled'): UserInteraction & Shown {
  const asked: unknown[] = [];
  return {
    asked,
    ask: async (question) => {
      asked.push(question);
      return { kind: reaction };
    },
  };
}

export interface Kind {
  readonly interaction?: UserInteraction;
  readonly addresses?: Record<string, string>;
}

export interface Scene {
  /** Another one for each test. */
  readonly gateway: TestGateway;
  /** Milliseconds that the clocks of servers and phones are ahead. */
  ahead: number;
  /** A server that is there until the test is over. */
  open(options?: Partial<GroveOptions>): Promise<Rig>;
  /** A phone that a server knows. */
  registered(rig: Rig, kind?: Kind): Promise<{ devId: string; phone: Phone }>;
}

let phones = 0;

/** For the tests of the describe in which it is called. */
export function staged(): Scene {
  let gateway: TestGateway | undefined;
  let http: HttpTransport | undefined;
  beforeAll(() => {
    vi.setConfig({ testTimeout: 30_000 });
    http = createHttpTransport();
  });
  afterAll(() => http?.close());
  beforeEach(async () => {
    const started = await startGateway();
    gateway = started;
    scene.ahead = 0;
    return () => started.close();
  });
  const scene: Scene = {
    get gateway() {
      if (gateway === undefined) throw new Error('no test has begun');
      return gateway;
    },
    ahead: 0,

    async open(options = {}) {
      const { url, credentials } = scene.gateway;
      const rig = await startRig({
        now: () => Date.now() + scene.ahead,
        push: { ppgUrl: url, credentials, interval: 20 },
        ...options,
      });
      onTestFinished(() => rig.close());
      return rig;
    },

    async registered(rig, { interaction, addresses = { msisdn: NUMBER } } = {}) {
      const account = fleetAccount(phones++, { serverID: 'grove' });
      const { devId, client, server } = account;
      await rig.api('POST', '/devices', { devId, account: { client, server }, addresses });
      if (http === undefined) throw new Error('no test has begun');
      const phone = await createPhone({
        devId,
        account: fleetDmAcc(account, `${rig.url}/dm`),
        transport: http,
        encoding: 'xml',
        ...(interaction === undefined ? {} : { interaction }),
        now: () => new Date(Date.now() + scene.ahead),
      });
      return { devId, phone };
    },
  };
  return scene;
}

/** What a phone does about a push: checks it, asks its user, holds the session. */
export async function take(
  phone: Phone,
  { content }: Submission,
): Promise<{ decision: Decision | Ignored; report?: SessionReport }> {
  const taken = await phone.notify(content.body, content.contentType);
  if (taken.kind === 'ignored') return { decision: taken };
  const decision = await phone.decide(taken.notification);
  if (decision.kind !== 'accepted') return { decision };
  return { decision, report: await phone.session(decision.session) };
}

export const list = async (rig: Rig, query = ''): Promise<Notification[]> =>
  (await rig.api<{ items: Notification[] }>('GET', `/notifications${query}`)).items;
export const show = (rig: Rig, id: number) => rig.api<Notification>('GET', `/notifications/${id}`);

/** Waits until the newest notification is in a state. */
export const reaches = (rig: Rig, state: string): Promise<Notification> =>
  vi.waitFor(
    async () => {
      const [newest] = await list(rig);
      expect(newest).toMatchObject({ state });
      return show(rig, newest?.id ?? 0);
    },
    { timeout: 10_000, interval: 20 },
  );

export const notify = (rig: Rig, devId: string, wish: object = {}): Promise<Notification> =>
  rig.api('POST', `/devices/${encodeURIComponent(devId)}/notifications`, wish);
export const taskWith = (rig: Rig, devId: string, wish: object): Promise<Task> =>
  rig.api('POST', `/devices/${encodeURIComponent(devId)}/tasks`, { steps: SETTINGS, notify: wish });
