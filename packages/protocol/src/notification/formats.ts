/** Notifications as bytes: which formats there are, and how each is told from the other. */
import type { Secret } from '../auth/index.ts';
import { joined } from '../octets/index.ts';
import { LimitError, MalformedError } from '../vocabulary/index.ts';
import { DIGEST_BYTES, notificationDigest } from './digest.ts';
import type { FormatName, Notification, ParsedNotification } from './notification.ts';
import { readNumbered, writeNumbered } from './numbered.ts';
import { readTrigger, writeTrigger } from './trigger.ts';

/** A message format. */
export interface NotificationFormat {
  readonly name: FormatName;
  readonly mediaType: string;
  /** Code of the media type in WSP; with 0x80 it is the byte of the header. */
  readonly wspCode: number;
  /** Versions that it is known to have. */
  readonly versions: readonly number[];
}

export const NOTIFICATION_FORMATS: Readonly<Record<FormatName, NotificationFormat>> = {
  '1.2': {
    name: '1.2',
    mediaType: 'application/vnd.syncml.notification',
    wspCode: 0x44,
    versions: [11, 10],
  },
  '1.3': {
    name: '1.3',
    mediaType: 'application/vnd.syncml.dm.notification',
    wspCode: 0x58,
    versions: [13],
  },
};

/** Bytes of a notification that is read: more than any that can be pushed usefully. */
export const MAX_NOTIFICATION = 16 * 1024;

/** Bytes of a notification that fit into one SMS: 140 less the ports (7) and the headers of WSP (6). */
export const ONE_SMS = 127;

/** The format of a media type, whatever its case and parameters; undefined = it is none of a notification. */
export function notificationFormatOf(mediaType: string): NotificationFormat | undefined {
  const [name = ''] = mediaType.split(';');
  const wanted = name.trim().toLowerCase();
  return Object.values(NOTIFICATION_FORMATS).find((format) => format.mediaType === wanted);
}

/**
 * A notification as it travels, with its digest.
 *
 * @param secret the server's credentials, with its ServerID as the user
 * @param nonce the server's next one, which the device has given it; or the resynchronisation nonce
 * @throws {EncodeError} when the format cannot carry it.
 */
export function buildNotification(notification: Notification, secret: Secret, nonce: Uint8Array): Uint8Array {
  const covered = notification.format === '1.2' ? writeTrigger(notification) : writeNumbered(notification);
  return joined(notificationDigest(covered, secret, nonce), covered);
}

/**
 * Reads a notification; its digest is not checked here.
 *
 * @throws {MalformedError}
 */
export function parseNotification(bytes: Uint8Array, format: FormatName): ParsedNotification {
  if (bytes.length > MAX_NOTIFICATION) {
    throw new LimitError(`${bytes.length} bytes; expected a notification of at most ${MAX_NOTIFICATION}`);
  }
  if (bytes.length < DIGEST_BYTES) {
    throw new MalformedError(`${bytes.length} bytes; expected a digest of ${DIGEST_BYTES}`);
  }
  const digest = bytes.slice(0, DIGEST_BYTES);
  const covered = bytes.slice(DIGEST_BYTES);
  return { ...(format === '1.2' ? readTrigger(covered) : readNumbered(covered)), digest, covered };
}
