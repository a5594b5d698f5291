/** The OMA DM server. */
export type { Page } from '@grove/api';
export { ADDRESS_KINDS, type DeviceAddresses, type DeviceAddressKind } from './addresses/index.ts';
export type { Alert } from './alerts/index.ts';
export type {
  Campaign,
  CampaignCounts,
  CampaignSummary,
  CampaignWave,
  Outcome,
} from './campaigns/index.ts';
export type { CareCase, CareCaseDetail, CareNote } from './care/index.ts';
export type { Content } from './contents/index.ts';
export type {
  Account,
  AccountInput,
  ClientCredentials,
  Credentials,
  Device,
  DeviceDetail,
  DeviceNode,
  DeviceTree,
  Failures,
  LockoutPolicy,
  NewDevice,
} from './devices/index.ts';
export { DEFAULT_LOCKOUT } from './devices/index.ts';
export type { Event } from './events/index.ts';
export type { Completion, Completions } from './expressions/index.ts';
export type { Group, MembersChanged, Membership } from './groups/index.ts';
export {
  type FirstToken,
  type Grove,
  type GroveOptions,
  type OwnPushOptions,
  openGrove,
  resealDatabase,
  VERSION,
} from './grove.ts';
export { DEFAULT_RETENTION, type Retention } from './housekeeping/index.ts';
export {
  type Addresses,
  createServer,
  DEFAULT_HTTP_LIMITS,
  DEFAULT_LIMITS,
  DM_PATH,
  type DmLimits,
  type GroveServer,
  type HttpLimits,
  type ServerOptions,
  TlsError,
  type TlsOptions,
  type TlsVersion,
} from './http/index.ts';
export type { KnownInstance, KnownInstances } from './instances/index.ts';
export type { ModelDetail, ModelSummary } from './models/index.ts';
export {
  DEFAULT_POLICY,
  NOTIFICATION_STATES,
  type Notification,
  type NotificationAttempt,
  type NotificationCounts,
  type NotificationPolicy,
  type NotificationSummary,
  type PushOptions,
  RESULTS_PATH,
  type Wish,
} from './notifications/index.ts';
export type { Outcome as ExplainedOutcome } from './outcomes/index.ts';
export type { ComplianceCounts, DeviceCompliance, PolicyDocument } from './policies/index.ts';
export type {
  Profile,
  ProfileDifference,
  ProfileDocument,
  ProfileInput,
  ProfileRun,
  ProfileSummary,
  ProfileUses,
  ProfileVersionSummary,
} from './profiles/index.ts';
export type { ModelQuirk } from './quirks/index.ts';
export type { Reason, ReasonSummary } from './reasons/index.ts';
export type { Refusal } from './refusals/index.ts';
export type { Evidence, Firing, Rule, RuleCounts, RuleDevice, RuleTest } from './rules/index.ts';
export {
  addKey,
  createToken,
  KEYS_FILE,
  type ListedToken,
  SecretError,
  TOKEN_FILE,
} from './secrets/index.ts';
export type { Session, SessionMessage, SessionOutcome } from './sessions/index.ts';
export type {
  CommandResult,
  CommandStep,
  ConvergeStep,
  ExecStep,
  InstanceStep,
  Step,
} from './steps/index.ts';
export { type Store, StoreError, StoreUnavailable } from './store/index.ts';
export type {
  CheckedSubscriber,
  Subscriber,
  SubscriberDevice,
  SubscriberInput,
} from './subscribers/index.ts';
export type { Task, TaskSummary } from './tasks/index.ts';
export type { NamedDefinition, Trigger, TriggerDevice, TriggerRequest } from './triggers/index.ts';
export type { Delivery, DeliveryAttempt, DeliveryDetail, Webhook } from './webhooks/index.ts';
