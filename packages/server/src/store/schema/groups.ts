/** Sets of devices, and groups. */
import type { Generated } from 'kysely';

export interface GroupsTables {
  device_sets: DeviceSetTable;
  device_set_rows: DeviceSetRowTable;
  device_groups: GroupTable;
  group_uses: GroupUseTable;
  group_book: GroupBookTable;
}

/** A set of devices. */
export interface DeviceSetTable {
  id: Generated<number>;
  /** How many are in it. */
  devices: number;
  created_at: number;
}

/** Which devices with ids from 65,536 times `chunk` on are in a set; there is no row where none is. */
export interface DeviceSetRowTable {
  set_id: number;
  chunk: number;
  /** How many of its bits are set. */
  devices: number;
  /** 8 KiB; the lowest bit of the first byte is the device with the smallest id. */
  bits: Uint8Array;
}

/** Devices that have a name together: those of a set, or those for which a query holds. */
export interface GroupTable {
  id: Generated<number>;
  name: string;
  description: string | null;
  /** Null where it is a set. */
  query: string | null;
  /** Null where it is a query. */
  set_id: number | null;
  /** JSON: an object; null = an empty one. */
  variables: string | null;
  created_at: number;
  updated_at: number;
}

/** Something that is for the devices of a group, or names it in a query. */
export interface GroupUseTable {
  group_id: number;
  /** `group`, `campaign`, … */
  kind: string;
  /** Its id among its kind. */
  used_by: number;
}

/** One row: its number grows with every change that processes have to know who keep compiled queries in memory. */
export interface GroupBookTable {
  id: number;
  generation: number;
}
