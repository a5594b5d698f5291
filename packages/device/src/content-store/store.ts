/**
 * Where a device keeps values that are too large to be held in memory. The tree and the session know them by
 * their identifiers, which whoever writes the first byte chooses.
 *
 * A content that a tree refers to is never changed: another value is another content.
 */
export interface ContentStore {
  /** Bytes that all contents together may have. */
  readonly capacity: number;
  /** Bytes for which there is room now. */
  free(): Promise<number>;
  /**
   * Writes bytes into a content, which is made if there is none of that identifier. Resolves once they are
   * stored for good. Bytes that stood there or behind are gone, so that what was interrupted may be repeated.
   *
   * @param id 1 to 64 letters, digits or `-`.
   * @param at not behind the end of what was written before.
   * @throws {ContentStoreFullError}
   */
  write(id: string, at: number, bytes: Uint8Array): Promise<void>;
  /**
   * Bytes of a content: as many as asked for, or all that there are from there on.
   *
   * @throws {ContentMissingError}
   */
  read(id: string, at: number, length: number): Promise<Uint8Array>;
  /** Throws away all contents but these. */
  retain(ids: ReadonlySet<string>): Promise<void>;
}

/** There is no room for more; answered with 420. */
export class ContentStoreFullError extends Error {
  override readonly name = 'ContentStoreFullError';

  constructor(capacity: number) {
    super(`all contents together may have ${capacity} bytes`);
  }
}

/** A content that something refers to is not there: somebody has removed it. */
export class ContentMissingError extends Error {
  override readonly name = 'ContentMissingError';

  constructor(id: string, options?: ErrorOptions) {
    super(`the large value ${id} is missing`, options);
  }
}
