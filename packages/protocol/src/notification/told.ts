/** The informative text in each format. */

import { textOf, utf8Within } from '../octets/index.ts';
import { MalformedError } from '../vocabulary/index.ts';
import type { Notification, NotificationOption } from './notification.ts';
import { CONNECT_REASON, optionType, VENDOR_INFO } from './options.ts';
import { REASON_LIMITS, type ReadReason, type Reason, readReason, writeReason } from './reason.ts';

const MAX_CONNECT_REASON = optionType(CONNECT_REASON)?.most ?? 0;

/**
 * The vendor's part of a DM 1.2 notification that tells this; empty where there is nothing to tell.
 *
 * @throws {EncodeError}
 */
export function reasonBody(reason: Reason | undefined): Uint8Array {
  return reason === undefined ? new Uint8Array(0) : writeReason(reason);
}

/**
 * The options of a DM 1.3 notification that tell this: the text as Connect-Reason, and what DM 1.3 has no place for as
 * Vendor-Info in the layout of DM 1.2's vendor part.
 *
 * @throws {EncodeError}
 */
export function reasonOptions(reason: Reason | undefined): NotificationOption[] {
  if (reason === undefined) return [];
  const { text, ...others } = reason;
  const options: NotificationOption[] = [];
  if (text !== undefined)
    options.push({ number: CONNECT_REASON, value: utf8Within(text, 'text', 1, REASON_LIMITS.text) });
  if (Object.values(others).some((value) => value !== undefined))
    options.push({ number: VENDOR_INFO, value: writeReason(others) });
  return options;
}

/**
 * What a notification tells the user, in either format.
 *
 * @throws {MalformedError} when it seems to tell something and cannot be read.
 */
export function readTold(notification: Notification): ReadReason {
  if (notification.format === '1.2') return readReason(notification.body);
  const optionOf = (number: number): Uint8Array | undefined =>
    notification.options.find((option) => option.number === number)?.value;
  const vendor = readReason(optionOf(VENDOR_INFO) ?? new Uint8Array(0));
  const reason = optionOf(CONNECT_REASON);
  if (reason === undefined) return vendor;
  const text = textOf(reason, 'Connect-Reason', MAX_CONNECT_REASON, 0);
  return { kind: 'reason', reason: { ...(vendor.kind === 'reason' ? vendor.reason : {}), text } };
}

/** What a notification tells the user; undefined where there is nothing, or nothing that can be read. */
export function reasonOf(notification: Notification): Reason | undefined {
  try {
    const told = readTold(notification);
    return told.kind === 'reason' ? told.reason : undefined;
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return undefined;
  }
}
