/** Type allocation codes that begin so belong to test equipment, never to a phone on sale. */
const TEST_PREFIX = '00101';

/** The check digit that follows `digits` (ISO/IEC 7812 annex B, "Luhn"). */
export function luhnDigit(digits: string): number {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place]);
    const doubled = place % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return (10 - (sum % 10)) % 10;
}

/**
 * The IMEI of a simulated device: 15 digits, valid, always the same for the same index.
 *
 * @param index 0…999 999 999.
 * @throws {RangeError} for any other index.
 */
export function imeiOf(index: number): string {
  if (!Number.isInteger(index) || index < 0 || index > 999_999_999) {
    throw new RangeError(
      `index of a simulated device is ${index}; expected a whole number from 0 to 999999999`,
    );
  }
  const digits = TEST_PREFIX + String(index).padStart(9, '0');
  return digits + luhnDigit(digits);
}
