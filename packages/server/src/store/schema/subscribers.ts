/** Subscribers: who uses devices, by which numbers, and what is known of them. */
import type { Generated } from 'kysely';

export interface SubscribersTables {
  subscribers: SubscriberTable;
  subscriber_numbers: SubscriberNumberTable;
  subscriber_attributes: SubscriberAttributeTable;
  subscriber_devices: SubscriberDeviceTable;
}

/** Who uses devices. */
export interface SubscriberTable {
  id: Generated<number>;
  /** What the operator's other systems call him. Unique, as are `imsi` and `sip`; one of the three or a number is there. */
  name: string | null;
  imsi: string | null;
  /** In the form in which addresses of devices are kept. */
  sip: string | null;
  /** Language tag. */
  lang: string | null;
  /** Name in the IANA time zone database. */
  time_zone: string | null;
  /** JSON object; null where it is empty. */
  attributes: string | null;
  created_at: number;
  updated_at: number;
}

/** A telephone number of a subscriber; nobody else has it. */
export interface SubscriberNumberTable {
  /** In the form in which addresses of devices are kept: `+441632960001`. */
  msisdn: string;
  subscriber_id: number;
}

/** One value within a subscriber's attributes, so that subscribers are found by it. */
export interface SubscriberAttributeTable {
  subscriber_id: number;
  /** Names from the outermost on, with dots between them: `qos.maxBandwidth`. */
  path: string;
  /** Texts as they are; numbers and truth values as JSON writes them. */
  value: string;
  /** See `orderKey`. */
  order_key: string;
}

/** Who used a device, and when. A device has one row at most whose `to_at` is null. */
export interface SubscriberDeviceTable {
  device_id: number;
  from_at: number;
  /** null = still. */
  to_at: number | null;
  subscriber_id: number;
  /** Whether the device's telephone number is one of the subscriber's, or somebody has said so. */
  origin: 'number' | 'set';
}
