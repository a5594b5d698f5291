import type { CarrierBytes } from '@grove/protocol';
import type { Field } from '../layout/index.ts';

/** Names of fields that are told as what is inside. */
const INSIDE = ['body', 'data'];

/** The fields of some bytes with these bytes, but for what is inside. */
export function carrierBytes(bytes: Uint8Array, layout: readonly Field[], before = ''): CarrierBytes[] {
  return layout
    .filter(({ name }) => !INSIDE.includes(name))
    .map(({ at, length, name, value }) => ({
      bytes: bytes.subarray(at, at + length),
      name: before + name,
      value,
    }));
}

/** `1 byte`, `2 bytes`. */
export function bytesInWords(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'byte' : 'bytes'}`;
}

/** `0x04` */
export function hexByte(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`;
}
