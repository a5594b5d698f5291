/** Something that another network element has seen of a device. */
export interface Reported {
  /** What kind of event it is, as those agree who send it and who make rules: `gateway.wrong-address`. */
  readonly type: string;
  /** More about it. */
  readonly data: unknown;
}
