import type { SessionReport } from '@grove/device';
import type { Api, Campaign, CampaignOutcome, Event } from '../../api/index.ts';
import { applyProfile } from '../profiles/index.ts';
import { hasOnDisk, NEW_SETTINGS, profileOf } from './settings.ts';
import type { Stage } from './stage.ts';

/** What came of the campaign. */
export interface Result {
  readonly devices: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly sessions: number;
  readonly messages: number;
  readonly bytes: number;
  readonly seconds: number;
  /** DevIds with what went wrong. */
  readonly failures: readonly { readonly devId: string; readonly reason: string }[];
  readonly campaign: number;
  /** How the first of the phones was asked to call: what happened, the oldest first; empty where none was. */
  readonly asked: readonly Event[];
}

/** Phones that call at the same time, where nobody asks them to. */
const AT_ONCE = 16;
/** Milliseconds without any session after which those that have not called are given up. */
const PATIENCE = 20_000;

/** What the users of the phones are told. */
export const REASON = {
  text: 'Your MMS settings are about to change.',
  consequence: 'Without this you will not be able to send or receive MMS.',
  language: 'en',
} as const;

/**
 * Starts the campaign, has every phone asked to call, or call, and looks at each phone's tree on the disk. Those on the
 * page are not waited for.
 *
 * @param onProgress told how many phones have called
 */
export async function play(stage: Stage, onProgress: (called: number) => void): Promise<Result> {
  const { api, phones, isReached, store } = stage;
  const { profile } = await applyProfile(api, 'demo-mms', { document: profileOf(NEW_SETTINGS) });

  const begun = performance.now();
  const waiting = phones.agents.map(({ phone }) => phone.devId);
  const reports = new Map<string, SessionReport>();
  const calls = Promise.withResolvers<void>();
  const patience = setInterval(() => calls.resolve(), PATIENCE);
  phones.onReport = (devId, report) => {
    reports.set(devId, report);
    patience.refresh();
    const called = waiting.filter((each) => reports.has(each)).length;
    onProgress(called);
    if (called === waiting.length) calls.resolve();
  };
  const campaign = await api.post<Campaign>('campaigns', {
    name: 'New MMS settings',
    profile: profile.name,
    ...(isReached ? { notify: { reason: REASON } } : {}),
  });
  if (!isReached) await forEach(phones.agents, AT_ONCE, async (agent) => void (await agent.call()));
  await calls.promise;
  clearInterval(patience);
  phones.onReport = () => {};
  const seconds = (performance.now() - begun) / 1000;

  const refused = await api.list<CampaignOutcome>(
    `campaigns/${campaign.id}/outcomes`,
    { outcome: 'failed,declined,skipped' },
    0,
  );
  const reasons = new Map(
    refused.items.map(({ devId, reason }) => [devId, reason ?? 'the campaign failed on it']),
  );
  const failures: { devId: string; reason: string }[] = [];
  for (const devId of waiting) {
    const report = reports.get(devId);
    if (report?.outcome.kind !== 'completed') reasons.set(devId, report?.outcome.text ?? 'it has not called');
    else if (!(await hasOnDisk(store, devId, NEW_SETTINGS)) && !reasons.has(devId)) {
      reasons.set(devId, 'its tree does not have the new settings');
    }
    const reason = reasons.get(devId);
    if (reason !== undefined) failures.push({ devId, reason });
  }
  const all = [...reports.values()];
  const sum = (of: (report: SessionReport) => number) => all.reduce((total, report) => total + of(report), 0);
  return {
    devices: waiting.length,
    succeeded: waiting.length - failures.length,
    failed: failures.length,
    sessions: all.length,
    messages: sum(({ messages }) => messages.sent + messages.received),
    bytes: sum(({ bytes }) => bytes.sent + bytes.received),
    seconds: Math.round(seconds * 1000) / 1000,
    failures,
    campaign: campaign.id,
    asked: await askedOf(api, campaign.id, waiting[0]),
  };
}

async function askedOf(api: Api, campaign: number, device: string | undefined): Promise<readonly Event[]> {
  if (device === undefined) return [];
  const { items } = await api.list<Event>('events', { campaign: String(campaign), device }, 100);
  return items.filter(({ type }) => type.startsWith('notification.')).reverse();
}

/** Works on all of some things, a number of them at the same time. */
async function forEach<T>(
  things: readonly T[],
  atOnce: number,
  work: (thing: T) => Promise<void>,
): Promise<void> {
  const left = things.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const thing of left) await work(thing);
    }),
  );
}
