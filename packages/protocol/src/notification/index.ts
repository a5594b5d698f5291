/** Package #0: how a server asks a device for a session (OMA DM Notification Initiated Session 1.2.1, and DM 1.3's). */
export { nonceBehind, notificationDigest } from './digest.ts';
export {
  buildNotification,
  MAX_NOTIFICATION,
  NOTIFICATION_FORMATS,
  type NotificationFormat,
  notificationFormatOf,
  ONE_SMS,
  parseNotification,
} from './formats.ts';
export {
  type FormatName,
  formatSessionID,
  INITIATORS,
  type Initiator,
  NOTIFICATION_ALERT,
  type Notification,
  type Notification12,
  type Notification13,
  type NotificationOption,
  type ParsedNotification,
  UI_MODES,
  type UiMode,
} from './notification.ts';
export { type OptionType, optionType } from './options.ts';
export { REASON_LIMITS, type ReadReason, type Reason } from './reason.ts';
export { readTold, reasonBody, reasonOf, reasonOptions } from './told.ts';
