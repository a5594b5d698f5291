/** Who uses devices: numbers, languages, attributes, and which devices are whose. */
export type { Attributes, AttributeValue } from './attributes.ts';
export { type Imported, importSubscribers, patched } from './bulk.ts';
export {
  bindingsOfDevice,
  bindingsOfSubscriber,
  devicesOfSubscriber,
  type SubscriberDevice,
} from './devices.ts';
export { findSubscriber, subscriberNamed } from './find.ts';
export { type CheckedSubscriber, checkSubscriber, SubscriberInput } from './input.ts';
export {
  changeSubscriber,
  createSubscriber,
  deleteSubscriber,
  listSubscribers,
  type Subscriber,
  searchSubscribers,
  showSubscriber,
  subscriberOf,
} from './subscriber.ts';
