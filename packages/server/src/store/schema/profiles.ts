/** Desired configurations. */
import type { Generated } from 'kysely';

export interface ProfilesTables {
  profiles: ProfileTable;
  profile_versions: ProfileVersionTable;
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
}
