import type { Campaign, CampaignFailure, CampaignSummary } from '../../api/index.ts';
import { formatBar, formatFacts, formatTime, printable, styleState, tableLines } from '../../output/index.ts';

/** The profile that a campaign brings, with its version. */
export function profileOf({ profile }: CampaignSummary): string | null {
  return profile === null ? null : `${profile.name} v${profile.version}`;
}

/** A campaign: what it is, how far it has come, and where it failed. */
export function formatCampaign(
  campaign: Campaign,
  failures: { items: readonly CampaignFailure[]; more: boolean },
): string[] {
  const { counts } = campaign;
  const asked = formatCounts(campaign.notifications);
  return [
    ...formatFacts({
      Campaign: campaign.id,
      Name: campaign.name,
      Profile: profileOf(campaign) ?? undefined,
      Steps: campaign.profile === null ? campaign.steps.length : undefined,
      Created: formatTime(campaign.createdAt),
      Ended: campaign.finishedAt === null ? undefined : formatTime(campaign.finishedAt),
    }),
    '',
    `${styleState(campaign.state)}  ${formatBar(counts.succeeded + counts.failed, counts.devices)}`,
    `${counts.succeeded} succeeded, ${counts.failed} failed, ${counts.pending} pending`,
    ...(asked === undefined ? [] : [`Asked to call: ${asked}`]),
    ...(failures.items.length === 0 ? [] : ['', ...failureLines(failures)]),
  ];
}

/** Numbers of notifications by their state, those that there are. */
function formatCounts(counts: Readonly<Record<string, number>>): string | undefined {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  return some.length === 0 ? undefined : some.map(([state, count]) => `${count} ${state}`).join(', ');
}

function failureLines({ items, more }: { items: readonly CampaignFailure[]; more: boolean }): string[] {
  return [
    ...tableLines(
      [
        { title: 'FAILED ON', value: ({ devId }) => devId },
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
  return `${printable(name)} ${formatBar(counts.succeeded + counts.failed, counts.devices)}${failed}`;
}
