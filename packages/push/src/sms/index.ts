/** Short messages of 8-bit data with a header, in one part or several; how SMPP and modems are told of it. */
export { EIGHT_BIT, HAS_HEADER, isEightBit, USER_DATA_OCTETS } from './framing.ts';
export {
  type Lost,
  REASSEMBLY_LIMITS,
  Reassembly,
  type ReassemblyLimits,
  type Route,
  type Taken,
} from './reassembly.ts';
export { MOST_SEGMENTS, type Segmentation, SMS_SOURCE_PORT, segment } from './segments.ts';
export { readTransferUnit, type TransferUnit } from './transfer.ts';
export {
  type ParsedUserData,
  type Part,
  type Ports,
  readUserData,
  type UserData,
  writeUserData,
} from './user-data.ts';
