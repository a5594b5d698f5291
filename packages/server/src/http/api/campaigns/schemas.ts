/** How campaigns are written in the API. */
import { Id, Name, nullable, Time, timeOf, timeOrNull } from '@grove/api';
import { Type } from 'typebox';
import {
  CAMPAIGN_STATES,
  type Campaign,
  type CampaignDocument,
  type CampaignSummary,
  campaignSchema,
  OUTCOME_STATES,
  PlanProperties,
  RerunTarget,
} from '../../../campaigns/index.ts';
import { countNotifications, NO_NOTIFICATIONS, Wish } from '../../../notifications/index.ts';
import type { Queries } from '../../../store/index.ts';
import { Target } from '../../../targets/index.ts';
import { NotificationCountsSchema } from '../notifications.ts';
import { StepSchema, Steps } from '../schemas.ts';

export const tags = ['campaigns'];

export const CampaignState = Type.Enum([...CAMPAIGN_STATES], {
  description: 'What it is doing; docs/campaigns.md draws how one state becomes another',
});

export const OutcomeSchema = Type.Enum([...OUTCOME_STATES], {
  description:
    'begun: in hand; retrying: failed, and tried again; changed and unchanged: succeeded; declined: by the user; skipped: cannot be brought to the device',
});

const count = (description: string) => Type.Integer({ minimum: 0, description });
export const CountsSchema = Type.Object(
  {
    devices: count('Devices it is for'),
    succeeded: count('Those on which it succeeded: changed and unchanged'),
    changed: count('Something was done there'),
    unchanged: count('All was right there already'),
    failed: count('It failed there, for good'),
    declined: count('Their users do not want it'),
    skipped: count('It cannot be brought to them'),
    retrying: count('It failed there and is tried again'),
    begun: count('They have it in hand: in a session, or waiting for an alert'),
    pending: count('They have not begun'),
  },
  { title: 'CampaignCounts' },
);

const SummaryProperties = {
  id: Id,
  name: Type.String(),
  profile: nullable(
    Type.Object({ name: Type.String(), version: Type.Integer() }),
    'The profile that it brings, at the version of that time; null where steps were given',
  ),
  target: Type.Union([Target, RerunTarget]),
  dynamic: Type.Boolean({ description: 'Whether devices join that come to match later' }),
  state: CampaignState,
  reason: nullable(Type.String(), 'Why it is in this state'),
  pausedBy: nullable(Type.Enum(['operator', 'threshold']), 'Who has paused it'),
  createdBy: nullable(Type.String(), 'Name of the token by which it was made'),
  createdAt: Time,
  startAt: nullable(Time, 'When it is to begin; null = at once'),
  endBy: nullable(Time, 'When it stops, whatever it has reached'),
  startedAt: nullable(Time, 'When it began'),
  changedAt: Time,
  finishedAt: nullable(Time, 'When it ended'),
  rerunOf: nullable(Id, 'The campaign on whose devices it tries again'),
  counts: CountsSchema,
};
export const CampaignSummarySchema = Type.Object(SummaryProperties, { title: 'CampaignSummary' });

export const CampaignSchema = Type.Object(
  {
    ...SummaryProperties,
    steps: Type.Array(StepSchema, {
      description: 'Empty where each device gets those that its profile comes to on it',
    }),
    notify: nullable(Wish, 'How its devices are asked to call; null where they are not'),
    ...PlanProperties,
    wave: Type.Integer({ description: 'Number of the last wave that is open, from 1' }),
    progress: Type.Array(
      Type.Object({
        wave: Type.Integer({ description: 'From 1' }),
        name: nullable(Type.String()),
        openedAt: nullable(Time),
        counts: CountsSchema,
      }),
      { description: 'How far each wave has come; empty until it has begun' },
    ),
    notifications: NotificationCountsSchema,
  },
  { title: 'Campaign' },
);

export const NewCampaign = Type.Unsafe<CampaignDocument & { name: string; allowEmpty?: boolean }>({
  ...campaignSchema(
    {
      name: Name,
      allowEmpty: Type.Optional(
        Type.Boolean({ description: 'Whether it may be for no device at first; false when absent' }),
      ),
    },
    Steps,
  ),
  title: 'NewCampaign',
});

export function summaryAnswer<C extends CampaignSummary>(campaign: C) {
  return {
    ...campaign,
    createdAt: timeOf(campaign.createdAt),
    startAt: timeOrNull(campaign.startAt),
    endBy: timeOrNull(campaign.endBy),
    startedAt: timeOrNull(campaign.startedAt),
    changedAt: timeOf(campaign.changedAt),
    finishedAt: timeOrNull(campaign.finishedAt),
  };
}

export async function campaignAnswer(db: Queries, { plan, waves, ...campaign }: Campaign) {
  return {
    ...summaryAnswer(campaign),
    ...plan,
    progress: waves.map(({ openedAt, ...wave }) => ({ ...wave, openedAt: timeOrNull(openedAt) })),
    notifications: campaign.notify === null ? NO_NOTIFICATIONS : await countNotifications(db, campaign.id),
  };
}
