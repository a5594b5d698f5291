/** Active, Default and Locked of instances, as devices have reported or confirmed them. */

export interface InstancesTables {
  instance_states: InstanceStateTable;
  instance_support: InstanceSupportTable;
}

/** An instance of a service on a device. Flags are 1 or 0; null = not known. */
export interface InstanceStateTable {
  device_id: number;
  /** Canonical URI of its root. */
  uri: string;
  /** The service: its management object identifier without the minor version, in lower case; null = not known. */
  service: string | null;
  active: number | null;
  by_default: number | null;
  locked: number | null;
  reported_at: number;
}

/** Whether a device has the three properties. No row = it has not been seen. */
export interface InstanceSupportTable {
  device_id: number;
  /** 1 or 0. */
  supported: number;
  reported_at: number;
}
