/** Notifications: devices are asked to call, for a task, a campaign or nothing in particular. */
export { type Call, type Heard, hearRefusals, mayResync, outstandingOf, recordCall } from './calls.ts';
export {
  cancelNotification,
  countNotifications,
  createNotification,
  listNotifications,
  type Notification,
  type NotificationAttempt,
  type NotificationCounts,
  type NotificationFilter,
  type NotificationSummary,
  showNotification,
} from './notification.ts';
export { NotificationChanged } from './rows.ts';
export { DEFAULT_POLICY, type NotificationPolicy, Wish } from './wish.ts';
