/** Who may use the API. */
import type { Generated } from 'kysely';

export interface AccessTables {
  tokens: TokenTable;
}

/** A bearer token of the API; only its hash is kept. */
export interface TokenTable {
  id: Generated<number>;
  name: string;
  hash: string;
  created_at: number;
}
