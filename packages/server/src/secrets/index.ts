export { SecretError } from './errors.ts';
export { type Keyring, keyringOf } from './keyring.ts';
export { addKey, KEYS_FILE, KEYS_VARIABLE, type KeySource, newKey, openKeyring } from './keys.ts';
export { maskSecrets } from './mask.ts';
export { checkKeys, resealSecrets } from './reseal.ts';
export { MASK, withoutSecrets } from './shown.ts';
export {
  type ApiToken,
  authenticateToken,
  createToken,
  hashToken,
  type ListedToken,
  listTokens,
  makeFirstToken,
  newToken,
  TOKEN_FILE,
  tokenMatches,
  withdrawToken,
} from './tokens.ts';
