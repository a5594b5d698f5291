import type { DdfNode } from '@grove/protocol';
import type { Mapping } from './mapping.ts';

/** What is known of a model of devices that decides how a profile looks on it. */
export interface DeviceModel {
  /** What people call it: `Arbor Birch 2`. */
  readonly name: string;
  /** Its description, where one was uploaded. */
  readonly ddf: readonly DdfNode[] | undefined;
  /** Where it has neutral settings. */
  readonly mapping: Mapping;
}
