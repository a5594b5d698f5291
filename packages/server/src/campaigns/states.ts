/** The states of a campaign and how one becomes another: data, from which the picture in docs/campaigns.md is drawn. */
import type { CampaignState } from '../store/index.ts';

export const CAMPAIGN_STATES: readonly CampaignState[] = [
  'draft',
  'awaiting-approval',
  'denied',
  'scheduled',
  'running',
  'paused',
  'stopping',
  'stopped',
  'finished',
  'cancelled',
];

/** States out of which none leads. */
export const ENDED: readonly CampaignState[] = ['denied', 'stopped', 'finished', 'cancelled'];

/** Who does something: a person by the API, a second person, or the server of its own accord. */
export type Who = 'operator' | 'another operator' | 'server';

/** Something that is done to a campaign. */
export interface Transition {
  readonly action: Action;
  readonly from: readonly CampaignState[];
  readonly to: CampaignState;
  readonly by: Who;
  /** What must hold besides; undefined = nothing. */
  readonly when?: string | undefined;
  /** What follows for its devices. */
  readonly causes: string;
}

export type Action =
  | 'submit'
  | 'start'
  | 'approve'
  | 'deny'
  | 'begin'
  | 'pause'
  | 'trip'
  | 'resume'
  | 'stop'
  | 'expire'
  | 'lapse'
  | 'drain'
  | 'finish'
  | 'cancel';

export const TRANSITIONS: readonly Transition[] = [
  {
    action: 'submit',
    from: ['draft'],
    to: 'awaiting-approval',
    by: 'operator',
    when: 'it is for more devices than may be begun with unapproved',
    causes: 'a second person is to look at it',
  },
  {
    action: 'start',
    from: ['draft'],
    to: 'scheduled',
    by: 'operator',
    when: 'it needs no approval',
    causes: 'it begins as soon as its time has come',
  },
  {
    action: 'approve',
    from: ['awaiting-approval'],
    to: 'scheduled',
    by: 'another operator',
    causes: 'it begins as soon as its time has come',
  },
  {
    action: 'deny',
    from: ['awaiting-approval'],
    to: 'denied',
    by: 'another operator',
    causes: 'no device ever gets it',
  },
  {
    action: 'begin',
    from: ['scheduled'],
    to: 'running',
    by: 'server',
    when: 'its start has come and its devices are settled',
    causes: 'its first wave is open: devices get it when they call',
  },
  {
    action: 'pause',
    from: ['running'],
    to: 'paused',
    by: 'operator',
    causes: 'no device begins, none is asked to call; what was begun goes on',
  },
  {
    action: 'trip',
    from: ['running'],
    to: 'paused',
    by: 'server',
    when: 'more devices have failed than its error threshold takes',
    causes: 'no device begins, none is asked to call; what was begun goes on',
  },
  {
    action: 'resume',
    from: ['paused'],
    to: 'running',
    by: 'operator',
    causes: 'devices begin again; failures until now count no more for the thresholds',
  },
  {
    action: 'stop',
    from: ['running', 'paused'],
    to: 'stopping',
    by: 'operator',
    causes: 'no device begins any more; what was begun comes to its end',
  },
  {
    action: 'expire',
    from: ['running', 'paused'],
    to: 'stopping',
    by: 'server',
    when: 'its time is over',
    causes: 'no device begins any more; what was begun comes to its end',
  },
  {
    action: 'drain',
    from: ['stopping'],
    to: 'stopped',
    by: 'server',
    when: 'no device has it in hand, or none has ended it for an hour',
    causes: 'nothing more comes of it',
  },
  {
    action: 'finish',
    from: ['running'],
    to: 'finished',
    by: 'server',
    when: 'every device has an outcome and no further ones join',
    causes: 'nothing more comes of it',
  },
  {
    action: 'lapse',
    from: ['awaiting-approval', 'scheduled'],
    to: 'cancelled',
    by: 'server',
    when: 'its time is over, or its devices cannot be found any more, before it has begun',
    causes: 'no device ever gets it',
  },
  {
    action: 'cancel',
    from: ['draft', 'awaiting-approval', 'scheduled', 'running', 'paused', 'stopping'],
    to: 'cancelled',
    by: 'operator',
    causes:
      'no device begins; what waits for alerts waits no longer, and a session that has it in hand ends it',
  },
];

const BY_ACTION: ReadonlyMap<Action, Transition> = new Map(TRANSITIONS.map((each) => [each.action, each]));

export function transitionOf(action: Action): Transition {
  const found = BY_ACTION.get(action);
  if (found === undefined) throw new Error(`campaigns have no action ${action}`);
  return found;
}

/** What may be done in a state, by people. */
export function actionsIn(state: CampaignState): Action[] {
  return TRANSITIONS.filter(({ from, by }) => by !== 'server' && from.includes(state)).map(
    ({ action }) => action,
  );
}

export function hasEnded(state: CampaignState): boolean {
  return ENDED.includes(state);
}
