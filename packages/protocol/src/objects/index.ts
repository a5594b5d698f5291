export {
  type Bookmark,
  BROWSER_OBJECT,
  BROWSER_URI,
  type Browser,
  browserNodes,
  readBrowser,
} from './browser/index.ts';
export {
  DATA_SERVICE_OBJECT,
  DATA_SERVICE_URI,
  type DataService,
  dataServiceNodes,
  readDataService,
  type TrafficClass,
} from './dataservice/index.ts';
export {
  interior as interiorDdf,
  leaf as leafDdf,
  MANAGE as MANAGED,
  READ as READ_ONLY,
} from './describe.ts';
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
  EMAIL_OBJECT,
  EMAIL_URI,
  type EmailAccount,
  emailNodes,
  type MailProtocol,
  readEmail,
} from './email/index.ts';
export {
  FINDER_OBJECT,
  FINDER_RING_URI,
  FINDER_URI,
  type Finder,
  finderNodes,
  readFinder,
} from './finder/index.ts';
export { MMS_OBJECT, MMS_URI, type Mms, mmsNodes, readMms } from './mms/index.ts';
export { type AccessPoint, accessPointNodes, NAP_OBJECT, NAP_URI, readAccessPoint } from './nap/index.ts';
export {
  type ManagementObject,
  type NodeValue,
  ObjectError,
  type TreeReader,
  type TypedTreeReader,
} from './object.ts';
export {
  type DevicePolicy,
  type PasswordQuality,
  POLICY_OBJECT,
  POLICY_URI,
  policyInForce,
  policyNodes,
  readPolicy,
} from './policy/index.ts';
export {
  PREFERENCES_OBJECT,
  PREFERENCES_URI,
  type Preferences,
  preferencesNodes,
  readPreferences,
  type Theme,
} from './preferences/index.ts';
export { PROXY_OBJECT, PROXY_URI, type ProxySettings, proxyNodes, readProxy } from './proxy/index.ts';
export { findObjects, MANAGEMENT_OBJECTS, objectOf } from './registry.ts';
