/** Notifications among other things: they have no beginning of their own by which they could be told. */
import {
  type FormatName,
  NOTIFICATION_FORMATS,
  notificationFormatOf,
  type ParsedNotification,
  parseNotification,
} from '../notification/index.ts';
import { forbiddenCharacter } from '../octets/index.ts';
import { MalformedError } from '../vocabulary/index.ts';

export interface ReadNotification {
  readonly bytes: Uint8Array;
  readonly notification: ParsedNotification;
}

/**
 * The notification that bytes are. Without a media type that says so they must look like nothing else: a version that
 * there is, no bit set that should not be, a ServerID that can be printed, and not a byte too few or too many.
 */
export function readNotification(
  bytes: Uint8Array,
  mediaType: string | undefined,
): ReadNotification | undefined {
  const told = mediaType === undefined ? undefined : notificationFormatOf(mediaType);
  const names: readonly FormatName[] = told === undefined ? ['1.2', '1.3'] : [told.name];
  for (const name of names) {
    try {
      const notification = parseNotification(bytes, name);
      if (told !== undefined || isPlausible(notification)) return { bytes, notification };
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
    }
  }
  return undefined;
}

function isPlausible({ notification, remarks }: ParsedNotification): boolean {
  const { format, version, serverID } = notification;
  return (
    NOTIFICATION_FORMATS[format].versions.includes(version) &&
    remarks.length === 0 &&
    forbiddenCharacter(serverID) === undefined
  );
}
