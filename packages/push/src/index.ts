/** How a push reaches a terminal. */
export type { Address, AddressKind } from './address/index.ts';
export {
  type Attempt,
  type Bearer,
  type BearerKind,
  type BearerMeans,
  DM_APPLICATION,
  type Health,
  type PushContent,
  type Receipt,
  type ReceivedPush,
  type Receiver,
  type ReceiverMeans,
  type Shipment,
} from './bearer/index.ts';
export { BEARERS } from './bearers/index.ts';
