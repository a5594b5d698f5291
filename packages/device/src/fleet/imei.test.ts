import { expect, test } from 'vitest';
import { imeiOf, luhnDigit } from './imei.ts';

test('the check digit is the one of the published example', () => {
  expect(luhnDigit('7992739871')).toBe(3);
  expect(luhnDigit('49015420323751')).toBe(8);
});

test('an IMEI has 15 digits and depends on the index alone', () => {
  expect(imeiOf(0)).toBe('001010000000008');
  expect(imeiOf(123_456_789)).toMatch(/^00101123456789\d$/);
  expect(imeiOf(7)).toBe(imeiOf(7));
  expect(() => imeiOf(1e9)).toThrow('expected a whole number from 0 to 999999999');
});
