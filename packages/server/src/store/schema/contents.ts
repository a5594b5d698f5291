/** Large values. */
import type { Generated } from 'kysely';

export interface ContentsTables {
  contents: ContentTable;
  content_parts: ContentPartTable;
  content_uses: ContentUseTable;
}

/** `partial` while its bytes are coming, `dropped` until they are gone. */
export type ContentState = 'partial' | 'complete' | 'dropped';

/** A large value: one that was uploaded for devices, or one that a device has sent. */
export interface ContentTable {
  id: Generated<number>;
  state: ContentState;
  /** What its uploader calls it. */
  name: string | null;
  /** MIME type. */
  type: string | null;
  /** Bytes that are there. */
  size: number;
  /** Hexadecimal; null until all of it was read. */
  sha256: string | null;
  /** The device that it comes from. */
  device_id: number | null;
  created_at: number;
  /** When its last bytes came, or something began to refer to it. */
  changed_at: number;
}

/** Some bytes of a content; parts of one content follow each other without gaps. */
export interface ContentPartTable {
  content_id: number;
  /** How many bytes of the content come before. */
  start: number;
  bytes: Uint8Array;
}

/** What refers to a content: a task, a campaign, or what a campaign came to on a device. */
export interface ContentUseTable {
  id: Generated<number>;
  content_id: number;
  task_id: number | null;
  campaign_id: number | null;
  device_id: number | null;
}
