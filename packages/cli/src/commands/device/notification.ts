import { isFound, NOTIFICATION_FORMATS, readCapture } from '@grove/protocol';
import { UsageError } from '../../program/index.ts';
import { readInput } from '../input.ts';

/**
 * The notification in a file: as bytes, hexadecimal or base64.
 *
 * @throws {UsageError} when there is none in it.
 */
export async function readNotification(file: string): Promise<{ bytes: Uint8Array; mediaType: string }> {
  const [part] = readCapture(await readInput(file));
  if (part === undefined || !isFound(part) || !('notification' in part)) {
    throw new UsageError(`${file}: expected a notification, as grove notify makes them`);
  }
  const { format } = part.notification.notification;
  return { bytes: part.bytes, mediaType: NOTIFICATION_FORMATS[format].mediaType };
}
