/** Which values a leaf may have, beyond what its format says. */
import { isStored, type LeafData, sizeOf, ValueError } from './value.ts';

/**
 * What a description allows as values of a leaf. The standard has no words for it; makers add their own to the
 * documents that they publish.
 */
export interface Allowed {
  /** Most bytes of the value. */
  readonly maxLen?: number | undefined;
  /** The only values that there may be; of bool and int as they are kept, `true` and `5`. */
  readonly values?: readonly string[] | undefined;
  /** Smallest and greatest of a number. */
  readonly least?: number | undefined;
  readonly most?: number | undefined;
}

/** Status codes: what is too long is too large (413); no other code fits a wrong value than that of a wrong format. */
const TOO_LARGE = 413;
/** Values that an error shows. */
const SHOWN = 12;

/**
 * Checks a value, as it is to be kept.
 *
 * @throws {ValueError} with status 413 when it is too long, 415 when it is none of those that there may be.
 */
export function checkAllowed(data: LeafData, { maxLen, values, least, most }: Allowed): void {
  const size = sizeOf(data);
  if (maxLen !== undefined && size > maxLen)
    throw new ValueError(`${size} bytes, expected ${maxLen} at most`, { status: TOO_LARGE });
  if (isStored(data) || data instanceof Uint8Array) return;
  const shown = `"${data.slice(0, 40)}"`;
  if (values !== undefined && !values.includes(data)) {
    const some = values.slice(0, SHOWN).join(', ');
    throw new ValueError(`${shown}, expected one of ${some}${values.length > SHOWN ? ', …' : ''}`);
  }
  if (least === undefined && most === undefined) return;
  const number = data.trim() === '' ? Number.NaN : Number(data);
  const isIn = number >= (least ?? Number.NEGATIVE_INFINITY) && number <= (most ?? Number.POSITIVE_INFINITY);
  if (!isIn) throw new ValueError(`${shown}, expected a number ${rangeOf(least, most)}`);
}

function rangeOf(least: number | undefined, most: number | undefined): string {
  if (least === undefined) return `of ${most} at most`;
  return most === undefined ? `of ${least} at least` : `from ${least} to ${most}`;
}
