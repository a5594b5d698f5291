import type { TreeSnapshot } from '@grove/protocol';
import type { RaisedAlert } from '../alerts/index.ts';
import type { ContentStore } from '../content-store/index.ts';
import type { NotificationRecord } from '../notification/index.ts';
import type { SessionState } from '../session/index.ts';

/** All that a device must not lose. */
export interface DeviceRecord {
  readonly tree: TreeSnapshot;
  /** The session that was under way; undefined where there was none. */
  readonly session?: SessionState | undefined;
  /** What servers have not answered yet; absent = nothing. */
  readonly alerts?: readonly RaisedAlert[] | undefined;
  /** Absent = none has ever come. */
  readonly notifications?: NotificationRecord | undefined;
}

/** Where devices keep themselves. */
export interface DeviceStore {
  /**
   * What was last saved; undefined for a device never saved.
   *
   * @throws {DamagedRecordError} when what is there cannot be read.
   * @throws {DeviceInUseError} when another process has the device.
   */
  load(devId: string): Promise<DeviceRecord | undefined>;
  /**
   * Resolves once the record is stored: whole, or not at all.
   *
   * @throws {DeviceInUseError} when another process has the device.
   */
  save(devId: string, record: DeviceRecord): Promise<void>;
  /** Where the values are kept that are too large for a record; always the same one for a device. */
  contents(devId: string): ContentStore;
}

/** A device's record is there and cannot be read; the device must be reset or the record mended by hand. */
export class DamagedRecordError extends Error {
  override readonly name = 'DamagedRecordError';
}

/** Another process works with the device: two would undo each other's changes. */
export class DeviceInUseError extends Error {
  override readonly name = 'DeviceInUseError';
}
