/** A device and the notifications (Package #0) that come to it: checked, remembered, and shown to its user. */
export { notificationAlert } from './alert.ts';
export { type Checked, checkNotification, type Known } from './check.ts';
export { type Consent, consentTo, type Verdict } from './consent.ts';
export { Interruptions } from './interruptions.ts';
export { NotificationMemory } from './memory.ts';
export type {
  Decision,
  Ignored,
  IgnoredBecause,
  NotificationOutcome,
  NotifiedSession,
  Taken,
} from './outcome.ts';
export type { NotificationRecord, SeenNotification, WaitingNotification } from './record.ts';
