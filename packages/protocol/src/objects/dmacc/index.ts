export {
  DM_AUTH_LEVELS,
  DM_AUTH_TYPES,
  type DmAcc,
  type DmAddress,
  type DmAuth,
  type DmAuthLevel,
  type DmAuthType,
  dmAccNodes,
  nonceUri,
  readDmAcc,
  type StoredDmAcc,
} from './account.ts';
export { DMACC_OBJECT, DMACC_URI } from './ddf.ts';
