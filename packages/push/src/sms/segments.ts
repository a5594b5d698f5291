/** A push in as many short messages as it needs. */
import { EncodeError } from '@grove/protocol';
import { USER_DATA_OCTETS } from './framing.ts';
import { headerLength, type Part, type Ports, type UserData, writeUserData } from './user-data.ts';

/** Source port of the example in the standard (DM_Notification 1.2.1); terminals do not look at it. */
export const SMS_SOURCE_PORT = 49154;

/** How a push is parted. */
export interface Segmentation {
  readonly ports: Ports;
  /** Names the message if it has several parts: 0 to 255, or to 65535 where it is wide. */
  readonly reference: number;
  /** Whether the reference is told in 16 bits: fewer mix-ups, one byte less for data. */
  readonly wide: boolean;
  /** Parts that are made at most, 1 to 255. */
  readonly most: number;
}

/** Parts that one push may have by default: more are seldom delivered whole. */
export const MOST_SEGMENTS = 16;
const MOST_PARTS = 255;

/**
 * User data of one short message, or of several: without a part in the header 133 bytes fit, with one 128, or 127 where
 * the reference is wide.
 *
 * @throws {EncodeError} when more parts are needed than there may be.
 */
export function segment(data: Uint8Array, { ports, reference, wide, most }: Segmentation): Uint8Array[] {
  const one: UserData = { ports, data };
  if (headerLength({ ports }) + data.length <= USER_DATA_OCTETS) return [writeUserData(one)];
  const part: Part = { reference, total: 1, sequence: 1, wide };
  const room = USER_DATA_OCTETS - headerLength({ ports, part });
  const total = Math.ceil(data.length / room);
  const bound = Math.min(most, MOST_PARTS);
  if (total > bound) {
    throw new EncodeError(
      `${data.length} bytes need ${total} short messages; expected at most ${bound}, which hold ${bound * room}`,
    );
  }
  return Array.from({ length: total }, (_, index) =>
    writeUserData({
      ports,
      part: { ...part, total, sequence: index + 1 },
      data: data.subarray(index * room, (index + 1) * room),
    }),
  );
}
