/**
 * What the engine needs of large values while it handles a message. It has no storage: it yields what it needs, and
 * whoever runs it provides that before it goes on.
 */
import type { WorkRef } from '../steps/index.ts';

/** Some bytes of a content. */
export interface Slice {
  readonly bytes: Uint8Array;
  /** Bytes that the content has in all. */
  readonly size: number;
}

/** Which bytes of which content. */
export interface Span {
  readonly content: number;
  readonly offset: number;
  readonly length: number;
}

/** To read: `slice` stays undefined when the content is not there. */
export interface ReadNeed extends Span {
  readonly kind: 'read';
  slice?: Slice | undefined;
}

/** To append durably, to a new content where `content` is absent; it is then filled in. */
export interface AppendNeed {
  readonly kind: 'append';
  content?: number | undefined;
  /** Bytes that it has so far. */
  readonly start: number;
  readonly bytes: Uint8Array;
  /** MIME type. */
  readonly type: string | undefined;
}

/** To keep: the content is complete. Where it belongs to work, that refers to it from now on. */
export interface KeepNeed {
  readonly kind: 'keep';
  readonly content: number;
  readonly work: WorkRef | undefined;
}

/** To delete: nobody needs the content. */
export interface DropNeed {
  readonly kind: 'drop';
  readonly content: number;
}

/** To know how many bytes the device may still send that nobody has asked for; to be filled in. */
export interface RoomNeed {
  readonly kind: 'room';
  bytes: number;
}

export type Need = ReadNeed | AppendNeed | KeepNeed | DropNeed | RoomNeed;

/** A part of the engine that may need large values before it comes to its result. */
export type Needing<T> = Generator<Need, T, undefined>;
