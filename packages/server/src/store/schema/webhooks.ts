/** Addresses that are told of events. */
import type { Generated } from 'kysely';

export interface WebhooksTables {
  webhooks: WebhookTable;
  webhook_deliveries: WebhookDeliveryTable;
  webhook_attempts: WebhookAttemptTable;
}

/** An address that is told of events. */
export interface WebhookTable {
  id: Generated<number>;
  url: string;
  /** What it is for, in the words of whoever has registered it. */
  description: string;
  /** JSON: names of types of events, or what they begin with; null = all. */
  types: string | null;
  /** Sealed: what signs. */
  secret: string;
  /** Sealed: the secret before, which signs, too, until then. */
  old_secret: string | null;
  old_until: number | null;
  state: 'enabled' | 'disabled';
  /** Why it is disabled, in a sentence. */
  reason: string | null;
  /** When the first of the failures was since which nothing has succeeded. */
  failing_since: number | null;
  /** It is told of events after this one. */
  since_event: number;
  created_at: number;
  updated_at: number;
}

/** A message for one address. */
export interface WebhookDeliveryTable {
  id: Generated<number>;
  webhook_id: number;
  /** The header webhook-id: the same at each attempt. */
  message_id: string;
  type: string;
  /** JSON, as it is posted. */
  body: string;
  state: 'pending' | 'delivered' | 'failed';
  attempts: number;
  /** When it is due; while somebody delivers it, when he is taken for dead. */
  next_at: number;
  created_at: number;
  finished_at: number | null;
}

export interface WebhookAttemptTable {
  delivery_id: number;
  /** From 1. */
  n: number;
  at: number;
  /** Milliseconds. */
  took: number;
  /** Of HTTP; null where there was no answer. */
  status: number | null;
  /** What was answered, the beginning; or why nothing was. */
  text: string;
}
