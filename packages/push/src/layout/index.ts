/** What stands where in bytes, for people who look at them. */

/** A run of bytes with a meaning. */
export interface Field {
  /** In bytes from the start. */
  readonly at: number;
  readonly length: number;
  readonly name: string;
  readonly value: string;
}
