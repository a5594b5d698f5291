import type { Phone, SessionReport } from '@grove/device';
import type { Campaign, CampaignFailure } from '../../api/index.ts';
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
}

/** Phones that are in session at the same time. */
const AT_ONCE = 16;

/**
 * Starts the campaign, has every phone call, and looks at each phone's tree on the disk.
 *
 * @param onProgress told how many phones have called
 */
export async function play(stage: Stage, onProgress: (called: number) => void): Promise<Result> {
  const { api, phones, registered, store } = stage;
  const { profile } = await applyProfile(api, 'demo-mms', profileOf(NEW_SETTINGS));
  const campaign = await api.post<Campaign>('campaigns', { name: 'New MMS settings', profile: profile.name });

  const begun = performance.now();
  const reports = new Map<string, SessionReport>();
  await forEach(phones, AT_ONCE, async (phone) => {
    reports.set(phone.devId, await phone.session());
    onProgress(reports.size);
  });
  const seconds = (performance.now() - begun) / 1000;

  const refused = await api.list<CampaignFailure>(`campaigns/${campaign.id}/failures`, {}, 0);
  const reasons = new Map(
    refused.items.map(({ devId, reason }) => [devId, reason ?? 'the campaign failed on it']),
  );
  const failures: { devId: string; reason: string }[] = [];
  for (const { devId } of registered) {
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
    devices: phones.length,
    succeeded: phones.length - failures.length,
    failed: failures.length,
    sessions: all.length,
    messages: sum(({ messages }) => messages.sent + messages.received),
    bytes: sum(({ bytes }) => bytes.sent + bytes.received),
    seconds: Math.round(seconds * 1000) / 1000,
    failures,
    campaign: campaign.id,
  };
}

/** Works on all of some things, a number of them at the same time. */
async function forEach(
  phones: readonly Phone[],
  atOnce: number,
  work: (phone: Phone) => Promise<void>,
): Promise<void> {
  const left = phones.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const phone of left) await work(phone);
    }),
  );
}
