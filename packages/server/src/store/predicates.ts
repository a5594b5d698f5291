import { type RawBuilder, type SqlBool, sql } from 'kysely';

// The indexes for what is still to be done hold only those rows, and a query has the use of them only if it says
// so in its text, not by a parameter. So these conditions are written here once, as the indexes have them.

/** `tasks.state` is `pending` or `running`; served in order of id by `(device_id, id)`. */
export const isTaskToDo: RawBuilder<SqlBool> = sql`tasks.state in ('pending', 'running')`;

/** `campaigns.state` is one in which something may still become of it; served by `(id)`. */
export const isCampaignActive: RawBuilder<SqlBool> = sql`campaigns.state in ('awaiting-approval', 'scheduled', 'running', 'paused', 'stopping')`;

/** `campaigns.state` is `running`; served by the index of {@link isCampaignActive}. */
export const isCampaignRunning: RawBuilder<SqlBool> = sql`campaigns.state in ('awaiting-approval', 'scheduled', 'running', 'paused', 'stopping') and campaigns.state = 'running'`;

/** `sessions.state` is `open`; served in order of id. */
export const isSessionOpen: RawBuilder<SqlBool> = sql`sessions.state = 'open'`;

/** `sessions.outcome` is neither null nor `completed`; served by `(outcome, id)`. */
export const isSessionIncomplete: RawBuilder<SqlBool> = sql`sessions.outcome <> 'completed'`;

/** `notifications.state` is one in which the device may still call because of it; served by `(device_id, session_id)`. */
export const isNotificationOutstanding: RawBuilder<SqlBool> = sql`notifications.state in ('queued', 'submitted', 'sent', 'delivered')`;

/** Devices of the campaign are still to be asked to call, or not to be asked any more; served by `(id)`. */
export const isCampaignNotifying: RawBuilder<SqlBool> = sql`campaigns.notify is not null and campaigns.notified_up_to >= 0`;

/** `contents.state` is `complete`; served in order of id. */
export const isContentComplete: RawBuilder<SqlBool> = sql`contents.state = 'complete'`;

/** `contents.state` is `partial`; served in order of `changed_at`. */
export const isContentPartial: RawBuilder<SqlBool> = sql`contents.state = 'partial'`;

/** `contents.state` is `dropped`; served in order of id. */
export const isContentDropped: RawBuilder<SqlBool> = sql`contents.state = 'dropped'`;

/** The device is bound to the subscriber at present; served by `(device_id)`. */
export const isBindingCurrent: RawBuilder<SqlBool> = sql`subscriber_devices.to_at is null`;

/** The case is to be looked after; served by `(id)`, `(key)`, `(device_id)` and `(subscriber_id)`. */
export const isCaseOpen: RawBuilder<SqlBool> = sql`care_cases.state <> 'resolved'`;

/** The case is resolved; served in order of `resolved_at`. */
export const isCaseResolved: RawBuilder<SqlBool> = sql`care_cases.state = 'resolved'`;

/** `webhook_deliveries.state` is `pending`; served by `(webhook_id, next_at)`. */
export const isDeliveryPending: RawBuilder<SqlBool> = sql`webhook_deliveries.state = 'pending'`;

/** `webhook_deliveries.state` is not `pending`; served in order of `finished_at`. */
export const isDeliveryOver: RawBuilder<SqlBool> = sql`webhook_deliveries.state <> 'pending'`;

/** `triggers.finished_at` is null; served in order of id. */
export const isTriggerOpen: RawBuilder<SqlBool> = sql`triggers.finished_at is null`;
