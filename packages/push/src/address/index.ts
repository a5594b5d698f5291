/** How terminals are named. */
export type { Address, AddressKind } from './address.ts';
export { AddressError, formatAddress, parseAddress } from './client-address.ts';
