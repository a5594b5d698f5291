export {
  type AuthType,
  authTypeOf,
  makeBasicCred,
  makeChal,
  makeMd5Cred,
  nextNonceOf,
  nonceDigest,
  type Secret,
  secretDigest,
  verifyCred,
} from './credentials.ts';
export { isEqual } from './equal.ts';
export {
  formatMacHeader,
  MAC_HEADER,
  MAC_TYPE,
  type MacHeader,
  messageMac,
  parseMacHeader,
  verifyMac,
} from './mac.ts';
