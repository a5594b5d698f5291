import type { DevDetail, DevInfo, DmAcc } from '@grove/protocol';

/** What a device is when it leaves the factory; the settings it has besides are its model's. */
export interface Factory {
  readonly devInfo: DevInfo;
  readonly devDetail: DevDetail;
  /** DM accounts by the names of their nodes below `./DMAcc`. */
  readonly accounts: Readonly<Record<string, DmAcc>>;
}
