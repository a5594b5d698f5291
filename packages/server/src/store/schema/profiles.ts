/** Desired configurations. */
import type { Generated } from 'kysely';

export interface ProfilesTables {
  profiles: ProfileTable;
  profile_versions: ProfileVersionTable;
  profile_runs: ProfileRunTable;
  models: ModelTable;
}

/** A desired configuration; its content is versioned. */
export interface ProfileTable {
  id: Generated<number>;
  name: string;
  /** The newest version. */
  version: number;
  created_at: number;
  updated_at: number;
}

export interface ProfileVersionTable {
  profile_id: number;
  version: number;
  /** JSON: ProfileDocument */
  document: string;
  created_at: number;
  /** Name of the token with which it was made; null where that is not known. */
  made_by: string | null;
  /** Why it was made. */
  comment: string | null;
}

export type ProfileRunState = 'running' | 'finished' | 'failed' | 'cancelled';

/** What a profile would change, found out from the last known trees. */
export interface ProfileRunTable {
  id: Generated<number>;
  /** Name: the profile may be gone. */
  profile: string;
  version: number;
  /** JSON: what was asked for. */
  request: string;
  state: ProfileRunState;
  /** Why it failed. */
  reason: string | null;
  /** Devices that were looked at, and how many there are. */
  done: number;
  total: number;
  /** JSON: what was found, so far or in all; null until something was. */
  result: string | null;
  created_at: number;
  /** When whoever works on it last said so. */
  touched_at: number;
}

/** A model of devices: its description, and where it has neutral settings. */
export interface ModelTable {
  id: Generated<number>;
  /** Manufacturer and model as in DevInfo; both are empty in the row of what holds for all models. */
  man: string;
  mod: string;
  /** Software version; empty = any. */
  swv: string;
  /** The description as it was uploaded. */
  ddf: Uint8Array | null;
  /** JSON: identifiers of the objects in the description. */
  objects: string;
  /** JSON: ModelMapping */
  mapping: string | null;
  /** One more with each change. */
  revision: number;
  created_at: number;
  updated_at: number;
}
