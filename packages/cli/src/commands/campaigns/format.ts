import type { CampaignCounts } from '@grove/server';
import type { Campaign, CampaignOutcome, CampaignSummary } from '../../api/index.ts';
import { formatBar, formatFacts, formatTime, printable, styleState, tableLines } from '../../output/index.ts';

/** Outcomes of devices that are shown one by one. */
export const UNSUCCESSFUL = 'failed,declined,skipped';

/** The profile that a campaign brings, with its version. */
export function profileOf({ profile }: CampaignSummary): string | null {
  return profile === null ? null : `${profile.name} v${profile.version}`;
}

/** A campaign: what it is, how far it has come, and where it failed. */
export function formatCampaign(
  campaign: Campaign,
  failures: { items: readonly CampaignOutcome[]; more: boolean },
): string[] {
  const { counts } = campaign;
  const asked = formatCounts(campaign.notifications);
  return [
    ...formatFacts({
      Campaign: campaign.id,
      Name: campaign.name,
      Profile: profileOf(campaign) ?? undefined,
      Steps: campaign.profile === null ? campaign.steps.length : undefined,
      For: targetOf(campaign),
      Created: `${formatTime(campaign.createdAt)}${campaign.createdBy === null ? '' : ` by ${campaign.createdBy}`}`,
      Begins: campaign.startAt === null ? undefined : formatTime(campaign.startAt),
      'Ends by': campaign.endBy === null ? undefined : formatTime(campaign.endBy),
      'Again for': campaign.rerunOf === null ? undefined : `campaign ${campaign.rerunOf}`,
      Ended: campaign.finishedAt === null ? undefined : formatTime(campaign.finishedAt),
    }),
    '',
    `${styleState(campaign.state)}  ${formatBar(endedOf(counts), counts.devices)}`,
    ...(campaign.reason === null ? [] : [printable(campaign.reason)]),
    formatStanding(counts),
    ...(campaign.progress.length < 2 ? [] : campaign.progress.map(waveLine)),
    ...(asked === undefined ? [] : [`Asked to call: ${asked}`]),
    ...(failures.items.length === 0 ? [] : ['', ...failureLines(failures)]),
  ];
}

/** The devices that a campaign is for, in words. */
function targetOf({ target, dynamic }: CampaignSummary): string {
  const later = dynamic ? ', those included that come to match later' : '';
  if ('query' in target) return `devices for which ${target.query} holds${later}`;
  if ('group' in target) return `devices of group ${target.group}${later}`;
  if ('devices' in target) return `${target.devices.length} devices by name`;
  if ('campaign' in target) return `devices on which campaign ${target.campaign} came to nothing`;
  return `all devices${later}`;
}

function waveLine({ wave, name, openedAt, counts }: Campaign['progress'][number]): string {
  const since = openedAt === null ? 'not begun' : `since ${formatTime(openedAt)}`;
  return `  Wave ${wave}${name === null ? '' : ` (${printable(name)})`}: ${endedOf(counts)}/${counts.devices}, ${since}`;
}

/** Devices with which nothing more is to be done. */
export function endedOf({ succeeded, failed, declined, skipped }: CampaignCounts): number {
  return succeeded + failed + declined + skipped;
}

/** Where devices stand: those numbers that are not zero, and always how many succeeded, failed and are pending. */
export function formatStanding(counts: CampaignCounts): string {
  const { succeeded, unchanged, failed, declined, skipped, retrying, begun, pending } = counts;
  const right = unchanged === 0 ? '' : ` (${unchanged} right already)`;
  const some = Object.entries({
    declined,
    'left out': skipped,
    'to be tried again': retrying,
    'in hand': begun,
  });
  return [
    `${succeeded} succeeded${right}`,
    `${failed} failed`,
    ...some.filter(([, count]) => count > 0).map(([what, count]) => `${count} ${what}`),
    `${pending} pending`,
  ].join(', ');
}

/** Numbers of notifications by their state, those that there are. */
function formatCounts(counts: Readonly<Record<string, number>>): string | undefined {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  return some.length === 0 ? undefined : some.map(([state, count]) => `${count} ${state}`).join(', ');
}

function failureLines({ items, more }: { items: readonly CampaignOutcome[]; more: boolean }): string[] {
  return [
    ...tableLines(
      [
        { title: 'DEVICE', value: ({ devId }) => devId },
        { title: 'OUTCOME', value: ({ outcome }) => outcome, style: styleState },
        { title: 'SESSION', value: ({ sessionId }) => sessionId, align: 'right' },
        { title: 'REASON', value: ({ reason }) => reason },
      ],
      items,
    ),
    ...(more ? ['… and more'] : []),
  ];
}

/** What is said while a campaign is waited for. */
export function progressOf({ name, counts }: Campaign): string {
  const failed = counts.failed === 0 ? '' : `, ${counts.failed} failed`;
  return `${printable(name)} ${formatBar(endedOf(counts), counts.devices)}${failed}`;
}
