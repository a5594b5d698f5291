export { type FileStore, type FileStoreOptions, fileStore } from './file-store.ts';
export { memoryStore } from './memory-store.ts';
export { DamagedRecordError, DeviceInUseError, type DeviceRecord, type DeviceStore } from './store.ts';
