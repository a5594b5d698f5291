/** Where devices are reached: telephone numbers, SIP URIs, IP addresses, names in a gateway's directory. */
export {
  addAddresses,
  addressesOf,
  addressesOfDevices,
  type CheckedAddresses,
  checkAddresses,
  deviceNamedByAddress,
  devicesAt,
  devicesBehind,
  type FormerHolder,
  removeAddress,
  setAddress,
} from './address.ts';
export {
  ADDRESS_KINDS,
  canonicalAddress,
  checkAddress,
  DeviceAddresses,
  type DeviceAddressKind,
  expectedAddress,
  isSole,
  readings,
} from './kinds.ts';
