/** How terminals are named. */
export type { Address, AddressKind } from './address.ts';
