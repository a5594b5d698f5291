import type { DeviceRecord, DeviceStore } from './store.ts';

/** Keeps records for the life of the process. */
export function memoryStore(): DeviceStore {
  const records = new Map<string, DeviceRecord>();
  return {
    load: async (devId) => records.get(devId),
    save: async (devId, record) => {
      records.set(devId, record);
    },
  };
}
