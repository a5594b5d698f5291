/** The options of the format that DM 1.3 adds: what each is called, and holds. */

import { type ByteReader, bytesOf, joined, within } from '../octets/index.ts';
import { EncodeError, MalformedError } from '../vocabulary/index.ts';
import type { NotificationOption } from './notification.ts';

/** What is known of an option. */
export interface OptionType {
  readonly number: number;
  readonly name: string;
  readonly holds: 'text' | 'number' | 'bytes';
  /** Bytes. */
  readonly least: number;
  readonly most: number;
  /** Whether there may be several. */
  readonly several: boolean;
}

export const SERVER_ID = 1;
export const CONNECT_REASON = 5;
export const VENDOR_INFO = 6;

/** The options that are known; others are kept as they are. */
export const OPTION_TYPES: readonly OptionType[] = [
  { number: SERVER_ID, name: 'Server-ID', holds: 'text', least: 1, most: 256, several: false },
  { number: 2, name: 'Targeted-MO', holds: 'number', least: 1, most: 2, several: true },
  { number: 3, name: 'Requested-MO', holds: 'number', least: 1, most: 2, several: true },
  { number: 4, name: 'Preferred-Bearer', holds: 'number', least: 1, most: 1, several: true },
  { number: CONNECT_REASON, name: 'Connect-Reason', holds: 'text', least: 1, most: 4095, several: false },
  { number: VENDOR_INFO, name: 'Vendor-Info', holds: 'bytes', least: 1, most: 4095, several: false },
];

const BY_NUMBER = new Map(OPTION_TYPES.map((type) => [type.number, type]));

/** What is known of an option; undefined = nothing. */
export function optionType(number: number): OptionType | undefined {
  return BY_NUMBER.get(number);
}

const LENGTH_BITS = 12;
const MAX_NUMBER = 15;
const MAX_LENGTH = 2 ** LENGTH_BITS - 1;

/** @throws {EncodeError} for options out of order, twice, or too long or short. */
export function writeOptions(options: readonly NotificationOption[]): Uint8Array {
  checkOptions(options, (reason) => new EncodeError(reason));
  return joined(
    ...options.flatMap(({ number, value }) => {
      within(number, 'number of an option', 0, MAX_NUMBER);
      within(value.length, `length of option ${number}`, 0, MAX_LENGTH);
      return [bytesOf((number << LENGTH_BITS) | value.length, 2), value];
    }),
  );
}

/** @throws {MalformedError} */
export function readOptions(reader: ByteReader, count: number): NotificationOption[] {
  const options: NotificationOption[] = [];
  for (let read = 0; read < count; read++) {
    const prefix = reader.number(2, `option ${read + 1} of ${count}`);
    const number = prefix >> LENGTH_BITS;
    options.push({ number, value: reader.take(prefix & MAX_LENGTH, `option ${number}`).slice() });
  }
  if (reader.left > 0)
    throw new MalformedError(`${reader.left} bytes behind the last of ${count} options`, reader.at);
  checkOptions(options, (reason) => new MalformedError(reason));
  return options;
}

function checkOptions(options: readonly NotificationOption[], fault: (reason: string) => Error): void {
  let last = 0;
  for (const { number, value } of options) {
    const type = optionType(number);
    const name = type?.name ?? `option ${number}`;
    if (number < last) throw fault(`${name} stands behind option ${last}; expected ascending numbers`);
    if (number === last && type?.several === false) throw fault(`${name} is there twice; expected it once`);
    if (type !== undefined && (value.length < type.least || value.length > type.most))
      throw fault(`${name} has ${value.length} bytes; expected ${type.least} to ${type.most}`);
    last = number;
  }
}
