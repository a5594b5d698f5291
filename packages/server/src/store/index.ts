export {
  isForeignKeyViolation,
  isUniqueViolation,
  type Params,
  StoreError,
  StoreUnavailable,
  UnitError,
} from '@grove/store';
export {
  isBindingCurrent,
  isCampaignActive,
  isCampaignNotifying,
  isCampaignRunning,
  isCaseOpen,
  isCaseResolved,
  isContentComplete,
  isContentDropped,
  isContentPartial,
  isDeliveryOver,
  isDeliveryPending,
  isNotificationOutstanding,
  isSessionIncomplete,
  isSessionOpen,
  isTaskToDo,
  isTriggerOpen,
} from './predicates.ts';
export type * from './schema/index.ts';
export { insertion, openStore, type Queries, type Store, statement } from './store.ts';
