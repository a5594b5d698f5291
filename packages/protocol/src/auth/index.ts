export {
  type AuthType,
  authTypeOf,
  type CredType,
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
  type MacHeader,
  makeMac,
  messageMac,
  parseMacHeader,
  verifyMac,
  verifyMacHeader,
} from './mac.ts';
export { nonceForms, RESYNC_NONCE } from './nonce.ts';
