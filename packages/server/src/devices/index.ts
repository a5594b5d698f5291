/** Devices, their accounts and what is known of their trees. */
export { orderKey } from '../known-values/index.ts';
export { type Account, AccountInput, ClientCredentials, Credentials } from './account.ts';
export { devIdsOf } from './dev-ids.ts';
export {
  type Device,
  type DeviceDetail,
  deleteDevice,
  findDevice,
  setTimeZone,
  showDevice,
} from './device.ts';
export { trimGrowth, trimUris, trimValues } from './dictionary.ts';
export { devicesById, listDevices, searchDevices } from './list.ts';
export {
  DEFAULT_LOCKOUT,
  type Failures,
  findLockout,
  forgetFailures,
  isRecent,
  type LockoutPolicy,
  listFailures,
  noteFailure,
  sourceOf,
  trimFailures,
  unlockDevice,
} from './lockout.ts';
export {
  type AccountMeans,
  DevId,
  type DeviceFacts,
  insertDevices,
  isReflecting,
  type NewDevice,
  registerDevices,
  replaceAccount,
} from './register.ts';
export { type ReportedNode, recordNodes } from './report.ts';
export { type DeviceNode, type DeviceTree, listNodes, showTree, typesOfNodes } from './tree.ts';
