/** SMPP 3.4: sessions with SMS centres, and an SMS centre for labs. */
export { type Esme, type EsmeMeans, type EsmeSettings, openEsme, type Submission } from './esme/index.ts';
export {
  decodePdu,
  describeStatus,
  ESM_CLASS,
  encodePdu,
  type MessageFields,
  PLAIN_MESSAGE,
  RECEIPT_WANTED,
  relativeTime,
  STATUS,
  STATUSES,
  type StatusRow,
  statusRow,
} from './pdu/index.ts';
export { comparableId, type IdForm, isReceipt, readReceipt } from './receipts/index.ts';
export {
  type FaultRates,
  type Faults,
  randomFaults,
  SMSC_LIMITS,
  type Smsc,
  type SmscEvent,
  type SmscLimits,
  type SmscOptions,
  startSmsc,
} from './smsc/index.ts';
