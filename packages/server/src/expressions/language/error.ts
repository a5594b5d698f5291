/** An expression that cannot be read, or means nothing: where and why. */
export class ExpressionError extends Error {
  /** Where, in UTF-16 code units from the beginning of the text: the first one that is wrong … */
  readonly start: number;
  /** … and the one after the last. Equal to `start` where something is missing. */
  readonly end: number;
  /** What would have been right there, in words. */
  readonly expected: string;
  /** What is wrong, where it is more than that something else was expected. */
  readonly found: string | undefined;

  constructor(span: Span, expected: string, found?: string) {
    super(found === undefined ? `expected ${expected}` : `${found}: expected ${expected}`);
    this.name = 'ExpressionError';
    this.start = span.start;
    this.end = span.end;
    this.expected = expected;
    this.found = found;
  }
}

/** A part of a text, in UTF-16 code units: from `start`, up to but without `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}
