/** What all bearers have in common: the gateway's end and the terminal's. */
export type { Attempt, Bearer, BearerMeans, Health, Receipt, Shipment } from './bearer.ts';
export type { BearerKind } from './kind.ts';
export { DM_APPLICATION, type PushContent } from './push.ts';
export {
  type ReceivedPush,
  type Receiver,
  ReceiverError,
  type ReceiverKind,
  type ReceiverMeans,
} from './receiver.ts';
