import { type ContentStore, memoryContentStore } from '../content-store/index.ts';
import type { DeviceRecord, DeviceStore } from './store.ts';

/** Keeps records for the life of the process. */
export function memoryStore(): DeviceStore {
  const records = new Map<string, DeviceRecord>();
  const contents = new Map<string, ContentStore>();
  return {
    load: async (devId) => records.get(devId),
    save: async (devId, record) => {
      records.set(devId, record);
    },
    contents(devId) {
      const found = contents.get(devId) ?? memoryContentStore();
      contents.set(devId, found);
      return found;
    },
  };
}
