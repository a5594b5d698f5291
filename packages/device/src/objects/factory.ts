import type { DevDetail, DevInfo, DmAcc, Mms } from '@grove/protocol';

/** What a device has when it leaves the factory. */
export interface Factory {
  readonly devInfo: DevInfo;
  readonly devDetail: DevDetail;
  /** DM accounts by the names of their nodes below `./DMAcc`. */
  readonly accounts: Readonly<Record<string, DmAcc>>;
  /** MMS settings by the names of their nodes below `./MMS`. */
  readonly mms: Readonly<Record<string, Mms>>;
}
