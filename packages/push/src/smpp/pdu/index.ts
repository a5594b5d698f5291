/** PDUs of SMPP 3.4: bytes and what they say. */
export * from './commands.ts';
export { type BadPdu, decodePdu, encodePdu, HEADER_BYTES, MOST_PDU_BYTES } from './pdu.ts';
export { describeStatus, STATUS, STATUSES, type StatusRow, statusRow } from './status.ts';
export { absoluteTime, readTime, relativeTime } from './time.ts';
