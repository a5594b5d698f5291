import type { Format } from '@grove/protocol';

/** How important an alert is, descending (DM_Protocol 1.2.1, generic alert). */
export const MARKS = [
  'fatal',
  'critical',
  'minor',
  'warning',
  'informational',
  'harmless',
  'indeterminate',
] as const;
export type Mark = (typeof MARKS)[number];

/** What a device has to say of its own accord (DM_Protocol 1.2.1, generic alert and client event). */
export interface DeviceAlert {
  /** 1226, unless told, a generic alert; 1224 a client event. */
  readonly code?: 1224 | 1226 | undefined;
  /** ServerID of the server that is to hear of it; absent = the next one that the device talks to. */
  readonly server?: string | undefined;
  /** Of the Exec that it is the outcome of. */
  readonly correlator?: string | undefined;
  /** URI of the node that it is about. */
  readonly source?: string | undefined;
  /** What kind of alert: a media type, or a reversed domain name with a name. */
  readonly type: string;
  /** Of the data; chr unless told. */
  readonly format?: Format | undefined;
  /** informational unless told. */
  readonly mark?: Mark | undefined;
  /** At most {@link MAX_ALERT_DATA} characters. */
  readonly data: string;
  /** Whether it waits for a session that is held for another reason; unless told, the phone calls for it. */
  readonly canWait?: boolean | undefined;
}

/** An alert that waits for a server to answer it. JSON. */
export interface RaisedAlert extends DeviceAlert {
  readonly id: string;
}

/** Characters of the longest alert: it is kept whole in the device's record until it is answered. */
export const MAX_ALERT_DATA = 16 * 1024;
/** Alerts that wait at most. */
export const MAX_ALERTS = 100;
