/**
 * The tables, as Kysely sees them; the same on SQLite and PostgreSQL.
 *
 * Times are milliseconds since the epoch, ids are numbers, JSON is text written and read by the folder
 * that owns the column, secrets are sealed texts (see `secrets/`).
 */
import type { AccessTables } from './access.ts';
import type { CampaignsTables } from './campaigns.ts';
import type { CareTables } from './care.ts';
import type { ContentsTables } from './contents.ts';
import type { DeclaredTables } from './declared.ts';
import type { DevicesTables } from './devices.ts';
import type { GroupsTables } from './groups.ts';
import type { InstancesTables } from './instances.ts';
import type { LogTables } from './log.ts';
import type { NotificationsTables } from './notifications.ts';
import type { PoliciesTables } from './policies.ts';
import type { ProfilesTables } from './profiles.ts';
import type { RulesTables } from './rules.ts';
import type { SessionsTables } from './sessions.ts';
import type { SubscribersTables } from './subscribers.ts';
import type { TreesTables } from './trees.ts';
import type { TriggersTables } from './triggers.ts';
import type { WebhooksTables } from './webhooks.ts';
import type { WorkTables } from './work.ts';

export type * from './access.ts';
export type * from './campaigns.ts';
export type * from './care.ts';
export type * from './contents.ts';
export type * from './declared.ts';
export type * from './devices.ts';
export type * from './groups.ts';
export type * from './instances.ts';
export type * from './log.ts';
export type * from './notifications.ts';
export type * from './policies.ts';
export type * from './profiles.ts';
export type * from './rules.ts';
export type * from './sessions.ts';
export type * from './subscribers.ts';
export type * from './trees.ts';
export type * from './triggers.ts';
export type * from './webhooks.ts';
export type * from './work.ts';

export interface Database
  extends DevicesTables,
    WorkTables,
    ProfilesTables,
    PoliciesTables,
    CampaignsTables,
    RulesTables,
    SessionsTables,
    CareTables,
    TriggersTables,
    WebhooksTables,
    ContentsTables,
    SubscribersTables,
    NotificationsTables,
    GroupsTables,
    LogTables,
    InstancesTables,
    AccessTables,
    DeclaredTables,
    TreesTables {}
