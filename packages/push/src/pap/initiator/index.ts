/** The initiator's side of PAP, and a gateway's when it reports results. */
export { type InitiatorOptions, type Push, type PushInitiator, pushInitiator } from './initiator.ts';
export { type Notifier, type NotifyTarget, resultNotifier } from './notifier.ts';
export type {
  CancelOutcome,
  CapabilityOutcome,
  NotifyOutcome,
  Refused,
  StatusOutcome,
  SubmitOutcome,
  Unreachable,
} from './outcome.ts';
export { type NotificationReceiverOptions, notificationReceiver } from './receiver.ts';
