/** Who may use the API. */
import type { Generated } from 'kysely';

export interface AccessTables {
  tokens: TokenTable;
  kept_answers: KeptAnswerTable;
}

/** A bearer token of the API; only its hash is kept. */
export interface TokenTable {
  id: Generated<number>;
  name: string;
  hash: string;
  /** JSON: names of the triggers that are all that it may ask for; null = it may do everything. */
  triggers: string | null;
  created_at: number;
}

/** What was answered to a request that has its effect once. */
export interface KeptAnswerTable {
  id: Generated<number>;
  token_id: number;
  /** The caller's Idempotency-Key. */
  key: string;
  /** SHA-256 over method, address and body, in hexadecimal. */
  fingerprint: string;
  /** null = it is being answered, which nobody else sees. */
  status: number | null;
  location: string | null;
  /** Sealed JSON: it may hold what is shown once. */
  body: string | null;
  at: number;
}
