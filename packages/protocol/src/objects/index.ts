export {
  DEVDETAIL_OBJECT,
  DEVDETAIL_URI,
  type DevDetail,
  devDetailNodes,
  readDevDetail,
} from './devdetail/index.ts';
export { DEVINFO_OBJECT, DEVINFO_URI, type DevInfo, devInfoNodes, readDevInfo } from './devinfo/index.ts';
export {
  DIAGNOSTICS_ALERT,
  DIAGNOSTICS_OBJECT,
  DIAGNOSTICS_RUN_URI,
  DIAGNOSTICS_URI,
  type Diagnostics,
  diagnosticsNodes,
  readDiagnostics,
} from './diagnostics/index.ts';
export * from './dmacc/index.ts';
export {
  FINDER_OBJECT,
  FINDER_RING_URI,
  FINDER_URI,
  type Finder,
  finderNodes,
  readFinder,
} from './finder/index.ts';
export { MMS_OBJECT, MMS_URI, type Mms, mmsNodes, readMms } from './mms/index.ts';
export {
  type ManagementObject,
  type NodeValue,
  ObjectError,
  type TreeReader,
  type TypedTreeReader,
} from './object.ts';
export { findObjects, MANAGEMENT_OBJECTS, objectOf } from './registry.ts';
