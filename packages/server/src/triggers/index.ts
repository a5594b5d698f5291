/** What other systems may ask for, and what became of it. */
export {
  deleteDefinition,
  listDefinitions,
  type NamedDefinition,
  setDefinition,
  showDefinition,
  TriggerDefinition,
} from './definition.ts';
export {
  cancelTrigger,
  expireTriggers,
  followTriggers,
  hasOpenTriggers,
  TRIGGER_EVENTS,
  trimTriggers,
} from './finish.ts';
export type { TriggerMeans } from './launch.ts';
export { Recipient, requestTrigger, TriggerRequest } from './request.ts';
export {
  listTriggerDevices,
  listTriggers,
  showTrigger,
  type Trigger,
  type TriggerDevice,
} from './trigger.ts';
