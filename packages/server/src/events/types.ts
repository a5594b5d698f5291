/** What is recorded: each type of event with what it says. A new one is a row here. */
export const EVENT_TYPES = {
  'device.registered': 'A device was registered',
  'device.imported': 'Devices were imported, many at once',
  'device.removed': 'A device was deleted',
  'device.addressed': 'A device got an address, or lost one',
  'subscriber.bound': 'A device is that of a subscriber now',
  'subscriber.unbound': 'A device is not that of a subscriber any more',
  'group.created': 'A group was made',
  'group.changed': 'A group means other devices, or has other variables',
  'group.removed': 'A group was deleted',
  'task.succeeded': 'A task was done on its device',
  'task.failed': 'A task came to nothing',
  'task.cancelled': 'A task was cancelled',
  'campaign.created': 'A campaign was made',
  'campaign.submitted': 'A campaign waits for the approval of a second person',
  'campaign.approved': 'A second person has approved a campaign',
  'campaign.denied': 'A second person has denied a campaign',
  'campaign.scheduled': 'A campaign begins when its time has come',
  'campaign.begun': 'A campaign has begun',
  'campaign.wave': 'The next wave of a campaign has begun',
  'campaign.paused': 'A campaign was paused, or has paused because too many devices failed',
  'campaign.resumed': 'A campaign goes on',
  'campaign.stopping': 'A campaign is begun by no further device',
  'campaign.stopped': 'A campaign has come to its end before every device had an outcome',
  'campaign.finished': 'A campaign has an outcome on every device',
  'campaign.cancelled': 'A campaign was cancelled',
  'policy.created': 'A policy brings a profile to its devices',
  'policy.removed': 'A policy was deleted, and is taken back from its devices',
  'policy.drifted': 'A device is not as a policy has made it',
  'policy.failed': 'A policy could not be brought about on a device, or taken back',
  'notification.queued': 'A device is to be asked to call',
  'notification.submitted': 'The gateway has a push of a notification',
  'notification.sent': 'The network has a push of a notification',
  'notification.delivered': 'The device has a push of a notification',
  'notification.undeliverable': 'A push of a notification does not reach the device',
  'notification.opened': 'The session that a notification asked for has begun',
  'notification.refused': 'The user has refused, or could not be asked',
  'notification.expired': 'A device has not called in time',
  'notification.failed': 'There is no way to ask a device to call',
  'notification.cancelled': 'A device need not call any more',
  'care.case.opened': 'An error is to be looked after by customer care',
  'care.case.resolved': 'A case of customer care is resolved',
  'webhook.disabled': 'An address is told of events no more, because it does not take them',
  'rule.fired': 'A rule has found a device and acted',
  'rule.still-matching': 'A rule holds although what it did has succeeded',
  'network.reported': 'Another network element has reported something of a device',
  'trigger.finished': 'What another system has asked for has come to its end',
  'alert.received': 'A device reported something of its own accord',
} as const;

export type EventType = keyof typeof EVENT_TYPES;

/** All types of events. */
export const EVENT_NAMES = Object.keys(EVENT_TYPES) as readonly EventType[];

/** The types that a name stands for: itself, or all that begin with it and a dot. */
export function typesNamed(name: string): EventType[] {
  return EVENT_NAMES.filter((type) => type === name || type.startsWith(`${name}.`));
}

/** What {@link typesNamed} takes, for errors. */
export function typeNames(): string {
  return [...new Set(EVENT_NAMES.flatMap((type) => [type.split('.', 1)[0] ?? type, type]))].sort().join(', ');
}
