/** Checks of what steps and profiles say, before a device sees it. */
export { type Addressed, checkNodeUri, readUri } from './address.ts';
export type { Checking } from './checking.ts';
export { checkContent, checkNodes, checkValue, type Nodes } from './values.ts';
