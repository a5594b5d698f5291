/** A server with a push gateway of its own, and a phone in somebody's hand that is reached over one bearer. */
import {
  createHandset,
  createHttpTransport,
  fleetAccount,
  fleetDmAcc,
  type Handset,
  type PhoneView,
} from '@grove/device';
import { checkConfig } from '@grove/gateway';
import { MMS_OBJECT, MMS_URI } from '@grove/protocol';
import { BEARERS } from '@grove/push';
import { expect, onTestFinished } from 'vitest';
import { type Rig, startRig } from './rig.testing.ts';

export interface NotifiedPhone {
  readonly rig: Rig;
  readonly handset: Handset;
  /** Waits until the phone is as wanted. */
  until(wanted: (view: PhoneView) => boolean): Promise<PhoneView>;
}

interface Way {
  /** The gateway's bearer, as its configuration has it. */
  readonly bearer: object;
  /** The phone's, as a URL. */
  readonly push: string;
  /** Where the server knows the phone to be. */
  readonly addresses: Record<string, string>;
}

/** Opens both, and waits until the phone is reached. */
export async function openNotifiedPhone({ bearer, push, addresses }: Way): Promise<NotifiedPhone> {
  const rig = await startRig({ push: { config: checkConfig({ bearers: [bearer] }, BEARERS) } });
  onTestFinished(() => rig.close());
  const account = fleetAccount(0, { serverID: 'grove' });
  const { devId, client, server } = account;
  await rig.api('POST', '/devices', { devId, account: { client, server }, addresses });
  const transport = createHttpTransport();
  onTestFinished(() => transport.close());
  const handset = await createHandset({
    devId,
    account: fleetDmAcc(account, `${rig.url}/dm`),
    transport,
    push: [push],
  });
  onTestFinished(() => handset.end());
  const until = async (wanted: (view: PhoneView) => boolean): Promise<PhoneView> => {
    while (!wanted(handset.view)) {
      await new Promise<void>((resolve) => {
        const stop = handset.onChange(() => {
          stop();
          resolve();
        });
      });
    }
    return handset.view;
  };
  await until(({ bearers }) => bearers.every(({ state }) => state === 'up'));
  return { rig, handset, until };
}

const REASON = {
  text: 'Your MMS settings are about to change',
  consequence: 'Without this you will not be able to send or receive MMS',
  legalNotice: 'Changes are free of charge',
  language: 'en',
};
const PROXY = 'http://mms.example/';
const ROOT = `${MMS_URI}/Operator`;

/** Starts a campaign for the phone that tells the user why, and waits until it has popped up. @returns its id */
async function beginCampaign({ rig, until }: NotifiedPhone): Promise<number> {
  const { id } = await rig.api<{ id: number }>('POST', '/campaigns', {
    name: 'MMS',
    steps: [
      { kind: 'converge', root: ROOT, object: MMS_OBJECT.urn, nodes: [{ path: 'Addr', value: PROXY }] },
    ],
    notify: { reason: REASON },
  });
  const { question } = await until((view) => view.question !== undefined);
  expect(question?.question).toMatchObject({ kind: 'notice', asks: true, operator: 'Grove', ...REASON });
  return id;
}

const addressOf = ({ handset }: NotifiedPhone): string | undefined =>
  handset.node(ROOT)?.children.find(({ name }) => name === 'Addr')?.value;

/** The whole way of a campaign whose user agrees. */
export async function campaignAccepted(phone: NotifiedPhone, bearer: string): Promise<void> {
  const { rig, handset, until } = phone;
  const id = await beginCampaign(phone);
  expect(addressOf(phone)).not.toBe(PROXY);
  expect(handset.answer(handset.view.question?.key ?? 0, { kind: 'yes' })).toEqual({ kind: 'taken' });
  const { sessions, notifications } = await until((view) => view.notifications[0]?.state === 'held');
  expect(sessions).toMatchObject([{ state: 'completed', sessionID: notifications[0]?.sessionID }]);
  expect(notifications).toMatchObject([{ bearer, reason: REASON.text }]);
  expect(addressOf(phone)).toBe(PROXY);
  expect(await rig.api('GET', `/campaigns/${id}`)).toMatchObject({
    counts: { succeeded: 1 },
    notifications: { opened: 1 },
  });
  expect(await rig.api('GET', '/notifications')).toMatchObject({ items: [{ state: 'opened' }] });
}

/** The same whose user refuses, which the operator sees once the phone has called. */
export async function campaignRefused(phone: NotifiedPhone): Promise<void> {
  const { rig, handset, until } = phone;
  const id = await beginCampaign(phone);
  handset.answer(handset.view.question?.key ?? 0, { kind: 'no' });
  await until((view) => view.notifications[0]?.state === 'refused');
  expect(handset.view.sessions).toEqual([]);
  handset.connect();
  await until(({ sessions }) => sessions[0]?.state === 'completed');
  expect(addressOf(phone)).not.toBe(PROXY);
  expect(await rig.api('GET', '/notifications')).toMatchObject({
    items: [{ state: 'refused', reason: 'refused by the user' }],
  });
  expect(await rig.api('GET', `/campaigns/${id}`)).toMatchObject({
    counts: { declined: 1 },
    notifications: { refused: 1 },
  });
}
