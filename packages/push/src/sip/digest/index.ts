/** Digest authentication (RFC 3261, 22; RFC 7616; RFC 8760): challenges and what answers them. */
export { type Challenge, challengesOf, digestParameters } from './challenge.ts';
export { authorizationOf, type Credentials, isProvedBy, type Proof } from './digest.ts';
