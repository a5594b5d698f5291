import type * as gateway from '@grove/gateway';
import type * as server from '@grove/server';

/** Which properties are times: numbers in the server, RFC 3339 text in what the API answers. */
type TimeKey = `${string}At` | 'at';

/** What the API answers where the server has a `T`. */
type Answer<T> = {
  [K in keyof T]: K extends TimeKey ? (null extends T[K] ? string | null : string) : T[K];
};

export type Device = Answer<server.Device>;
export type DeviceDetail = Answer<Omit<server.DeviceDetail, 'failures'>> & {
  failures: (Omit<server.Failures, 'lastAt' | 'lockedUntil'> & {
    lastAt: string;
    lockedUntil: string | null;
  })[];
};
export type Group = Answer<server.Group>;
export interface Policy {
  name: string;
  state: 'active' | 'retiring';
  document: server.PolicyDocument;
  createdAt: string;
  updatedAt: string;
}
export type ComplianceCounts = server.ComplianceCounts;
export type DeviceCompliance = Answer<server.DeviceCompliance>;
export type Task = Answer<server.Task>;
export type TaskSummary = Answer<server.TaskSummary>;
export type Profile = Answer<server.Profile>;
export type ProfileVersionSummary = Answer<server.ProfileVersionSummary>;
export type ProfileDifference = server.ProfileDifference;
export type ProfileUses = server.ProfileUses;
export type ProfileRun = Answer<server.ProfileRun>;
export type Model = Answer<server.ModelDetail>;
export type ModelSummary = Answer<server.ModelSummary>;
export type ProfileSummary = Answer<server.ProfileSummary>;
export type CampaignSummary = Answer<Omit<server.CampaignSummary, 'endBy'>> & { endBy: string | null };
export type Campaign = CampaignSummary &
  Pick<server.Campaign, 'steps' | 'notify' | 'wave'> &
  server.Campaign['plan'] & {
    progress: Answer<server.CampaignWave>[];
    notifications: server.NotificationCounts;
  };
export type CampaignOutcome = Answer<server.Outcome>;
export type Content = Answer<server.Content>;
export type Session = Answer<server.Session>;
export type SessionMessage = Answer<server.SessionMessage>;
export type ModelQuirk = Answer<server.ModelQuirk> & { says: string };
export type Alert = Answer<server.Alert>;
export type Event = Answer<server.Event>;
export type Reason = Answer<server.Reason>;
export type ReasonSummary = Answer<server.ReasonSummary>;
export type NotificationSummary = Answer<server.NotificationSummary>;
export type Notification = Answer<Omit<server.Notification, 'attempts'>> & {
  attempts: Answer<server.NotificationAttempt>[];
};
export type Token = Answer<server.ListedToken>;
export type Refusal = Answer<server.Refusal>;
export type Push = Answer<gateway.ListedPush>;
export type PushDetail = Answer<Omit<gateway.ShownPush, 'deliverAfter' | 'events'>> & {
  deliverAfter: string | null;
  events: Answer<gateway.ShownPush['events'][number]>[];
};
export type PushBearer = Omit<gateway.BearerStatus, 'health'> &
  gateway.BearerStatus['health'] & {
    /** Pushes that wait for it, and whose receipts are awaited. */
    queued: number;
    accepted: number;
  };
export type PushUser = Answer<gateway.User>;

export type KnownInstances = Omit<server.KnownInstances, 'instances'> & {
  instances: Answer<server.KnownInstance>[];
};

/** A node of a device's tree with the nodes below it. */
export type DeviceTree = Omit<server.DeviceTree, 'node' | 'children'> & {
  node: Answer<NonNullable<server.DeviceTree['node']>> | null;
  children: DeviceTree[];
};
export type Rule = Answer<server.Rule>;
export type RuleDetail = Rule & { counts: server.RuleCounts; sweptAt: string | null };
export type RuleFiring = Answer<server.Firing>;
export type RuleDevice = Answer<server.RuleDevice>;
export type RuleTest = server.RuleTest;

export type Subscriber = Answer<server.Subscriber>;
export type SubscriberDetail = Subscriber & { devices: Answer<server.SubscriberDevice>[] };
export type CareCase = Answer<server.CareCase>;
export type CareCaseDetail = CareCase & { notes: Answer<server.CareNote>[] };
export type Webhook = Omit<Answer<server.Webhook>, 'failingSince' | 'oldSecretUntil'> & {
  failingSince: string | null;
  oldSecretUntil: string | null;
};
export type WebhookDelivery = Answer<server.Delivery>;
export type WebhookDeliveryDetail = WebhookDelivery & {
  body: unknown;
  log: Answer<server.DeliveryAttempt>[];
};
export type Trigger = Answer<server.Trigger>;
export type TriggerDevice = server.TriggerDevice;
