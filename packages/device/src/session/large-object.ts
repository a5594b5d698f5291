/**
 * Values that come in several messages (OMA-TS-DM-Protocol 1.2.1, large object handling). Each part is in the
 * content store before it is acknowledged, so that no more of a value is in memory than one message brings.
 */
import { type Item, type Meta, STATUS, type StoredValue } from '@grove/protocol';
import { isDocument, targetOf } from './item.ts';
import {
  type Form,
  formOf,
  leastRawSize,
  newContentId,
  nextPiece,
  type Shelf,
  STORED_FROM,
  travelSize,
  unshelve,
} from './large-value.ts';

/** A value of which parts have come. JSON. */
export interface Incoming {
  readonly command: 'Add' | 'Replace';
  readonly uri: string;
  readonly format?: string | undefined;
  readonly type?: string | undefined;
  /** Bytes of all parts together, as the server has told: as they travel or, with some, of the raw value. */
  readonly size: number;
  /** Identifier in the content store. */
  readonly content: string;
  readonly form: Form;
  /** Bytes of the parts so far, as they travelled. */
  readonly received: number;
  /** Raw bytes of them that are in the content store. */
  readonly kept: number;
  /** What of the last part means nothing without the next. */
  readonly carry: string;
}

/** An Item as if it had come in one piece; its value may be in the content store. */
export interface WholeItem {
  readonly item: Item;
  readonly stored?: StoredValue | undefined;
}

/** What became of a part. */
export interface PartOutcome {
  /** 213: the part is kept; any other: all parts were thrown away. Absent = the value is whole: see `whole`. */
  readonly code?: number;
  /** What goes on being collected. */
  readonly incoming?: Incoming;
  readonly whole?: WholeItem;
}

/** Bounds on what is taken. */
export interface PartLimits {
  /** Raw bytes of the largest value. */
  readonly maxObjSize: number;
  /** Bytes of the largest serialized tree, which is read as a whole. */
  readonly maxDocument: number;
}

/** Of which value a part is. */
export type Whose = Pick<Incoming, 'command' | 'uri'>;

/** Whether an Item may be a part of a value. */
export function continues(whose: Whose | undefined, command: string, item: Item): boolean {
  return whose !== undefined && whose.command === command && whose.uri === targetOf(item);
}

/** Whether an Item says that a value begins with it: only first parts say the size. */
export function saysSize(item: Item, meta: Meta | undefined): boolean {
  return (item.meta?.size ?? meta?.size) !== undefined;
}

/** What a first part says of a value; or the status with which it is refused. */
export async function beginIncoming(
  shelf: Shelf,
  command: Incoming['command'],
  item: Item,
  meta: Meta | undefined,
  limits: PartLimits,
): Promise<Incoming | number> {
  const uri = targetOf(item);
  if (uri === undefined) return STATUS.BAD_REQUEST;
  const size = item.meta?.size ?? meta?.size;
  // Without it nobody could tell whether a value is whole.
  if (size === undefined) return STATUS.SIZE_REQUIRED;
  const format = item.meta?.format ?? meta?.format;
  const form = formOf(format, item.data ?? '');
  const raw = leastRawSize(form, size);
  if (raw > mostOf(limits, isDocument(item, meta))) return STATUS.TOO_LARGE;
  if (raw > (await shelf.contents.free())) return STATUS.DEVICE_FULL;
  return {
    command,
    uri,
    format,
    type: item.meta?.type ?? meta?.type,
    size,
    content: newContentId(shelf),
    form,
    received: 0,
    kept: 0,
    carry: '',
  };
}

function mostOf({ maxDocument, maxObjSize }: PartLimits, document: boolean): number {
  return document ? maxDocument : maxObjSize;
}

/**
 * Takes a part: the first, one in the middle, or the last, which has no MoreData.
 *
 * @throws {ContentStoreFullError}
 */
export async function takePart(
  shelf: Shelf,
  incoming: Incoming,
  item: Item,
  limits: PartLimits,
): Promise<PartOutcome> {
  const { data = '' } = item;
  const { type } = incoming;
  const isLast = item.moreData !== true;
  const received = incoming.received + travelSize(data);
  const piece = nextPiece(incoming.form, incoming.carry, data, isLast);
  if (piece === undefined) return { code: STATUS.UNSUPPORTED_FORMAT };
  const kept = incoming.kept + piece.bytes.length;
  if (kept > incoming.size) return { code: STATUS.SIZE_MISMATCH };
  const isTree = isDocument({ meta: { type, emi: [] } }, undefined);
  if (kept > mostOf(limits, isTree)) return { code: STATUS.TOO_LARGE };
  await shelf.contents.write(incoming.content, incoming.kept, piece.bytes);
  const grown: Incoming = { ...incoming, received, kept, carry: piece.carry };
  if (!isLast) return { code: STATUS.CHUNK_ACCEPTED, incoming: grown };
  if (grown.size !== received && grown.size !== kept) return { code: STATUS.SIZE_MISMATCH };
  return { whole: await wholeOf(shelf, grown, item) };
}

/** What is small, or must be read as a whole, is taken from the store again. */
async function wholeOf(
  shelf: Shelf,
  { uri, format, type, form, content, kept }: Incoming,
  { source }: Item,
): Promise<WholeItem> {
  const stored: StoredValue = { stored: content, size: kept };
  const item: Item = { target: { locURI: uri }, source, meta: { format, type, emi: [] } };
  if (kept >= STORED_FROM && !isDocument(item, undefined)) return { item, stored };
  const data = await unshelve(shelf, stored, form);
  const named = form === 'text' ? format : 'bin';
  return { item: { ...item, meta: { format: named, type, emi: [] }, data } };
}
