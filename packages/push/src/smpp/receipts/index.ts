/** Delivery receipts, read and made. */
export {
  comparableId,
  type DeliveryReceipt,
  type IdForm,
  isReceipt,
  messageState,
  type ReceiptOutcome,
  type ReceiptWord,
  readReceipt,
  receiptFields,
} from './receipts.ts';
