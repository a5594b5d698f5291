/** The SessionIDs that notifications name, and how devices give them back. */
import { formatSessionID } from '@grove/protocol';

/** Devices that count their own sessions begin with small numbers. */
const LEAST = 0x1000;
const MOST = 0xffff;

/**
 * A SessionID that is none of these, unpredictable.
 *
 * @param random unpredictable bytes
 * @param taken at most some hundreds
 */
export function chooseSessionID(random: (bytes: number) => Uint8Array, taken: ReadonlySet<number>): number {
  const [high = 0, low = 0] = random(2);
  let chosen = LEAST + (((high << 8) | low) % (MOST - LEAST + 1));
  while (taken.has(chosen)) chosen = chosen === MOST ? LEAST : chosen + 1;
  return chosen;
}

/**
 * Whether a device means this session: by upper-case hexadecimal as the standard has it or, as devices in the field do, in
 * lower case, with leading zeros, with its bytes swapped, or in decimal.
 */
export function namesSession(said: string, sessionID: number): boolean {
  const text = said
    .trim()
    .toUpperCase()
    .replace(/^0+(?=.)/, '');
  const swapped = ((sessionID & 0xff) << 8) | (sessionID >> 8);
  return (
    text === formatSessionID(sessionID) || text === formatSessionID(swapped) || text === String(sessionID)
  );
}
