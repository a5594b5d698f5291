/** What is known of a device that its profiles depend on. */

import type { DeviceModel } from '../../models/index.ts';
import type { Scalar } from '../document/index.ts';

export interface Facts {
  /**
   * What variables refer to, by their names: `device.model`, `subscriber.qos.maxBandwidth`, `group.apn`. One that is
   * not there is not known.
   */
  readonly values: ReadonlyMap<string, Scalar>;
  /** Names of groups that set a variable `group.…` to different values: it has none then. */
  readonly disputed: ReadonlyMap<string, readonly string[]>;
  /** Name of the device's subscriber, so that it can be said who lacks an attribute. */
  readonly subscriber: string | undefined;
  /** The `when` of variants that hold for the device. */
  readonly holds: ReadonlySet<string>;
  readonly model: DeviceModel;
  /** URIs of the instances of management objects in the last known tree, by identifier. */
  readonly places: ReadonlyMap<string, readonly string[]>;
  /** Whether what is not known counts as fitting: to check a profile for a model as such. */
  readonly isAssumed?: boolean | undefined;
}

/** Values that the work gives to variables of the profile: a campaign, a trigger. */
export type Given = Readonly<Record<string, Scalar>>;
