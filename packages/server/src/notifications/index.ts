/** Notifications: devices are asked to call, for a task, a campaign or nothing in particular. */
export { type Call, type Heard, hearRefusals, mayResync, outstandingOf, recordCall } from './calls.ts';
export { type Callers, NOT_RUNNING } from './campaigns.ts';
export type { PushGateway } from './gateway.ts';
export { trimNotifications } from './housekeeping.ts';
export { type KeptWish, keepWish, readWish } from './kept.ts';
export { NOTIFICATION_STATES } from './life.ts';
export {
  cancelNotification,
  cancelNotificationsOf,
  countNotifications,
  createNotification,
  listNotifications,
  NO_NOTIFICATIONS,
  type Notification,
  type NotificationAttempt,
  type NotificationCounts,
  type NotificationFilter,
  type NotificationSummary,
  showNotification,
} from './notification.ts';
export { Notifier, type NotifierOptions } from './notifier.ts';
export { makePackage0 } from './package0.ts';
export { createPushing, type Pushing, type PushOptions, RESULTS_PATH, resultCredentials } from './pushing.ts';
export { NotificationChanged, runUnit } from './rows.ts';
export { DEFAULT_POLICY, type NotificationPolicy, WISHED_FORMATS, Wish } from './wish.ts';
