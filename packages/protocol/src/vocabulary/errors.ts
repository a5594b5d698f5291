/** A document from outside that cannot be read. */
export class MalformedError extends Error {
  override readonly name: string = 'MalformedError';
  /** Where in the document, in bytes from its start; undefined where the fault is that something lacks. */
  readonly offset: number | undefined;

  constructor(reason: string, offset?: number, options?: ErrorOptions) {
    super(offset === undefined ? reason : `${reason} (at byte ${offset})`, options);
    this.offset = offset;
  }
}

/** A document from outside that is deeper, longer or larger than the reader's limits. */
export class LimitError extends MalformedError {
  override readonly name = 'LimitError';
}

/** A value of ours that an encoding cannot carry. */
export class EncodeError extends Error {
  override readonly name = 'EncodeError';
}
