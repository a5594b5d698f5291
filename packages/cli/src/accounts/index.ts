/** DM accounts: made for both sides, and in the words of the device's DMAcc object. */
export { dmAccOf, type GivenCredentials, makeCredentials, type SharedAccount, userOf } from './account.ts';
