export type { Engine } from './engine.ts';
export {
  isForeignKeyViolation,
  isUniqueViolation,
  StoreError,
  StoreUnavailable,
  UnitError,
} from './errors.ts';
export type { Queries } from './port.ts';
export {
  isCampaignRunning,
  isContentComplete,
  isContentDropped,
  isContentPartial,
  isSessionIncomplete,
  isSessionOpen,
  isTaskToDo,
} from './predicates.ts';
export type * from './schema.ts';
export { type Insertion, insertion, type Params, type Statement, statement } from './statement.ts';
export { openStore, type Store, type StoreOptions } from './store.ts';
