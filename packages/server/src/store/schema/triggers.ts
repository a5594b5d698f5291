/** What other systems ask for. */
import type { Generated } from 'kysely';

export interface TriggersTables {
  trigger_definitions: TriggerDefinitionTable;
  triggers: TriggerTable;
  trigger_devices: TriggerDeviceTable;
}

/** What other systems may ask for by a name. */
export interface TriggerDefinitionTable {
  name: string;
  /** JSON: TriggerDefinition */
  document: string;
  created_at: number;
  updated_at: number;
}

export type TriggerState = 'waiting' | 'running' | 'finished' | 'expired' | 'cancelled';

/** Something that was asked for. */
export interface TriggerTable {
  id: Generated<number>;
  /** Of its definition; null where what is to be done was said in full. */
  name: string | null;
  /** Id and name of the token that asked. */
  caller_id: number;
  caller_name: string;
  /** What the caller calls it. */
  reference: string | null;
  /** JSON: for whom, as it was asked. */
  recipient: string;
  /** For whose devices it waits, or whose devices it was for. */
  subscriber_id: number | null;
  /** JSON: what is done, with the values that were given. */
  work: string;
  /** JSON: KeptWish; how devices are asked to call; null = they are not. */
  wish: string | null;
  /** Webhook that is told of the result besides those that want all. */
  webhook_id: number | null;
  state: TriggerState;
  /** When it is given up; null once that is done, or it has ended. */
  expires_at: number | null;
  created_at: number;
  finished_at: number | null;
}

/** What of it one device was given. */
export interface TriggerDeviceTable {
  trigger_id: number;
  device_id: number;
  /** Null where the device was given nothing. */
  task_id: number | null;
  state: 'pending' | 'succeeded' | 'failed';
  /** Why it failed, in a sentence. */
  reason: string | null;
  /** In the catalogue of outcomes, where it failed. */
  outcome: string | null;
}
