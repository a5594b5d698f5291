/** How much of what is to be said fits into one message. */
import { EncodeError } from '@grove/protocol';

/** A message with so many commands, or why not even one can be sent. */
export type Fit =
  | { readonly bytes: Uint8Array; readonly count: number }
  | { readonly problem: string; readonly isTooLarge: boolean; readonly count: 0 };

/**
 * Makes a message of as many commands as the device takes, roughly: half as many are tried each time.
 *
 * @param most commands that there are, at least one
 * @param limit bytes that the device takes
 * @param make the message with the first so many commands
 */
export function fitMessage(most: number, limit: number, make: (count: number) => Uint8Array): Fit {
  const attempt = (count: number): Fit => {
    try {
      const bytes = make(count);
      if (bytes.length <= limit) return { bytes, count };
      const problem = `it does not fit into the ${limit} bytes that the device takes`;
      return { problem, isTooLarge: true, count: 0 };
    } catch (error) {
      if (!(error instanceof EncodeError)) throw error;
      return { problem: error.message, isTooLarge: false, count: 0 };
    }
  };
  const all = attempt(most);
  if ('bytes' in all || most === 1) return all;
  // The first alone decides whether there is anything to look for: a device may take next to nothing.
  const first = attempt(1);
  if ('problem' in first) return first;
  for (let count = most >> 1; count > 1; count >>= 1) {
    const some = attempt(count);
    if ('bytes' in some) return some;
  }
  return first;
}
