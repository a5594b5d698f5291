/** Devices from elsewhere: many at once, with their accounts and what is known of them. */
export { ImportedDevice } from './device.ts';
export { ImportBroken, type Imported, importDevices } from './import.ts';
export type { Existing, ImportMeans } from './unit.ts';
