/** Values that go in several messages (OMA-TS-DM-Protocol 1.2.1, large object handling). */
import { decodeUtf8, type Encoding, type Format } from '@grove/protocol';
import { type Form, wholeCharacters } from './large-value.ts';
import type { Large, Pending, Whole } from './reply.ts';

/** Bytes that a message with a part of a value has at most, however much the server takes. */
export const MAX_SENT = 256 * 1024;

/** How a value is sent: bytes go as they are where the encoding can carry them. */
export function sentFormOf(format: Format, encoding: Encoding): Form {
  if (format !== 'bin') return 'text';
  return encoding === 'wbxml' ? 'bytes' : 'base64';
}

/** Characters of the base64 of so many bytes. */
function base64Size(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}

export function isLarge(pending: Pending): pending is Large {
  return pending.name === 'Large';
}

/** Bytes of a large value that are left to send. */
export function leftOf({ value, at }: Large): number {
  return value.size - at;
}

/** A part of a large value: the command that carries it, and how many raw bytes that are. */
export interface Part {
  readonly command: Whole;
  readonly bytes: number;
}

/**
 * The next part of a large value.
 *
 * @param slice raw bytes from where the value goes on.
 * @param most of them that the part may have; less when they end in the middle of a character.
 */
export function partOf(large: Large, slice: Uint8Array, most: number): Part {
  const { form, value, at } = large;
  const rest = leftOf(large);
  const isLast = most >= rest && slice.length >= rest;
  const wanted = slice.subarray(0, most);
  const taken = isLast ? wanted : wanted.subarray(0, wholeUnits(form, wanted));
  const isFirst = at === 0 && !isLast;
  const size = form === 'base64' ? base64Size(value.size) : value.size;
  return {
    bytes: taken.length,
    command: carrying(large, {
      data: dataOf(form, taken),
      moreData: !isLast,
      size: isFirst ? size : undefined,
    }),
  };
}

/** Meta is repeated with each part, Size is told with the first. */
function carrying(
  { command }: Large,
  { data, moreData, size }: { data: string | Uint8Array; moreData: boolean; size: number | undefined },
): Whole {
  const [item = {}] = command.items;
  const meta = size === undefined ? item.meta : { emi: [], ...item.meta, size };
  return {
    ...command,
    items: [
      { ...item, ...(meta === undefined ? {} : { meta }), data, ...(moreData ? { moreData: true } : {}) },
    ],
  };
}

/** What is left of a large value when so many more bytes of it have been sent. */
export function advanced(large: Large, bytes: number): Large {
  return { ...large, at: large.at + bytes };
}

function wholeUnits(form: Form, bytes: Uint8Array): number {
  if (form === 'base64') return bytes.length - (bytes.length % 3);
  return form === 'text' ? wholeCharacters(bytes) : bytes.length;
}

function dataOf(form: Form, bytes: Uint8Array): string | Uint8Array {
  if (form === 'base64') return bytes.toBase64();
  return form === 'text' ? (decodeUtf8(bytes) ?? bytes) : bytes;
}
