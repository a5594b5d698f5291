/**
 * Large values: how they travel, and how they are kept.
 *
 * In the content store a value is raw: bytes as they are, text as UTF-8. On the wire it is text, base64 or, in
 * WBXML, bytes.
 */
import {
  type Content,
  contentText,
  decodeBase64,
  decodeUtf8,
  forbiddenCharacter,
  formatOf,
  type Item,
  type Meta,
  STATUS,
  type StoredValue,
  sizeOf,
  TreeError,
} from '@grove/protocol';
import type { ContentStore } from '../content-store/index.ts';

/** Bytes from which on a value is kept in the content store, and tree and session only refer to it. */
export const STORED_FROM = 16 * 1024;

/** Bytes of an identifier in the content store, which is hexadecimal. */
const ID_BYTES = 16;

/** How a value travels. */
export type Form = 'text' | 'base64' | 'bytes';

/** Where large values go. */
export interface Shelf {
  readonly contents: ContentStore;
  /** Unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array;
}

/** How the first Data of a value says that all of it travels. */
export function formOf(format: string | undefined, data: Content): Form {
  const named = formatOf(format ?? 'chr');
  if (named !== 'b64' && named !== 'bin') return 'text';
  return data instanceof Uint8Array ? 'bytes' : 'base64';
}

/** Raw bytes that a value has at least, if it has so many as it travels. */
export function leastRawSize(form: Form, size: number): number {
  return form === 'base64' ? Math.floor((size * 3) / 4) - 2 : size;
}

/** Bytes of a Data as it travels. */
export function travelSize(data: Content): number {
  return data instanceof Uint8Array ? data.length : sizeOf(contentText(data) ?? '');
}

/** What a piece of a value is, raw. */
export interface Piece {
  readonly bytes: Uint8Array;
  /** The end of it that means nothing without the next piece: base64 digits, or base64 of bytes of a character. */
  readonly carry: string;
}

/**
 * The raw bytes of the next piece of a value; undefined when it is not of that form, or a text with characters
 * that no XML can carry.
 *
 * @param carry what the piece before left over; empty for the first.
 */
export function nextPiece(form: Form, carry: string, data: Content, isLast: boolean): Piece | undefined {
  if (form === 'bytes') return { bytes: bytesOf(data), carry: '' };
  if (form === 'base64') return fromBase64(carry, data, isLast);
  const bytes = joined(Uint8Array.fromBase64(carry), bytesOf(data));
  const end = isLast ? bytes.length : wholeCharacters(bytes);
  const text = decodeUtf8(bytes.subarray(0, end));
  if (text === undefined || forbiddenCharacter(text) !== undefined) return undefined;
  return { bytes: bytes.subarray(0, end), carry: bytes.subarray(end).toBase64() };
}

function fromBase64(carry: string, data: Content, isLast: boolean): Piece | undefined {
  if (typeof data !== 'string') return undefined;
  const digits = carry + data.replaceAll(/\s+/g, '');
  const end = isLast ? digits.length : digits.length - (digits.length % 4);
  // Padding at the end of a part ends what was encoded in one go, and the next part begins anew.
  const bytes = decodeBase64(digits.slice(0, end));
  return bytes === undefined ? undefined : { bytes, carry: digits.slice(end) };
}

const utf8 = new TextEncoder();

function bytesOf(data: Content): Uint8Array {
  return data instanceof Uint8Array ? data : utf8.encode(contentText(data) ?? '');
}

/** Bytes of UTF-8 up to the end of the last character that is whole. */
export function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const wanted = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return wanted > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

export function newContentId({ random }: Pick<Shelf, 'random'>): string {
  return random(ID_BYTES).toHex();
}

/** Keeps a value that is at hand. @throws {ContentStoreFullError} */
export async function shelve(shelf: Shelf, bytes: Uint8Array): Promise<StoredValue> {
  const stored = newContentId(shelf);
  await shelf.contents.write(stored, 0, bytes);
  return { stored, size: bytes.length };
}

/** A value that was kept, in the form in which an Item carries it. */
export async function unshelve(
  shelf: Shelf,
  { stored, size }: StoredValue,
  form: Form,
): Promise<string | Uint8Array> {
  const bytes = await shelf.contents.read(stored, 0, size);
  return form === 'text' ? (decodeUtf8(bytes) ?? bytes) : bytes;
}

/**
 * Keeps the value of an Item, if it is so large that the tree should not hold it; else undefined.
 *
 * @throws {TreeError} 415 for a Data that is not what its Format says.
 * @throws {ContentStoreFullError}
 */
export async function shelveItem(
  shelf: Shelf,
  item: Item,
  meta: Meta | undefined,
): Promise<StoredValue | undefined> {
  const { data = '' } = item;
  if (travelSize(data) < STORED_FROM) return undefined;
  const form = formOf(item.meta?.format ?? meta?.format, data);
  const piece = nextPiece(form, '', data, true);
  if (piece === undefined) {
    throw new TreeError(STATUS.UNSUPPORTED_FORMAT, item.target?.locURI ?? '', `its Data is no ${form}`);
  }
  return piece.bytes.length < STORED_FROM ? undefined : shelve(shelf, piece.bytes);
}
